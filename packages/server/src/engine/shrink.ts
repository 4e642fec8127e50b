import type { Box, Fidelity, Size } from "@freshet/core";

/*
 * How far a JPEG may be shrunk while it is decoded, which is done by leaving out frequencies of its blocks of 8x8: fast,
 * and softer and more jagged than a filter. With 1.6 times the result's size left to be scaled by one, the finished JPEG
 * loses less than a point of SSIMULACRA2 in the median; with less it is up to two, and more at worst
 * (`bun bench/shrink.ts`, docs/measurements.md).
 */

/** What is to be left for the filter. */
const leastLeft = 1.6;

/** How far libvips may shrink: `half` leaves at least twice the result's size, `all` at least its size. */
export type VipsShrink = "none" | "half" | "all";

export function vipsShrink(from: Size, to: Size, fidelity: Fidelity): VipsShrink {
  if (fidelity === "fast") return "all";
  if (from.width * from.height <= fullPixels) return "none";
  const times = timesSmaller(from, to);
  const divisor = [8, 4, 2].find((divisor) => times >= divisor) ?? 1;
  // What it shrinks it rounds down to full pixels.
  const moved = Math.max(from.width % divisor, from.height % divisor) / times;
  return times / divisor >= leastLeft && moved <= mostMoved ? "all" : "half";
}

/**
 * Up to here decoding all of a JPEG costs less than 10 ms, and is the truest.
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

/** What `Bun.Image` decodes, in eighths, if it is to scale a JPEG: as little as covers the box that it is given. */
export function bunEighths(from: Size, box: Size): number {
  for (let share = 1; share < 8; share++) {
    const { width, height } = shareOf(from, share);
    if (width >= box.width && height >= box.height) return share;
  }
  return 8;
}

/** What `Bun.Image` is told to fit a picture into: to fill it, or to keep its ratio and stay inside. */
export interface BunBox extends Size {
  readonly fit: "fill" | "inside";
}

/**
 * A box that makes `Bun.Image` decode just that share of a JPEG, and leaves a picture of just that size: one side is as
 * long as what is decoded, which counts for the share, and the other is what the picture is fitted to.
 * @returns `null` if there is none, since the ratio is changed
 */
export function boxFor(from: Size, to: Size, share: Eighths): BunBox | null {
  const decoded = shareOf(from, share);
  const boxes: readonly BunBox[] = [
    { ...to, fit: "fill" },
    { width: to.width, height: decoded.height, fit: "inside" },
    { width: decoded.width, height: to.height, fit: "inside" },
  ];
  const leavesIt = (box: BunBox) => {
    const left = box.fit === "fill" ? box : inside(decoded, box);
    return left.width === to.width && left.height === to.height;
  };
  return boxes.find((box) => bunEighths(from, box) === share && leavesIt(box)) ?? null;
}

function inside({ width, height }: Size, box: Size): Size {
  const scale = Math.min(box.width / width, box.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
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

/** Whether libvips decodes a JPEG in full. It shrinks by 2, 4 or 8, and by 2 never to less than one and a half times. */
export function isDecodedInFull(from: Size, { region, scaled, fidelity = "full" }: ShrinkCut): boolean {
  if (region !== null) return true;
  switch (vipsShrink(from, scaled, fidelity)) {
    case "none":
      return true;
    case "half":
      return timesSmaller(from, scaled) < 4;
    case "all":
      return timesSmaller(from, scaled) < 3;
  }
}

interface ShrinkCut {
  readonly region: Box | null;
  readonly scaled: Size;
  readonly fidelity?: Fidelity;
}
