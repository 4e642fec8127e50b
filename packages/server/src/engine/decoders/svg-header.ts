import { constants, gunzipSync } from "node:zlib";
import { FreshetError, type Size } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import type { Header } from "./header.ts";

/** Pixels of CSS in each unit (CSS Values 4, sections 6.1 and 6.2); `em` and `ex` as of text of 16 pixels. */
const pixelsPerUnit: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  em: 16,
  rem: 16,
  ex: 8,
};

/** What a browser gives a drawing that says nothing about its size (CSS 2, section 10.3.2). */
const defaultSize: Size = { width: 300, height: 150 };

/** Namespaces may have any prefix; what `<svg` means then is left to the reader of the whole. */
const firstElement = /^<(?:[A-Za-z_][\w.-]*:)?svg(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>/;

/** True for drawings: XML whose first element is `svg`, in UTF-8 or UTF-16, packed by gzip or not. */
export function isSvg(bytes: Uint8Array): boolean {
  return attributesOf(bytes) !== null;
}

/**
 * A drawing's natural size: its own `width` and `height`, of which a missing one follows from `viewBox`. A drawing has
 * no pixels: one in large units (maps have coordinates in metres) is taken as a picture that is large, but can be made.
 *
 * @throws FreshetError `image_broken`
 */
export function readSvgHeader(bytes: Uint8Array): Header {
  const attributes = attributesOf(bytes);
  if (attributes === null) throw new FreshetError("image_broken", "the drawing does not begin with svg");
  const { width, height } = inReach(naturalSize(attributes));
  return { width, height, orientation: 1, hasAlpha: true, frames: 1, isSrgb: true, hasProfile: false };
}

function naturalSize(attributes: string): Size {
  const [width, height] = [lengthOf(attributes, "width"), lengthOf(attributes, "height")];
  const box = viewBoxOf(attributes);
  if (width !== null && height !== null) return { width, height };
  if (width !== null) return { width, height: box ? (width * box.height) / box.width : defaultSize.height };
  if (height !== null) return { width: box ? (height * box.width) / box.height : defaultSize.width, height };
  return box ?? defaultSize;
}

function inReach({ width, height }: Size): Size {
  const longer = Math.max(width, height);
  const scale = width * height > serverLimits.sourcePixels ? serverLimits.svgSide / longer : 1;
  const whole = (side: number) => (side > 0 ? Math.max(1, Math.round(side * scale)) : 0);
  return { width: whole(width), height: whole(height) };
}

/** @returns `null` if it is missing, a percentage of something unknown, or nonsense */
function lengthOf(attributes: string, name: string): number | null {
  const text = attributeOf(attributes, name) ?? "";
  const length = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/i.exec(text);
  const pixels = pixelsPerUnit[length?.[2]?.toLowerCase() ?? ""];
  const value = length && pixels !== undefined ? Number(length[1]) * pixels : Number.NaN;
  return Number.isFinite(value) ? Math.max(0, value) : null;
}

/** @returns `null` without one that has an area (SVG 2, section 8.6) */
function viewBoxOf(attributes: string): Size | null {
  const numbers = (attributeOf(attributes, "viewBox") ?? "").split(/[\s,]+/).map(Number);
  const [, , width = 0, height = 0] = numbers;
  return numbers.length === 4 && width > 0 && height > 0 && Number.isFinite(width * height)
    ? { width, height }
    : null;
}

function attributeOf(attributes: string, name: string): string | null {
  for (const [, key, double, single] of attributes.matchAll(
    /(?<=^|\s)([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
  )) {
    if (key === name) return (double ?? single ?? "").trim();
  }
  return null;
}

/** Text of the first element's attributes; `null` if the first element is another one, or there is none. */
function attributesOf(bytes: Uint8Array): string | null {
  if (!mayBeText(bytes)) return null;
  const text = decodeHead(bytes);
  return firstElement.exec(text.slice(skipProlog(text)))?.[1] ?? null;
}

/** Past white space, declaration, comments, instructions and a DOCTYPE. By hand, because a pattern could take forever. */
function skipProlog(text: string): number {
  for (let at = 0; ; ) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (text.startsWith("<?", at)) at = behind(text, "?>", at);
    else if (text.startsWith("<!--", at)) at = behind(text, "-->", at);
    else if (/^<!doctype/i.test(text.slice(at, at + 9))) at = behindDoctype(text, at);
    else return at;
  }
}

function behind(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + end.length;
}

/** A DOCTYPE may bring entities of its own, in brackets, with quoted text and comments (XML 1.0, section 2.8). */
function behindDoctype(text: string, from: number): number {
  let isInside = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"' || character === "'") at = behind(text, character, at + 1) - 1;
    else if (text.startsWith("<!--", at)) at = behind(text, "-->", at) - 1;
    else if (character === "[") isInside = true;
    else if (character === "]") isInside = false;
    else if (character === ">" && !isInside) return at + 1;
  }
  return text.length;
}

/** Cheap, because every format is asked: text begins with `<`, after a byte order mark and white space. */
function mayBeText([first = 0, second = 0]: Uint8Array): boolean {
  const isPacked = first === 0x1f && second === 0x8b;
  const hasMark =
    first === 0xef || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isPacked || hasMark || isBlankOrTag(first) || (first === 0 && isBlankOrTag(second));
}

function isBlankOrTag(byte: number): boolean {
  return byte === 0x3c || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function decodeHead(bytes: Uint8Array): string {
  const head = bytes.subarray(0, serverLimits.svgHeadBytes);
  const plain = head[0] === 0x1f && head[1] === 0x8b ? unpackHead(head) : head;
  return new TextDecoder(encodingOf(plain)).decode(plain);
}

/** As XML 1.0, appendix F, guesses it. Every other encoding in use has the letters that matter here where ASCII has them. */
function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || second === 0) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || first === 0) return "utf-16be";
  return "utf-8";
}

/** What comes out of the first bytes, before they end in the middle: gzip can make a thousand times as much of them. */
function unpackHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head.subarray(0, serverLimits.svgHeadBytes / 8), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).subarray(0, serverLimits.svgHeadBytes);
  } catch {
    return new Uint8Array(0);
  }
}
