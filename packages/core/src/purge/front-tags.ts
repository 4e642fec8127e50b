import { folderTag, originTag, taggedFolders, tokenTag } from "../http/tags.ts";
import type { HashText } from "../key/hash.ts";
import { anyTag } from "./tag.ts";
import type { PurgeTarget } from "./target.ts";

/**
 * Tags by which a cache in front reaches every answer that the targets concern: each of those answers carries at least
 * one of them (see {@link surrogateTags}). Where no tag is as narrow as a target, the narrowest that covers it is taken:
 * the deepest tagged folder for a prefix, the original for one of its URLs.
 *
 * @param most tags that the caller can use, at least one for each token. If there are more, originals are widened to
 *   their folders, then folders to their hosts, then hosts to the token: too much is purged, which is always safe.
 */
export function frontTags(targets: readonly PurgeTarget[], hash: HashText, most: number): string[] {
  for (const width of [0, 1, 2]) {
    const tags = new Set(targets.flatMap((target) => tagsAt(target, width, hash)));
    if (tags.size <= most) return [...tags];
  }
  return [...new Set(targets.map(({ token }) => tokenTag(token)))];
}

/** @param width 0 = as narrow as there is a tag, 1 = the folder, 2 = the host */
function tagsAt({ token, kind, pattern }: PurgeTarget, width: number, hash: HashText): string[] {
  if (kind === "all" || (kind === "tag" && width > 0)) return [tokenTag(token)];
  if (kind === "tag") return [pattern.slice(pattern.indexOf("|#") + 2), anyTag];
  // Of the key of a URL or of variants, the first line is their original's.
  const key = pattern.split("\n", 1)[0] as string;
  if (kind !== "prefix" && width === 0) return [originTag(key, hash)];
  const folders = taggedFolders(key.split("?", 1)[0] as string);
  const folder = width === 2 ? folders[0] : folders.at(-1);
  return [folder === undefined ? tokenTag(token) : folderTag(folder, hash)];
}
