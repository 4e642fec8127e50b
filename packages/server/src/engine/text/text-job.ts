import { openDrawing, straightPixels } from "../svg/resvg.ts";
import { chooseFont, type FontChoice } from "./fonts.ts";

export interface TextInput {
  readonly text: string;
  readonly font: string;
  /** Pixels. */
  readonly size: number;
  readonly shrink: boolean;
  /** Six hex digits. */
  readonly color: string;
  /** What the text is made smaller for, if it may be. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** What it is made smaller for in any case. */
  readonly limitSide: number;
}

/** Shares of the size that lie above and below the baseline: letters with accents fit, and lines of one size align. */
const [ascent, descent] = [0.95, 0.28];

/** Draws one line of text, as wide as its ink and as high as its font. For workers only. */
export async function drawText(input: TextInput) {
  const font = chooseFont(input.font);
  const ink = await inkOf(input, font, input.size);
  if (ink === null) return { data: new Uint8Array(4), width: 1, height: 1 };
  const high = input.size * (ascent + descent);
  const limit = Math.min(1, input.limitSide / ink.width, input.limitSide / high);
  const fit = input.shrink ? Math.min(1, input.maxWidth / ink.width, input.maxHeight / high) : 1;
  const scale = Math.min(limit, fit);
  const width = Math.max(1, Math.floor(ink.width * scale));
  const height = Math.max(1, Math.floor(high * scale));
  const view = `${ink.left} ${-ascent * input.size} ${ink.width} ${high}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${view}">${line(input, font, input.size)}</svg>`;
  return straightPixels(await openDrawing(svg));
}

async function inkOf(input: TextInput, font: FontChoice, size: number) {
  const drawing = await openDrawing(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">${line(input, font, size)}</svg>`,
  );
  const box = drawing.getBBox();
  return box && box.width > 0 ? { left: box.x, width: box.width } : null;
}

function line({ text, color }: TextInput, { family, bold, italic }: FontChoice, size: number): string {
  const style = `${bold ? ' font-weight="700"' : ""}${italic ? ' font-style="italic"' : ""}`;
  return `<text xml:space="preserve" font-family="${family}" font-size="${size}" fill="#${color}"${style}>${escapeXml(text)}</text>`;
}

/** Also drops what XML has no place for (XML 1.0 section 2.2). */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, "")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
