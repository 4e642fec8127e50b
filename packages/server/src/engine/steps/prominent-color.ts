import type { Color } from "@freshet/core";
import { frameOf, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { colorOf, type Rgb } from "./rgb.ts";

/** Side of the sample: some 16,000 pixels tell what color most of a picture has. */
const sampleSide = 128;

/** Levels a channel of what counts as the same color may be off: a light shade, or a JPEG's noise. */
const sameWithin = 16;

/**
 * The color that most of a picture has; of an animation, the first frame; white where all is transparent.
 *
 * libvips' own statistics (`stats().dominant`) name the middle of the fullest of 4,096 bins, so white comes out as
 * f8f8f8 and a canvas of it shows a seam. Here the mean of the pixels around the fullest bin is taken, of a sample of
 * pixels as they are, so flat parts are met exactly.
 */
export async function prominentColor(pixels: Pixels): Promise<Color> {
  const opaque = opaquePixels(await sampleOf(frameOf(pixels, 0)));
  if (opaque.length === 0) return "ffffff";
  const middle = meanOf(fullestBin(opaque));
  return colorOf(meanOf(opaque.filter((pixel) => isNear(pixel, middle))));
}

async function sampleOf(frame: Pixels): Promise<Pixels> {
  const width = Math.min(sampleSide, frame.width);
  const height = Math.min(sampleSide, frame.height);
  return collectPixels(openPixels(frame).resize(width, height, { fit: "fill", kernel: "nearest" }), frame);
}

function opaquePixels({ data, channels }: Pixels): readonly Rgb[] {
  const pixels: Rgb[] = [];
  for (let at = 0; at < data.length; at += channels) {
    if (channels === 4 && (data[at + 3] as number) < 128) continue;
    pixels.push([data[at] as number, data[at + 1] as number, data[at + 2] as number]);
  }
  return pixels;
}

/** The pixels of the cube, 16 levels a side, that holds most of them. */
function fullestBin(pixels: readonly Rgb[]): readonly Rgb[] {
  const bins = new Map<number, Rgb[]>();
  for (const pixel of pixels) {
    const bin = ((pixel[0] >> 4) << 8) | ((pixel[1] >> 4) << 4) | (pixel[2] >> 4);
    const members = bins.get(bin);
    if (members) members.push(pixel);
    else bins.set(bin, [pixel]);
  }
  return [...bins.values()].reduce((most, bin) => (bin.length > most.length ? bin : most));
}

function isNear(pixel: Rgb, middle: Rgb): boolean {
  return pixel.every((channel, at) => Math.abs(channel - (middle[at] as number)) <= sameWithin);
}

function meanOf(pixels: readonly Rgb[]): Rgb {
  const mean = (channel: 0 | 1 | 2) => pixels.reduce((sum, pixel) => sum + pixel[channel], 0) / pixels.length;
  return [mean(0), mean(1), mean(2)];
}
