import type { HashText } from "../key/hash.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";

/**
 * Tags by which caches in front purge an answer: the token (`t:`), and for each original in it (`o:`) its path with and
 * without query and the folders above it (`p:`), nearest to the host first. Keys are hashed: tag headers are short and
 * plain ASCII. No original is left out, or a purge of a watermark would not reach the pictures that carry it; with as
 * many watermarks as {@link limits.watermarks} allows that makes at most 73 tags, 1.4 KB.
 *
 * @param origins the original first, then those of the watermarks
 */
export function surrogateTags(
  token: string,
  origins: readonly Pick<OriginRef, "key" | "pathKey">[],
  hash: HashText,
): string[] {
  const tags = new Set([`t:${token}`]);
  for (const { key, pathKey } of origins) {
    tags.add(`o:${tagOf(pathKey, hash)}`);
    if (key !== pathKey) tags.add(`o:${tagOf(key, hash)}`);
    for (const prefix of folders(pathKey).slice(0, limits.prefixTags)) tags.add(`p:${tagOf(prefix, hash)}`);
  }
  return [...tags];
}

function tagOf(key: string, hash: HashText): string {
  return hash(key).slice(0, 16);
}

/** `t|//h/a/b.jpg` → `t|//h/`, `t|//h/a/`. */
export function folders(pathKey: string): string[] {
  const found: string[] = [];
  const hostEnd = pathKey.indexOf("/", pathKey.indexOf("|//") + 3);
  for (let at = hostEnd; at !== -1; at = pathKey.indexOf("/", at + 1)) found.push(pathKey.slice(0, at + 1));
  return found;
}
