import { type HashText, type Negotiated, negotiate, type SourceFormat, variantKey } from "@freshet/core";
import type { ReadRequest } from "./read-request.ts";

/** What the answer to a request is, and what its bytes are called. */
export interface NamedVariant {
  readonly output: Negotiated;
  /** Names of what it is made of, the original first. */
  readonly contents: readonly string[];
  readonly key: string;
}

/**
 * @param contents names of the bytes that the picture is made of, the original first
 * @param source format of the original
 * @param accept value of the request's `Accept`, `null` if absent
 */
export type NamesVariants = (
  asked: Pick<ReadRequest, "plan">,
  contents: readonly string[],
  source: SourceFormat,
  accept: string | null,
) => NamedVariant;

interface Remembered extends NamedVariant {
  readonly source: SourceFormat;
  readonly accept: string | null;
}

/**
 * Names variants, and remembers the last name of each request for as long as the request itself is remembered: hashing
 * a plan is much of the work of a hit, and the next one mostly asks in the same words.
 */
export function createNameVariant(hash: HashText): NamesVariants {
  const last = new WeakMap<object, Remembered>();

  return function nameVariant(asked, contents, source, accept) {
    const { plan } = asked;
    // Without a wish for formats it decides nothing.
    const heard = plan.formats.length === 0 ? null : accept;
    const known = last.get(asked);
    if (known && known.source === source && known.accept === heard && isSame(known.contents, contents)) {
      return known;
    }
    const output = negotiate(plan.formats, heard, source);
    const named = { output, contents, key: variantKey(contents, plan, output, hash), source, accept: heard };
    last.set(asked, named);
    return named;
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((content, at) => content === b[at]);
}
