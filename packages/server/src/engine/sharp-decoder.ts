import { FreshetError, type Size } from "@freshet/core";
import type { Sharp } from "sharp";
import { serverLimits } from "../limits.ts";
import type { SourceInfo } from "../origin/inspect.ts";
import { decodeAvif } from "./decoders/decode-avif.ts";
import type { Cut, Decoder, Wanted } from "./engine.ts";
import { mapFrames, type Pixels, release } from "./pixels.ts";
import { vipsShrink } from "./shrink.ts";
import { dropOpaqueAlpha } from "./steps/flatten.ts";
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
  const whole = wanted.keepProfile ? null : await unpack(source, info, { background: null });
  if (whole) return scaleOwn(whole, wanted);
  const icc = wanted.keepProfile ? await profileOf(source) : null;
  // Converting from sRGB to sRGB changes nothing, and takes more time than all the rest.
  const file = openFile(source, { ignoreIcc: icc !== null || info.isSrgb }).autoOrient();
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
    delays: delay.map((ms) => Math.min(ms, longestDelayMs)),
    loop,
  });
  return scaleOwn(dropOpaqueAlpha(roll), wanted);
}

/**
 * All of a picture that is better unpacked before it is laid on a color or scaled; `null` for any other. libvips multiplies
 * alpha in and scales in floating point, which takes as long as it takes to read a PNG: where no alpha is left then, that is
 * spared. And an AVIF is unpacked at once anyway, by the quicker library.
 */
export async function unpack(
  source: Uint8Array,
  info: SourceInfo,
  { background }: Pick<Cut, "background">,
): Promise<Pixels | null> {
  if (!info.isSrgb || !mayBeUnpacked(info)) return null;
  const avif = decodeAvif(source, info);
  if (avif || !info.hasAlpha) return avif;
  return background !== null || (await looksOpaque(source, info)) ? decodeByVips(source) : null;
}

/** Rows that are looked at: what is transparent anywhere nearly always is so at its edge. */
const edgeRows = 8;

/** Writers of WebP and AVIF leave an alpha out that nothing shows through; those of GIF and of PNG often do not. */
async function looksOpaque(source: Uint8Array, info: SourceInfo): Promise<boolean> {
  if (info.format !== "png" || !info.isUpright) return info.format === "gif";
  const edge = { left: 0, top: 0, width: info.width, height: Math.min(edgeRows, info.height) };
  const rows = await collectPixels(openFile(source, { ignoreIcc: true }).extract(edge), still);
  return rows.channels === 4 && dropOpaqueAlpha(rows).channels === 3;
}

/** Up to here: all of its pixels are in memory at once, 4 bytes each, and 3 more. */
export function mayBeUnpacked({ width, height }: Size): boolean {
  return width * height <= 12_000_000;
}

/**
 * All of a still picture in sRGB, upright and in full size, as `cutAndScale` has it before it scales.
 * @returns `null` for one that libvips has in another form than {@link Pixels}, such as gray
 */
export async function decodeWhole(source: Uint8Array, info: SourceInfo): Promise<Pixels | null> {
  return decodeAvif(source, info) ?? decodeByVips(source);
}

async function decodeByVips(source: Uint8Array): Promise<Pixels | null> {
  try {
    const pixels = await collectPixels(openFile(source, { ignoreIcc: true }).autoOrient(), still);
    if (pixels.channels < 3) return null;
    return mayBeUnpacked(pixels) ? dropOpaqueAlpha(pixels) : pixels;
  } catch (cause) {
    throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
  }
}

/** The encoders take no more; a GIF's can be ten times as long, and nobody waits for that either. */
const longestDelayMs = 65_535;

/** Of pixels that nobody else needs. */
async function scaleOwn(pixels: Pixels, wanted: Pick<Wanted, "region" | "size">): Promise<Pixels> {
  const { region, size } = wanted;
  if (region === null && size.width === pixels.width && size.height === pixels.height) return pixels;
  try {
    return await scalePixels(pixels, wanted);
  } finally {
    release(pixels);
  }
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

/**
 * Cuts and scales. libvips shrinks JPEG and WebP while it decodes them, which is fast and soft: a JPEG as far as
 * `shrink.ts` lets it, a WebP never.
 */
export function cutAndScale(
  image: Sharp,
  from: Size & { readonly format?: string },
  { region, size, fidelity = "full" }: Pick<Wanted, "region" | "size" | "fidelity">,
): Sharp {
  const { width, height } = region ?? from;
  if (width === size.width && height === size.height) return region ? image.extract(region) : image;
  const shrink = from.format === "jpeg" && !region ? vipsShrink(from, size, fidelity) : "none";
  // A cut before scaling is what keeps libvips from shrinking, even if it cuts nothing off.
  const cut = shrink === "none" ? image.extract(region ?? { left: 0, top: 0, width, height }) : image;
  return cut.resize({ ...size, fit: "fill", kernel: "lanczos3", fastShrinkOnLoad: shrink === "all" });
}

/** CMYK is always converted: no browser shows it. */
async function profileOf(source: Uint8Array): Promise<Uint8Array | null> {
  const { icc, space } = await openFile(source).metadata();
  return icc && space !== "cmyk" ? icc : null;
}
