import { folders, surrogateTags } from "../http/tags.ts";
import type { HashText } from "../key/hash.ts";
import type { OriginRef } from "../request/origin-key.ts";

/** What follows from the keys of an original, and is needed at each look-up. */
export interface Implied {
  /** Names of its keys. */
  readonly key: number;
  readonly pathKey: number;
  /** Those of the folders above it, nearest to the host first. */
  readonly folders: readonly number[];
  /** The tags that Freshet gives it; hashed when they are first asked for. */
  tags(hash: HashText): readonly string[];
}

type Origin = Pick<OriginRef, "key" | "pathKey">;
type ToName = (key: string) => number;

/** Where it is kept: a `WeakMap` would be one more large map to look in, which takes 100 ns. */
const kept = Symbol("implied");
interface Keeping {
  [kept]?: { readonly toName: ToName; readonly implied: Implied };
}

/**
 * Works it out once for each object: a server remembers requests, and looks up the same object again and again.
 * @returns for an original of a token what follows from its keys
 */
export function createImplied(toName: ToName): (token: string, origin: Origin) => Implied {
  return (token, origin: Origin & Keeping) => {
    const before = origin[kept];
    if (before?.toName === toName) return before.implied;
    const implied = workOut(token, origin, toName);
    // Nobody else sees it, also not who compares or copies the object.
    Object.defineProperty(origin, kept, { value: { toName, implied }, configurable: true });
    return implied;
  };
}

function workOut(token: string, origin: Origin, toName: ToName): Implied {
  const { key, pathKey } = origin;
  const path = toName(pathKey);
  let tags: readonly string[] | null = null;
  return {
    key: key === pathKey ? path : toName(key),
    pathKey: path,
    folders: folders(pathKey).map(toName),
    tags(hash) {
      tags ??= surrogateTags(token, [origin], hash);
      return tags;
    },
  };
}
