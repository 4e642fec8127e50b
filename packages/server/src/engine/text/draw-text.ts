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

/**
 * Shares of the size that lie above and below the baseline at least: letters with accents fit, and the baselines of texts
 * of one size are at one height. What is still higher (a stack of accents) gets its room.
 */
const [ascent, descent] = [0.95, 0.28];

/** What lies in a rounding error is no pixel more. */
const tolerance = 1e-6;

/** Draws one line of text, as wide as its ink and as high as its font. For workers only. */
export async function drawText(input: TextInput) {
  const font = chooseFont(input.font);
  const ink = await inkOf(input, font);
  if (ink === null) return { data: new Uint8Array(4), width: 1, height: 1 };
  const high = ink.above + ink.below;
  const limit = Math.min(1, input.limitSide / ink.width, input.limitSide / high);
  const fit = input.shrink ? Math.min(1, input.maxWidth / ink.width, input.maxHeight / high) : 1;
  const scale = Math.min(limit, fit);
  const width = Math.max(1, Math.ceil(ink.width * scale - tolerance));
  const height = Math.max(1, Math.ceil(high * scale - tolerance));
  // The baseline lies between two rows of pixels, so that feet of letters are sharp.
  const top = Math.round(ink.above * scale) / scale;
  const view = `${ink.left} ${-top} ${width / scale} ${height / scale}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${view}">${line(input, font)}</svg>`;
  return straightPixels(await openDrawing(svg));
}

async function inkOf(input: TextInput, font: FontChoice) {
  const drawing = await openDrawing(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">${line(input, font)}</svg>`,
  );
  const box = drawing.getBBox();
  if (!box || box.width <= 0) return null;
  return {
    left: box.x,
    width: box.width,
    above: Math.max(ascent * input.size, -box.y),
    below: Math.max(descent * input.size, box.y + box.height),
  };
}

function line({ text, color, size }: TextInput, { family, bold, italic }: FontChoice): string {
  const style = `${bold ? ' font-weight="700"' : ""}${italic ? ' font-style="italic"' : ""}`;
  return `<text xml:space="preserve" font-family="${family}" font-size="${size}" fill="#${color}"${style}>${escapeXml(text)}</text>`;
}

/** Also drops what XML has no place for (XML 1.0 section 2.2). */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // A line feed or a tab was meant to keep words apart.
      .replace(/\s/g, " ")
      .replace(/[\p{Cc}\ufffe\uffff]/gu, "")
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
