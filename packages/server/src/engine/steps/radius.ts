import type { Color, CornerRadius, Radius, Size } from "@freshet/core";
import { mapFrames, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { rgbOf } from "./rgb.ts";

/**
 * Rounds the corners, with smooth edges. What is cut off takes the background: a color, or `null` for transparent (then
 * the result has alpha).
 */
export async function roundCorners(
  pixels: Pixels,
  radius: Radius,
  background: Color | null,
): Promise<Pixels> {
  const radii = cornerRadii(pixels, radius);
  if (Object.values(radii).every((corner) => corner === 0)) return pixels;
  // A copy either way, made off this thread: what comes in is not written to.
  const opened = openPixels(pixels);
  const round = await collectPixels(background === null ? opened.ensureAlpha() : opened, pixels);
  return mapFrames(round, async (frame) => {
    const cut = cutter(frame, background);
    carve(frame, radii.topLeft, "left", "top", cut);
    carve(frame, radii.topRight, "right", "top", cut);
    carve(frame, radii.bottomLeft, "left", "bottom", cut);
    carve(frame, radii.bottomRight, "right", "bottom", cut);
    return frame;
  });
}

type Radii = Readonly<Record<keyof Radius, number>>;

/**
 * Radii in pixels. `max` is the shorter side; where two neighbors would overlap, all shrink by one factor, as CSS has it.
 *
 * @see https://www.w3.org/TR/css-backgrounds-3/#corner-overlap
 */
export function cornerRadii({ width, height }: Size, radius: Radius): Radii {
  const longest = Math.min(width, height);
  const pixels = (corner: CornerRadius) => (corner === "max" ? longest : Math.max(0, corner));
  const [topLeft, bottomLeft] = [pixels(radius.topLeft), pixels(radius.bottomLeft)];
  const [topRight, bottomRight] = [pixels(radius.topRight), pixels(radius.bottomRight)];
  const factor = Math.min(
    1,
    width / (topLeft + topRight),
    width / (bottomLeft + bottomRight),
    height / (topLeft + bottomLeft),
    height / (topRight + bottomRight),
  );
  return {
    topLeft: topLeft * factor,
    bottomLeft: bottomLeft * factor,
    bottomRight: bottomRight * factor,
    topRight: topRight * factor,
  };
}

interface Cutter {
  /** Takes pixels away altogether; `start` and `end` count pixels of the frame. */
  readonly clear: (start: number, end: number) => void;
  /** Leaves a share of a pixel, 0 to 1. */
  readonly thin: (pixel: number, share: number) => void;
}

/**
 * Goes along one arc: only the pixels that it crosses are looked at one by one. A pixel is covered by as much as its
 * middle lies within the arc, half a pixel to either side.
 */
function carve(
  frame: Size,
  radius: number,
  side: "left" | "right",
  end: "top" | "bottom",
  cut: Cutter,
): void {
  const { width, height } = frame;
  for (let row = 0; row < radius; row++) {
    const down = radius - row - 0.5;
    const outer = (radius + 0.5) ** 2 - down ** 2;
    const cleared = Math.max(0, Math.ceil(radius - Math.sqrt(Math.max(0, outer)) - 0.5));
    const start = (end === "top" ? row : height - 1 - row) * width;
    if (side === "left") cut.clear(start, start + cleared);
    else cut.clear(start + width - cleared, start + width);
    for (let column = cleared; column < radius; column++) {
      const share = radius + 0.5 - Math.hypot(radius - column - 0.5, down);
      if (share >= 1) break;
      cut.thin(start + (side === "left" ? column : width - 1 - column), Math.max(0, share));
    }
  }
}

function cutter({ data, width, channels }: Pixels, background: Color | null): Cutter {
  if (background === null) {
    return {
      clear: (start, end) => data.fill(0, start * 4, end * 4),
      thin: (pixel, share) => {
        data[pixel * 4 + 3] = Math.round((data[pixel * 4 + 3] as number) * share);
      },
    };
  }
  const color = rgbOf(background);
  const filled = Buffer.alloc(width * channels, Uint8Array.of(...color, 255).subarray(0, channels));
  return {
    clear: (start, end) => data.set(filled.subarray(0, (end - start) * channels), start * channels),
    thin: (pixel, share) => blend(data.subarray(pixel * channels, (pixel + 1) * channels), share, color),
  };
}

/** A share of the pixel, the rest of the opaque color. */
function blend(pixel: Uint8Array, share: number, color: readonly number[]): void {
  const weight = pixel.length === 4 ? (share * (pixel[3] as number)) / 255 : share;
  const alpha = pixel.length === 4 ? weight + 1 - share : 1;
  for (let channel = 0; channel < 3; channel++) {
    const mixed = weight * (pixel[channel] as number) + (1 - share) * (color[channel] as number);
    pixel[channel] = Math.round(mixed / alpha);
  }
  if (pixel.length === 4) pixel[3] = Math.round(alpha * 255);
}
