import type { HashText } from "../key/hash.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";

/**
 * Tags by which caches in front purge an answer: the token (`t:`), the original (`o:`), its path without a query, and
 * the folders above it (`p:`), nearest to the host first. Keys are hashed: tag headers are short and plain ASCII.
 */
export function surrogateTags(
  token: string,
  origin: Pick<OriginRef, "key" | "pathKey">,
  hash: HashText,
): string[] {
  const tags = [`t:${token}`, `o:${tagOf(origin.pathKey, hash)}`];
  if (origin.key !== origin.pathKey) tags.push(`o:${tagOf(origin.key, hash)}`);
  for (const prefix of folders(origin.pathKey).slice(0, limits.prefixTags))
    tags.push(`p:${tagOf(prefix, hash)}`);
  return tags;
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
