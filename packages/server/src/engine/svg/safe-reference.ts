/** Raster formats that may lie inside a drawing, with the bytes with which their files begin. */
const signatures: readonly [type: RegExp, start: RegExp][] = [
  [/^png$/, /^\x89PNG\r\n/],
  [/^jpe?g$/, /^\xff\xd8\xff/],
  [/^gif$/, /^GIF8[79]a/],
  [/^webp$/, /^RIFF[\s\S]{4}WEBP/],
  [/^avif$/, /^[\s\S]{4}ftypavi/],
];

/** Elements that show a picture; every other one points at elements of the same document. */
const showsPictures: ReadonlySet<string> = new Set(["image", "feImage"]);

/**
 * What of an `href` may stay: a reference into the same document, or a raster picture that is written out in it. An SVG
 * inside an SVG is no such picture.
 *
 * @returns the reference as it is to be written; `null` if it must go
 */
export function safeReference(element: string, value: string): string | null {
  const reference = value.trim();
  if (reference.startsWith("#")) return reference;
  return showsPictures.has(element) ? rasterData(reference) : null;
}

function rasterData(reference: string): string | null {
  const comma = reference.indexOf(",");
  const head = /^data:image\/([a-z]+)(?:;charset=[\w-]+)?;base64$/i.exec(reference.slice(0, comma));
  const payload = reference.slice(comma + 1).replace(/\s+/g, "");
  if (!head?.[1] || !/^[A-Za-z0-9+/]+={0,2}$/.test(payload)) return null;
  const type = head[1].toLowerCase();
  // A renderer may go by the content, not by the name: what is called a PNG has to be one.
  const start = atob(payload.slice(0, 24));
  const known = signatures.some(([name, bytes]) => name.test(type) && bytes.test(start));
  return known ? `data:image/${type};base64,${payload}` : null;
}
