import { shortTags } from "@freshet/core";

/** Bunny's limit for the header `CDN-Tag` (docs.bunny.net/cdn/purge-cache). */
const maxChars = 1_024;

/** @param given tags of origins, in addition to those that follow from the URL */
export function cdnTag(
  { surrogateKey, cacheTag }: { readonly surrogateKey: string; readonly cacheTag: string },
  given: readonly string[],
): string {
  // Most answers have few tags, and nothing has to be counted.
  if (given.length === 0 && cacheTag.length <= maxChars) return cacheTag;
  return shortTags(surrogateKey.split(" "), given, maxChars);
}
