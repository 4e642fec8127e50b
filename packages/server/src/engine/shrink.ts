import type { Box, Fidelity, Size } from "@freshet/core";

/*
 * How far a JPEG may be shrunk while it is decoded, which is done by leaving out frequencies of its blocks of 8x8: fast,
 * and softer and more jagged than a filter. With twice the result's size left to be scaled by one, what is lost is not
 * seen; less costs up to five points of SSIMULACRA2 (`bun bench/shrink.ts`, docs/measurements.md).
 */

/** What is to be left for the filter. */
const leastLeft = 2;

/** How far libvips may shrink: `half` leaves at least twice the result's size, `all` at least its size. */
export type VipsShrink = "none" | "half" | "all";

export function vipsShrink(from: Size, fidelity: Fidelity): VipsShrink {
  if (fidelity === "fast") return "all";
  return from.width * from.height > fullPixels ? "half" : "none";
}

/**
 * Up to here decoding all of a JPEG costs less than 10 ms. libvips rounds what it shrinks down to full pixels, which moves a
 * small picture visibly.
 */
const fullPixels = 1_500_000;

/** Shares of the size, in eighths, that decoders have quick code for. */
const eighths = [1, 2, 4, 8] as const;
export type Eighths = (typeof eighths)[number];

/** How far the rounding may move the far edge, in pixels of the result. */
const mostMoved = 0.15;

/**
 * The smallest share of a JPEG's size, in eighths, that leaves enough for the filter. The whole is rounded up to full
 * pixels, and scaling takes it for all of the picture; where that would move the picture, the share is larger.
 */
export function eighthsFor(from: Size, to: Size): Eighths {
  const times = timesSmaller(from, to);
  const isEnough = (share: Eighths) =>
    (times * share) / 8 >= leastLeft && movedBy(from, share) / times <= mostMoved;
  return eighths.find(isEnough) ?? 8;
}

/** What `Bun.Image` decodes, in eighths, if it is to scale a JPEG: as little as covers the result. */
export function bunEighths(from: Size, to: Size): number {
  for (let share = 1; share < 8; share++) {
    const { width, height } = shareOf(from, share);
    if (width >= to.width && height >= to.height) return share;
  }
  return 8;
}

/** Size of a JPEG that is decoded to so many eighths. */
export function shareOf({ width, height }: Size, share: number): Size {
  return { width: Math.ceil((width * share) / 8), height: Math.ceil((height * share) / 8) };
}

/** Pixels of the original by which its far edge is put too far out. */
function movedBy(from: Size, share: number): number {
  const { width, height } = shareOf(from, share);
  return Math.max((width * 8) / share - from.width, (height * 8) / share - from.height);
}

/** How many times a picture becomes smaller, in the direction in which it does less. */
function timesSmaller(from: Size, to: Size): number {
  return Math.min(from.width / to.width, from.height / to.height);
}

/** Whether libvips decodes a JPEG in full. It shrinks by a power of two, if enough is left. */
export function isDecodedInFull(from: Size, { region, scaled, fidelity = "full" }: ShrinkCut): boolean {
  return (
    region !== null || vipsShrink(from, fidelity) === "none" || timesSmaller(from, scaled) < 2 * leastLeft
  );
}

interface ShrinkCut {
  readonly region: Box | null;
  readonly scaled: Size;
  readonly fidelity?: Fidelity;
}
