/** The origin part of a URL, with the query that stood inside it when the whole was percent-encoded. */
export interface OriginText {
  readonly path: string;
  readonly query: string;
}

/** Takes a decoded origin apart: `https://h/a.jpg?v=1` is a path and a query. */
export function splitOriginText(decoded: string): OriginText {
  const text = decoded.replace(/^\/+/, "");
  const mark = text.indexOf("?");
  // A `#` could only be meant as part of the file's name: fragments never reach a server.
  const keepHash = (part: string) => part.replaceAll("#", "%23");
  return mark === -1
    ? { path: keepHash(text), query: "" }
    : { path: keepHash(text.slice(0, mark)), query: keepHash(text.slice(mark + 1)) };
}

/** True for `https%3A%2F%2F…`, which can be nothing but a whole URL that was encoded. */
export function isEncodedUrl(text: string): boolean {
  return /^https?%3a/i.test(text);
}
