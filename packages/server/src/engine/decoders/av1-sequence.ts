import { FreshetError } from "@freshet/core";
import type { Span } from "./avif-boxes.ts";
import { type ByteReader, headerCutShort } from "./header.ts";

/** What the coded bytes of a picture say about it, themselves. */
export interface Av1Sequence {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 10 | 12;
  /** Each pixel has a color of its own, or it is gray: nothing is left to be guessed. */
  readonly hasAllColors: boolean;
  /** Number of ITU-T H.273 for how color becomes brightness and two differences. */
  readonly matrix: number;
  readonly isFullRange: boolean;
}

const sequenceHeader = 1;
/** What else a still is made of: delimiter, frame header, tiles, metadata, frame, padding. */
const others: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 15]);
/** Of a still there are three or four. */
const mostUnits = 1_000;

/**
 * The one sequence header of a still.
 * @throws FreshetError `image_broken` at all that is odd, be it broken or only rare
 * @see AV1 Bitstream & Decoding Process Specification, sections 5.3 (OBU) and 5.5 (sequence header)
 */
export function readAv1Sequence(file: ByteReader, { from, to }: Span): Av1Sequence {
  let found: Av1Sequence | null = null;
  let units = 0;
  for (let at = from; at < to; ) {
    const [head, type] = [file.u8(at), (file.u8(at) >> 3) & 15];
    const { value: length, next } = readLength(file, at + 1);
    // It says how long it is, and belongs to no layer; nothing may take back what the first header says.
    const isUsual = (head & 0x87) === 0x02 && next + length <= to && ++units <= mostUnits;
    if (!isUsual || (type === sequenceHeader ? found !== null : !others.has(type))) throw odd();
    if (type === sequenceHeader) found = readHeader(file, { from: next, to: next + length });
    at = next + length;
  }
  if (!found) throw odd();
  return found;
}

function odd(): FreshetError {
  return new FreshetError("image_broken", "the AVIF is coded in another way than is usual");
}

/** Seven bits a byte, the lowest first. */
function readLength(file: ByteReader, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = file.u8(at + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  throw odd();
}

type Take = (bits: number) => number;

/** Takes up to 30 bits at a time, the highest first. */
function bitsOf(file: ByteReader, { from, to }: Span): Take {
  let at = from * 8;
  return (bits) => {
    if (at + bits > to * 8) throw headerCutShort();
    let value = 0;
    for (const end = at + bits; at < end; at++) {
      value = value * 2 + ((file.u8(Math.floor(at / 8)) >> (7 - (at % 8))) & 1);
    }
    return value;
  };
}

function readHeader(file: ByteReader, span: Span): Av1Sequence {
  const take = bitsOf(file, span);
  const profile = take(3);
  take(1);
  const isReduced = take(1) === 1;
  if (isReduced) take(5);
  else skipOperatingPoint(take);
  const [widthBits, heightBits] = [take(4) + 1, take(4) + 1];
  const [width, height] = [take(widthBits) + 1, take(heightBits) + 1];
  if (!isReduced && take(1) === 1) take(7);
  take(3);
  if (!isReduced) skipTools(take);
  take(3);
  return { width, height, ...readColors(take, profile) };
}

/** There is but one, without layers; and a still has no timing. */
function skipOperatingPoint(take: Take): void {
  if (take(1) === 1) throw odd();
  const hasDelay = take(1) === 1;
  if (take(5) !== 0 || take(12) !== 0) throw odd();
  if (take(5) > 7) take(1);
  if (hasDelay && take(1) === 1) take(4);
}

function skipTools(take: Take): void {
  take(4);
  const hasOrder = take(1) === 1;
  if (hasOrder) take(2);
  const forcesScreenContent = take(1) === 1 || take(1) === 1;
  if (forcesScreenContent && take(1) === 0) take(1);
  if (hasOrder) take(3);
}

function readColors(take: Take, profile: number): Omit<Av1Sequence, "width" | "height"> {
  const isDeep = take(1) === 1;
  const depth = isDeep ? (profile === 2 && take(1) === 1 ? 12 : 10) : 8;
  const isGray = profile !== 1 && take(1) === 1;
  const [primaries, transfer, matrix] = take(1) === 1 ? [take(8), take(8), take(8)] : [2, 2, 2];
  // sRGB as it is needs no more words.
  const isPlainRgb = !isGray && primaries === 1 && transfer === 13 && matrix === 0;
  const isFullRange = isPlainRgb || take(1) === 1;
  // Of profiles 0 and 2 every other one has, or every fourth.
  return { depth, hasAllColors: isGray || profile === 1, matrix: matrix as number, isFullRange };
}
