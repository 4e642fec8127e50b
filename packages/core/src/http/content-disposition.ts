/** Characters that a file's name may have: the longest that all usual file systems take has 255 bytes. */
const nameChars = 100;

/**
 * A `Content-Disposition` that has the answer saved as a file (RFC 6266): with a name in ASCII for old clients, and the
 * real one in UTF-8 (RFC 8187). Neither leads to a folder, hides the file, or could end the header.
 *
 * @param fileName as it should be, from whatever source
 */
export function attachment(fileName: string): string {
  const name = safeName(fileName);
  // A percent sign is taken out, too: some clients decode the plain form.
  const ascii = name.replace(/[^\x20-\x7e]|["%\\]/gu, "_");
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeValue(name)}`;
}

/**
 * The last segment of a path, decoded, with the ending of what it became.
 * @param path percent-encoded, as in an origin key
 * @param ending such as `webp`; `null` leaves the name as it is
 */
export function fileNameOf(path: string, ending: string | null): string {
  const segment = path.slice(path.lastIndexOf("/") + 1);
  const name = decode(segment) || "image";
  if (ending === null || endingsOf(ending).some((known) => name.toLowerCase().endsWith(`.${known}`)))
    return name;
  return `${name.replace(/\.[A-Za-z0-9]{1,5}$/, "")}.${ending}`;
}

function endingsOf(ending: string): readonly string[] {
  return ending === "jpg" ? ["jpg", "jpeg", "jpe", "jfif"] : [ending];
}

function safeName(fileName: string): string {
  const clean = fileName
    .toWellFormed()
    .normalize("NFC")
    // Controls, what separates folders or is refused in names by some system, and what turns the direction of writing.
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]/gu, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const chars = [...clean];
  if (chars.length <= nameChars) return clean === "" ? "image" : clean;
  const dot = clean.lastIndexOf(".");
  const ending = dot > 0 && clean.length - dot <= 6 ? clean.slice(dot) : "";
  return chars.slice(0, nameChars - ending.length).join("") + ending;
}

/** RFC 8187 section 3.2.1: `attr-char` is a little less than what `encodeURIComponent` leaves. */
function encodeValue(text: string): string {
  const hex = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/['()*]/g, hex);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
