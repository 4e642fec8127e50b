import type { Size } from "@freshet/core";
import { type Box, checkNot, hasLength, type Item, type Span, textsIn } from "./avif-boxes.ts";
import type { ByteReader } from "./header.ts";

/** An item of an AVIF that is a picture, by its properties. */
export interface Picture extends Size {
  readonly item: Item;
  /** Bits of a channel; `null` of a grid. */
  readonly depth: number | null;
  /** By a quarter each. */
  readonly turns: number;
  readonly isTurned: boolean;
  readonly profile: Span | null;
  /** Number of ITU-T H.273; `null` if only the coded bytes say it. */
  readonly matrix: number | null;
  readonly isFullRange: boolean | null;
  readonly auxiliary: string | null;
}

const known: ReadonlySet<string> = new Set("ispe av1C pixi colr irot imir auxC pasp".split(" "));

/** @throws FreshetError `image_broken` at what is not understood */
export function describePicture(file: ByteReader, item: Item): Picture {
  const { properties } = item;
  checkNot(properties.some(({ name }) => !known.has(name)) || item.data.length === 0);
  const isCode = (box: Box) => file.name(box.from) === "nclx";
  const colors = properties.filter(({ name }) => name === "colr");
  const [code, profile] = [atMostOne(colors.filter(isCode)), atMostOne(colors.filter((box) => !isCode(box)))];
  const the = (name: string) => atMostOne(properties.filter((box) => box.name === name));
  const [size, coding, planes, rotation, mirror] = ["ispe", "av1C", "pixi", "irot", "imir"].map(the);
  checkNot(!size || (item.type === "av01") !== Boolean(coding));
  const depth = coding ? readDepth(file, coding) : null;
  if (planes) checkPlanes(file, planes, depth);
  const aspect = the("pasp");
  checkNot(Boolean(aspect) && !hasLength(aspect as Box, 8));
  return {
    item,
    ...readSize(file, size as Box),
    depth,
    turns: rotation ? readByte(file, rotation, 3) : 0,
    isTurned: Boolean(rotation) || (mirror ? readByte(file, mirror, 1) >= 0 : false),
    profile: profile ? readProfile(file, profile) : null,
    ...readCode(file, code),
    auxiliary: readAuxiliary(file, the("auxC")),
  };
}

function atMostOne(boxes: readonly Box[]): Box | null {
  checkNot(boxes.length > 1);
  return boxes[0] ?? null;
}

/** What libheif never refuses for its size; limits of our own come later. */
const longestSide = 32_768;

function readSize(file: ByteReader, box: Box): Size {
  checkNot(!hasLength(box, 12) || file.u32(box.from) !== 0);
  const [width, height] = [file.u32(box.from + 4), file.u32(box.from + 8)];
  checkNot([width, height].some((side) => side < 1 || side > longestSide));
  return { width, height };
}

function readDepth(file: ByteReader, box: Box): number {
  // Marker and version; then bits for what is deeper than 8, and than 10.
  checkNot(box.to - box.from < 4 || file.u8(box.from) !== 0x81);
  const flags = file.u8(box.from + 2);
  checkNot((flags & 0x60) === 0x20);
  return (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
}

function checkPlanes(file: ByteReader, box: Box, depth: number | null): void {
  checkNot(box.to - box.from < 5 || file.u32(box.from) !== 0 || !hasLength(box, 5 + file.u8(box.from + 4)));
  for (let at = box.from + 5; at < box.to; at++) checkNot(depth !== null && file.u8(at) !== depth);
}

function readByte(file: ByteReader, box: Box, highest: number): number {
  checkNot(!hasLength(box, 1) || file.u8(box.from) > highest);
  return file.u8(box.from);
}

function readProfile(file: ByteReader, { from, to }: Box): Span {
  const kind = file.name(from);
  checkNot((kind !== "prof" && kind !== "rICC") || to - from < 4 + 128);
  return { from: from + 4, to };
}

function readCode(file: ByteReader, box: Box | null): Pick<Picture, "matrix" | "isFullRange"> {
  if (!box) return { matrix: null, isFullRange: null };
  checkNot(!hasLength(box, 11));
  return { matrix: file.u16(box.from + 8), isFullRange: file.u8(box.from + 10) >= 0x80 };
}

function readAuxiliary(file: ByteReader, box: Box | null): string | null {
  if (!box) return null;
  checkNot(file.u32(box.from) !== 0);
  const [type, ...rest] = textsIn(file, { from: box.from + 4, to: box.to });
  checkNot(rest.length > 0);
  return type ?? null;
}
