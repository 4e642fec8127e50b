import sharp, { type Sharp, type SharpOptions } from "sharp";
import { serverLimits } from "../limits.ts";
import type { Pixels } from "./pixels.ts";

// The render slots bound how much runs at once; threads within one picture and caches would only add memory.
sharp.concurrency(1);
sharp.cache(false);

/**
 * libvips, by way of sharp: the one place that imports it. What there is of a JPEG is shown: uploads that broke off are
 * common, and browsers show them, too. Of other formats nobody would show a part.
 */
export function openFile(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  const failOn = bytes[0] === 0xff && bytes[1] === 0xd8 ? "none" : "error";
  return sharp(bytes, { failOn, limitInputPixels: serverLimits.sourcePixels, ...options });
}

/** All frames as one tall picture: for what treats each pixel alike. */
export function openPixels({ data, width, height, channels, frames }: Pixels): Sharp {
  const raw = { width, height: height * frames, channels, ...(frames > 1 ? { pageHeight: height } : {}) };
  return sharp(data, { raw, limitInputPixels: false });
}

/** Each frame for itself: for what is cut off or added at the edges. (Never for resizing: that scales the whole roll.) */
export function openFrames({ data, width, height, channels, frames }: Pixels): Sharp {
  const raw = { width, height: height * frames, channels, pageHeight: height };
  return sharp(data, { raw, limitInputPixels: false, pages: -1 });
}

/**
 * As {@link openPixels}, in floating point from 0 to 255: for work that multiplies alpha in and divides by it again.
 * libvips takes such pixels for 16 bits, so the work ends in `linear` with a factor of 256, and an offset of 128 to round.
 */
export async function openFloats(pixels: Pixels): Promise<Sharp> {
  const { buffer, byteOffset, length } = await openPixels(pixels).raw({ depth: "float" }).toBuffer();
  const { width, height, channels, frames } = pixels;
  const data = new Float32Array(buffer, byteOffset, length / Float32Array.BYTES_PER_ELEMENT);
  return sharp(data, { raw: { width, height: height * frames, channels }, limitInputPixels: false });
}

/** Runs the work and takes the pixels out; what is not in the result (delays, profile) is as in `like`. */
export async function collectPixels(work: Sharp, like: Pixels): Promise<Pixels> {
  const { data, info } = await work.raw().toBuffer({ resolveWithObject: true });
  return {
    ...like,
    data,
    width: info.width,
    height: info.height / like.frames,
    channels: info.channels as 3 | 4,
  };
}
