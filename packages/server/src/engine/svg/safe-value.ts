/**
 * Functions that may stand in a value: those of CSS that only calculate. Not among them: `image-set`, `image`, `src`,
 * `cross-fade`, `element`, `expression`, `attr`, which fetch, run or read; `url` is looked at on its own.
 */
const calculating: ReadonlySet<string> = new Set(
  `abs accumulate acos asin atan atan2 blur brightness calc circle clamp color color-mix contrast cos cubic-bezier
  device-cmyk drop-shadow ellipse env exp fit-content grayscale hsl hsla hue-rotate hwb hypot inset invert lab lch
  light-dark linear linear-gradient log matrix matrix3d max min minmax mod oklab oklch opacity path perspective polygon
  pow radial-gradient ray rect rem repeating-linear-gradient repeating-radial-gradient rgb rgba rotate rotate3d rotatex
  rotatey rotatez round saturate scale scale3d scalex scaley scalez sepia shape sign sin skew skewx skewy sqrt steps tan
  translate translate3d translatex translatey translatez var xywh`.split(/\s+/),
);

/** A reference into the same document, quoted in one way or another. */
const ownReference = /url\(\s*(?:"#[^"()\\\n]*"|'#[^'()\\\n]*'|#[^"'()\\\s]*)\s*\)/gi;

/**
 * True if a value of CSS, or of an attribute that takes such, can neither fetch anything nor run: every function in it
 * only calculates, and each `url()` points into the same document.
 */
export function isSafeValue(value: string): boolean {
  if (isScript(value)) return false;
  // Without a parenthesis there is no function, and an escape never makes one (CSS Syntax 3, section 4.3.4).
  if (!value.includes("(")) return true;
  // An escape may spell a function's name.
  if (value.includes("\\")) return false;
  const rest = value.replace(ownReference, " ");
  // No function, with a space before its parenthesis; but nothing is lost by not relying on that.
  if (/url\s*\(/i.test(rest)) return false;
  for (const [, name = ""] of rest.matchAll(/([^\s,/()'"]*)\(/g)) {
    if (name !== "" && !calculating.has(name.toLowerCase())) return false;
  }
  return true;
}

/** True for addresses that run: `javascript:` and its like, with whatever a browser skips in between. */
export function isScript(value: string): boolean {
  // What hides it: spaces and control characters.
  return value.includes(":") && /(?:java|vb|live)script:/i.test(value.replace(/[\s\p{Cc}]+/gu, ""));
}
