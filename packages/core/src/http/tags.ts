import type { HashText } from "../key/hash.ts";
import { limits } from "../limits.ts";
import { anyTag } from "../purge/tag.ts";
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
  const tags = new Set([tokenTag(token)]);
  for (const { key, pathKey } of origins) {
    tags.add(originTag(pathKey, hash));
    if (key !== pathKey) tags.add(originTag(key, hash));
    for (const folder of taggedFolders(pathKey)) tags.add(folderTag(folder, hash));
  }
  return [...tags];
}

/** Stands for all folders of an answer in {@link shortTags}. */
export const cutFoldersTag = "p:cut";

/**
 * Tags for a front that takes only so many characters of them, joined by commas. Where they are more, folders are left
 * out, for one tag that has to be purged with any folder, and so are those of origins, for {@link anyTag}; what remains is
 * at most 20 tags, 420 characters.
 *
 * @param own that Freshet gave
 * @param given that origins gave
 */
export function shortTags(own: readonly string[], given: readonly string[], maxChars: number): string {
  const all = [...own, ...given].join(",");
  if (all.length <= maxChars) return all;
  const kept = own.filter((tag) => !tag.startsWith("p:"));
  return [...kept, cutFoldersTag, ...(given.length > 0 ? [anyTag] : [])].join(",");
}

export function tokenTag(token: string): string {
  return `t:${token}`;
}

/** @param key with its query, if it is to be told from the same path with another */
export function originTag(key: string, hash: HashText): string {
  return `o:${tagOf(key, hash)}`;
}

export function folderTag(folder: string, hash: HashText): string {
  return `p:${tagOf(folder, hash)}`;
}

/** The folders of a key that answers carry tags for, nearest to the host first. */
export function taggedFolders(pathKey: string): string[] {
  return folders(pathKey).slice(0, limits.prefixTags);
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
