import { FreshetError } from "../errors.ts";

// RFC 3986 section 3.3: what may stand in a path unescaped, beside the slash.
const pathCharacter = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;
const queryCharacter = /[A-Za-z0-9\-._~!$&'()*+,;=:@/?]/;
const unreserved = /[A-Za-z0-9\-._~]/;
const alreadyNormalPath = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;

/** One spelling for all spellings of a path (RFC 3986 section 6.2.2). A stray `%` is read as the character itself. */
export function normalizePath(path: string): string {
  const normal = alreadyNormalPath.test(path) ? path : normalizeEscapes(path, pathCharacter);
  refuseDots(normal);
  if (/%(?:25|2F|5C)/.test(normal)) refuseHidden(normal);
  return normal;
}

function refuseDots(path: string): void {
  if (/(^|\/)\.{1,2}(\/|$)/.test(path)) {
    throw new FreshetError("bad_path", "the path contains `.` or `..` as a segment");
  }
}

/**
 * A name may contain a slash or what looks like an escape (`folder%2Fa.jpg`, `a%2520b.jpg`), and an origin may decode
 * more than it should: then nothing must come out that climbs out of a folder or ends a text.
 */
function refuseHidden(normal: string): void {
  const escapes = normal.replace(/%(?:25)+(?=[0-9A-Fa-f]{2})/g, "%");
  for (const [, byte = ""] of escapes.matchAll(/%([0-9A-Fa-f]{2})/g))
    refuseControl(Number.parseInt(byte, 16));
  refuseDots(escapes.replace(/%2e/gi, ".").replace(/%(?:2f|5c)/gi, "/"));
}

/** One spelling for all spellings of an origin's query; the order of the pairs is the origin's business and is kept. */
export function normalizeQuery(query: string): string {
  return normalizeEscapes(query, queryCharacter);
}

function normalizeEscapes(text: string, allowed: RegExp): string {
  let out = "";
  for (let i = 0; i < text.length; ) {
    const escaped = /^%([0-9A-Fa-f]{2})/.exec(text.slice(i, i + 3));
    const character = String.fromCodePoint(text.codePointAt(i) as number);
    if (escaped) {
      const byte = Number.parseInt(escaped[1] as string, 16);
      refuseControl(byte);
      const plain = String.fromCharCode(byte);
      out += unreserved.test(plain) ? plain : `%${(escaped[1] as string).toUpperCase()}`;
      i += 3;
    } else {
      refuseControl(character.codePointAt(0) as number);
      out += allowed.test(character) ? character : escapeCharacter(character);
      i += character.length;
    }
  }
  refuseOtherBytes(out);
  return out;
}

/**
 * The replacement character (U+FFFD) is refused as well: it is what runtimes make of such bytes where they stood in the
 * request unescaped, and then nobody can say what was meant.
 */
function refuseOtherBytes(normal: string): void {
  if (!/%[89A-F]/.test(normal)) return;
  try {
    if (!decodeURIComponent(normal).includes("\uFFFD")) return;
  } catch {
    // Said below.
  }
  throw new FreshetError("bad_path", "the path contains bytes that are not UTF-8");
}

function escapeCharacter(character: string): string {
  try {
    return encodeURIComponent(character).replace(/'/g, "%27");
  } catch {
    throw new FreshetError("bad_path", "the path contains half of a surrogate pair");
  }
}

function refuseControl(code: number): void {
  if (code < 0x20 || code === 0x7f)
    throw new FreshetError("bad_path", "the path contains a control character");
}
