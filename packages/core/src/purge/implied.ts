import { folders, surrogateTags } from "../http/tags.ts";
import type { HashText } from "../key/hash.ts";
import type { OriginRef } from "../request/origin-key.ts";

/** What follows from the name of an original, and is needed at each look-up. */
export interface Implied {
  /** The folders above it, nearest to the host first. */
  readonly folders: readonly string[];
  /** The tags that Freshet gives it; hashed when they are first asked for. */
  tags(hash: HashText): readonly string[];
}

/**
 * Works it out once for each object: a server remembers requests, and looks up the same object again and again.
 * @returns for an original of a token what follows from its keys
 */
export function createImplied(): (token: string, origin: Pick<OriginRef, "key" | "pathKey">) => Implied {
  const known = new WeakMap<object, Implied>();
  return (token, origin) => {
    const before = known.get(origin);
    if (before) return before;
    let tags: readonly string[] | null = null;
    const implied: Implied = {
      folders: folders(origin.pathKey),
      tags: (hash) => {
        tags ??= surrogateTags(token, [origin], hash);
        return tags;
      },
    };
    known.set(origin, implied);
    return implied;
  };
}
