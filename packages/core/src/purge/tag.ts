import { limits } from "../limits.ts";

/** Stands for more tags than are kept: whatever carries it is reached by every purge of a tag. */
export const anyTag = "*";

/**
 * A tag as it is compared and sent: what could not stand in `Surrogate-Key` (blanks) or `Cache-Tag` (commas) is
 * percent-encoded. Upper and lower case differ (RFC 9875 section 2.1).
 *
 * @returns `null` for what is no tag: empty, or longer than {@link limits.tagChars}
 */
export function readTag(text: string): string | null {
  const tag = text
    .trim()
    .replace(/[^\x21-\x7e]|[,"]/gu, (sign) =>
      sign === "," || sign === '"' || sign === " "
        ? `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
        : encode(sign),
    );
  return tag === "" || tag.length > limits.tagChars ? null : tag;
}

/** A half of a surrogate pair has no encoding. */
function encode(sign: string): string {
  return encodeURIComponent(sign.toWellFormed());
}

/**
 * The tags that an origin gives its answer: `Surrogate-Key` (blanks between them), `Cache-Tag` (commas) and
 * `Cache-Groups` (RFC 9875: a list of quoted strings). If there are more than {@link limits.originTags}, or one that
 * cannot be kept, {@link anyTag} stands for the rest: no purge may miss it.
 *
 * @returns `null` if the answer has none of these headers
 */
export function tagsOf(headers: { get(name: string): string | null }): string[] | null {
  const surrogate = headers.get("surrogate-key");
  const cacheTag = headers.get("cache-tag");
  const groups = headers.get("cache-groups");
  if (surrogate === null && cacheTag === null && groups === null) return null;
  const texts = [
    ...(surrogate?.split(/\s+/) ?? []),
    ...(cacheTag?.split(",") ?? []),
    ...readGroups(groups ?? ""),
  ];
  const named = new Set(texts.filter((text) => text.trim() !== "").map((text) => readTag(text) ?? anyTag));
  const kept = [...named].slice(0, limits.originTags);
  return named.size > kept.length ? [...kept, anyTag] : kept;
}

/** The strings of a structured list (RFC 9651 section 3.3.3); parameters are passed over. */
function readGroups(field: string): string[] {
  return [...field.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1"));
}
