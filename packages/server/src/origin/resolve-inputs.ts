import { FreshetError, type ParsedRequest } from "@freshet/core";
import type { Store } from "../cache/store.ts";
import type { RenderInputs } from "../render/render.ts";
import type { OriginalRequest, Resolve, Resolved, ResolveOptions } from "./resolve.ts";

/** All originals that one picture is made of. */
export interface Inputs {
  readonly original: Resolved;
  /** As `Watermark.content.input` counts them. */
  readonly watermarks: readonly Resolved[];
}

/**
 * Resolves the original and the watermarks that are laid on it, at the same time. One that was purged while another was
 * still on its way is resolved once more: otherwise a slow watermark would let an old original out long after DONE.
 * A watermark has no version: `vh` is the original's.
 *
 * @throws FreshetError also if only a watermark cannot be had: it may be what protects the picture; never an
 *   OriginFailure then, since no other picture can stand in for one without its watermark
 */
export async function resolveInputs(
  resolve: Resolve,
  asked: OriginalRequest & Pick<ParsedRequest, "watermarks">,
  requestKey: string,
  options?: ResolveOptions,
): Promise<Inputs> {
  if (asked.watermarks.length === 0) {
    return { original: await resolve(asked, requestKey, options), watermarks: [] };
  }
  const begin = [
    () => resolve(asked, requestKey, options),
    ...asked.watermarks.map((origin) => () => {
      const { token, settings } = asked;
      const mark = { token, settings, origin, version: "", delivery: { kind: "image" } } as const;
      return resolve(mark, requestKey, options).catch(tellWhich);
    }),
  ];
  const first = await Promise.all(begin.map((resolveOne) => resolveOne()));
  const [original, ...watermarks] = await Promise.all(
    first.map((resolved, at) => (resolved.late ? (begin[at] as () => Promise<Resolved>)() : resolved)),
  );
  return { original: original as Resolved, watermarks };
}

/** @returns `null` if the store has dropped them */
export async function bytesOf(originals: Store, { bytes, pointer }: Resolved): Promise<Uint8Array | null> {
  return bytes ?? (await originals.get(pointer.content))?.bytes ?? null;
}

/** The bytes of all of them, `null` if the store has dropped any. */
export async function loadInputs(
  originals: Store,
  { original, watermarks }: Inputs,
): Promise<RenderInputs | null> {
  const loading = [original, ...watermarks].map((input) => bytesOf(originals, input));
  const [first, ...others] = await Promise.all(loading);
  return first && others.every((bytes) => bytes !== null) ? { original: first, watermarks: others } : null;
}

function tellWhich(error: unknown): never {
  if (!(error instanceof FreshetError)) throw error;
  throw new FreshetError(error.code, `the watermark: ${error.detail}`, { cause: error });
}
