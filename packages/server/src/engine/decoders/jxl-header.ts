import { FreshetError, type Size } from "@freshet/core";
import { type Header, headerCutShort, partCounter, readBytes } from "./header.ts";

/**
 * Size, orientation and alpha of a JPEG XL, bare or in a container. Its decoder hands out sRGB in 8 bits, whatever is in
 * the file, and the first frame of an animation.
 *
 * @throws FreshetError `image_broken`
 * @see ISO/IEC 18181-1, annexes D.2 (image header) and E (bundles); 18181-2, section 9 (boxes)
 */
export function readJxlHeader(bytes: Uint8Array): Header {
  const bits = readBits(codestreamOf(bytes));
  if (bits.take(16) !== 0x0aff) throw new FreshetError("image_broken", "the JPEG XL holds no codestream");
  const size = readSize(bits);
  const isDefault = bits.flag();
  const orientation = isDefault ? 1 : readExtraFields(bits);
  const hasAlpha = isDefault ? false : readAlpha(bits);
  return { ...size, orientation, hasAlpha, frames: 1, isSrgb: true, hasProfile: false };
}

/** Enough for any header; names of channels may be longer, but are not. */
const codestreamBytes = 4096;

/** The beginning of the codestream, put together from the boxes in which it lies. */
function codestreamOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff) return bytes.subarray(0, codestreamBytes);
  const file = readBytes(bytes, "big");
  const parts: Uint8Array[] = [];
  const countPart = partCounter();
  for (let at = 0, found = 0; at + 8 <= file.length && found < codestreamBytes; ) {
    countPart();
    const [short, name] = [file.u32(at), file.name(at + 4)];
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? file.u32(at + 8) * 2 ** 32 + file.u32(at + 12) : short;
    // Length 0: up to the end of the file.
    const end = length === 0 ? file.length : at + Math.max(head, length);
    const from = name === "jxlc" ? at + head : name === "jxlp" ? at + head + 4 : end;
    const part = bytes.subarray(from, Math.min(end, from + codestreamBytes));
    parts.push(part);
    found += part.length;
    at = end;
  }
  return Buffer.concat(parts);
}

interface BitReader {
  /** Up to 30 bits, the lowest first. */
  take(count: number): number;
  flag(): boolean;
  /** One of four ranges, chosen by two bits: each an offset and a number of bits. */
  choose(...ranges: readonly (readonly [offset: number, bits: number])[]): number;
}

function readBits(bytes: Uint8Array): BitReader {
  let at = 0;
  const take = (count: number): number => {
    if (at + count > bytes.length * 8) throw headerCutShort();
    let value = 0;
    for (let index = 0; index < count; index++, at++) {
      value += (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** index;
    }
    return value;
  };
  return {
    take,
    flag: () => take(1) === 1,
    choose(...ranges) {
      const [offset, count] = ranges[take(2)] ?? [0, 0];
      return offset + take(count);
    },
  };
}

/** Shares of width to height that are written as a number. */
const ratios: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

function readSize(bits: BitReader): Size {
  const isSmall = bits.flag();
  const side = () => (isSmall ? 8 * (1 + bits.take(5)) : bits.choose([1, 9], [1, 13], [1, 18], [1, 30]));
  return withRatio(bits, side);
}

function withRatio(bits: BitReader, side: () => number): Size {
  const height = side();
  const ratio = ratios[bits.take(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side(), height };
}

/** @returns the orientation, as in EXIF */
function readExtraFields(bits: BitReader): number {
  if (!bits.flag()) return 1;
  const orientation = 1 + bits.take(3);
  if (bits.flag()) readSize(bits);
  if (bits.flag()) skipPreview(bits);
  if (bits.flag()) skipAnimation(bits);
  return orientation;
}

function skipPreview(bits: BitReader): void {
  const isSmall = bits.flag();
  withRatio(bits, () =>
    isSmall
      ? 8 * bits.choose([16, 0], [32, 0], [1, 5], [33, 9])
      : bits.choose([1, 6], [65, 8], [321, 10], [1345, 12]),
  );
}

function skipAnimation(bits: BitReader): void {
  bits.choose([100, 0], [1000, 0], [1, 10], [1, 30]);
  bits.choose([1, 0], [1001, 0], [1, 8], [1, 10]);
  bits.choose([0, 0], [0, 3], [0, 16], [0, 32]);
  bits.flag();
}

const alphaChannel = 0;

function readAlpha(bits: BitReader): boolean {
  skipBitDepth(bits);
  bits.flag();
  const channels = bits.choose([0, 0], [1, 0], [2, 4], [1, 12]);
  for (let index = 0; index < channels; index++) {
    // A channel that has nothing special is alpha.
    if (bits.flag()) return true;
    const type = bits.choose([0, 0], [1, 0], [2, 4], [18, 6]);
    if (type === alphaChannel) return true;
    skipChannel(bits, type);
  }
  return false;
}

function skipBitDepth(bits: BitReader): void {
  if (!bits.flag()) {
    bits.choose([8, 0], [10, 0], [12, 0], [1, 6]);
    return;
  }
  bits.choose([32, 0], [16, 0], [24, 0], [1, 6]);
  bits.take(4);
}

function skipChannel(bits: BitReader, type: number): void {
  skipBitDepth(bits);
  bits.choose([0, 0], [3, 0], [4, 0], [1, 3]);
  const name = bits.choose([0, 0], [0, 4], [16, 5], [48, 10]);
  for (let index = 0; index < name; index++) bits.take(8);
  // A spot color is four numbers of 16 bits, a color filter array has an index.
  if (type === 2) for (let index = 0; index < 4; index++) bits.take(16);
  if (type === 5) bits.choose([1, 0], [0, 2], [3, 4], [19, 8]);
}
