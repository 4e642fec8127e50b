import { FreshetError } from "@freshet/core";
import type { Sharp } from "sharp";
import { serverLimits } from "../limits.ts";
import type { SourceInfo } from "../origin/inspect.ts";
import type { Decoder, Wanted } from "./engine.ts";
import { mapFrames, type Pixels } from "./pixels.ts";
import { collectPixels, openFile, openPixels } from "./vips.ts";

/** libvips by way of sharp: nearly every format, color profiles, animation, and JPEG shrunk while it is decoded. */
export const sharpDecoder: Decoder = {
  name: "sharp",
  reads: new Set(["jpeg", "png", "webp", "avif", "gif", "tiff"]),

  async decode(source, info, wanted) {
    try {
      return wanted.moving && info.frames > 1
        ? await decodeMoving(source, wanted)
        : await decodeStill(source, info, wanted);
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

async function decodeStill(source: Uint8Array, info: SourceInfo, wanted: Wanted): Promise<Pixels> {
  const icc = wanted.keepProfile ? await profileOf(source) : null;
  const file = openFile(source, { ignoreIcc: icc !== null }).autoOrient();
  const work = cutAndScale(file, info, wanted).toColourspace("srgb");
  return collectPixels(work, { ...still, icc });
}

/**
 * All frames are decoded before one is scaled: a GIF's frames build on each other. Each is scaled by itself, because a
 * filter that ran over the whole roll would mix the last rows of a frame with the first ones of the next.
 */
async function decodeMoving(source: Uint8Array, wanted: Wanted): Promise<Pixels> {
  const file = openFile(source, { animated: true, limitInputPixels: serverLimits.animationPixels });
  const { delay = [], loop = 0, pages = 1 } = await file.metadata();
  const roll = await collectPixels(file.toColourspace("srgb"), {
    ...still,
    frames: pages,
    delays: delay,
    loop,
  });
  return scalePixels(roll, wanted);
}

/** Cuts and scales what is decoded already. */
export function scalePixels(pixels: Pixels, wanted: Pick<Wanted, "region" | "size">): Promise<Pixels> {
  return mapFrames(pixels, (frame) => collectPixels(cutAndScale(openPixels(frame), frame, wanted), frame));
}

const still = {
  data: new Uint8Array(0),
  width: 0,
  height: 0,
  channels: 3,
  frames: 1,
  delays: [],
  loop: 0,
  icc: null,
} as const;

/** Up to here decoding all of a JPEG costs less than 10 ms, and is the truest. */
const fullDecodePixels = 1_500_000;

/**
 * Cuts and scales. libvips shrinks JPEG and WebP while it decodes them, which is fast and soft. It may shrink a JPEG to
 * twice the target, where it is at about 40 dB of a full decode; sharp's own default, to just above the target, falls
 * to 26 dB and saves next to nothing (`bun bench/fidelity.ts`). WebP and small JPEG are decoded in full.
 */
export function cutAndScale(
  image: Sharp,
  from: { readonly width: number; readonly height: number; readonly format?: string },
  { region, size }: Pick<Wanted, "region" | "size">,
): Sharp {
  const { width, height } = region ?? from;
  if (width === size.width && height === size.height) return region ? image.extract(region) : image;
  const mayShrink = from.format === "jpeg" && width * height > fullDecodePixels;
  // A cut before scaling is what keeps libvips from shrinking, even if it cuts nothing off.
  const cut = region || !mayShrink ? image.extract(region ?? { left: 0, top: 0, width, height }) : image;
  return cut.resize({ ...size, fit: "fill", kernel: "lanczos3", fastShrinkOnLoad: false });
}

/** CMYK is always converted: no browser shows it. */
async function profileOf(source: Uint8Array): Promise<Uint8Array | null> {
  const { icc, space } = await openFile(source).metadata();
  return icc && space !== "cmyk" ? icc : null;
}
