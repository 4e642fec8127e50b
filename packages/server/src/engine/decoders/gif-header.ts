import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { type ByteReader, type Header, readBytes } from "./header.ts";

/** Blocks that are walked over at once: a millisecond. */
const mostHere = 100_000;

/**
 * @returns `null` for a file that is not as it should be, or that takes long to walk over: readers forgive much, and what
 *   such a file holds is for the decoder to say
 */
export function readGifHeader(bytes: Uint8Array): Header | null {
  return walk(bytes, mostHere).header;
}

/**
 * libnsgif takes a second for each million of blocks.
 * @throws FreshetError `original_too_large` if there are too many; what else is wrong is for the decoder to say
 */
export function checkGifBlocks(bytes: Uint8Array): void {
  const { gifBlocks } = serverLimits;
  if (walk(bytes, gifBlocks).blocks <= gifBlocks) return;
  throw new FreshetError("original_too_large", `the GIF has more than ${gifBlocks} blocks`);
}

/** What introduces a block (GIF89a, appendix A). */
const introducers = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;
/** Label of the extension that says how a frame is shown. */
const graphicControl = 0xf9;

/**
 * Over all blocks, and over those that their data is in, until one more than `maxBlocks`.
 * @see GIF89a, sections 15 (data sub-blocks), 18 (logical screen), 20 (image), 23 to 26 (extensions), 27 (trailer)
 */
function walk(bytes: Uint8Array, maxBlocks: number): { blocks: number; header: Header | null } {
  const file = readBytes(bytes, "little");
  if (file.length < 13) return { blocks: 0, header: null };
  const [width, height] = [file.u16(6), file.u16(8)];
  let [blocks, frames, hasAlpha, isSound] = [0, 0, false, isBelieved(width, height)];
  let at = 13 + paletteBytes(file.u8(10));
  while (at + 10 < file.length && blocks <= maxBlocks) {
    blocks++;
    const kind = file.u8(at);
    if (kind === introducers.image) {
      frames++;
      isSound &&= isFrame(file, at, width, height);
      at += 11 + paletteBytes(file.u8(at + 9));
    } else if (kind === introducers.extension) {
      if (file.u8(at + 1) === graphicControl) hasAlpha ||= (file.u8(at + 3) & 1) !== 0;
      at += 2;
    } else break;
    for (let length = bytes[at] ?? 0; length > 0 && blocks <= maxBlocks; length = bytes[at] ?? 0) {
      blocks++;
      at += 1 + length;
    }
    at += 1;
  }
  isSound &&= frames > 0 && bytes[at] === introducers.trailer;
  const color = { isSrgb: true, hasProfile: false } as const;
  return { blocks, header: isSound ? { width, height, orientation: 1, hasAlpha, frames, ...color } : null };
}

/**
 * Old programs wrote the size of the screen they ran on, so libnsgif goes by the frames where a file names one of these, or
 * more than that.
 */
const screens: readonly (readonly [width: number, height: number])[] = [
  [640, 480],
  [640, 512],
  [800, 600],
  [1024, 768],
  [1280, 1024],
  [1600, 1200],
];
const mostBelieved = 2048;

function isBelieved(width: number, height: number): boolean {
  if (width < 1 || height < 1 || width > mostBelieved || height > mostBelieved) return false;
  return !screens.some(([screenWidth, screenHeight]) => screenWidth === width && screenHeight === height);
}

function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** A frame that is there, whose codes have a size that may be, and that does not reach beyond the screen and enlarge it. */
function isFrame(file: ByteReader, at: number, width: number, height: number): boolean {
  const frame = { width: file.u16(at + 5), height: file.u16(at + 7) };
  const codeAt = at + 10 + paletteBytes(file.u8(at + 9));
  if (frame.width === 0 || frame.height === 0 || codeAt >= file.length) return false;
  if (file.u8(codeAt) < 2 || file.u8(codeAt) > 8) return false;
  return file.u16(at + 1) + frame.width <= width && file.u16(at + 3) + frame.height <= height;
}
