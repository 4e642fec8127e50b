import { FreshetError, type Size, type SourceFormat } from "@freshet/core";
import { readAvifHeader } from "../engine/decoders/avif-header.ts";
import { readBmpHeader } from "../engine/decoders/bmp-header.ts";
import { readGifHeader } from "../engine/decoders/gif-header.ts";
import type { Header } from "../engine/decoders/header.ts";
import { readIcoHeader } from "../engine/decoders/ico-header.ts";
import { readJpegHeader } from "../engine/decoders/jpeg-header.ts";
import { readJxlHeader } from "../engine/decoders/jxl-header.ts";
import { readPngHeader } from "../engine/decoders/png-header.ts";
import { type SniffedFormat, sniffFormat } from "../engine/decoders/sniff-format.ts";
import { readSvgHeader } from "../engine/decoders/svg-header.ts";
import type { VipsHeader } from "../engine/decoders/vips-header.ts";
import { readWebpHeader } from "../engine/decoders/webp-header.ts";
import { lightPixels, serverLimits } from "../limits.ts";

/** What an original's header says: read before anything is decoded, by content and never by name. */
export interface SourceInfo extends Size {
  readonly format: SourceFormat;
  /** The file can hold transparency; not whether it does. */
  readonly hasAlpha: boolean;
  /** Of an animated GIF or WebP; 1 for everything else. */
  readonly frames: number;
  /** What its decoder hands out needs no conversion of colors: 8 bits a channel, no CMYK, no profile but sRGB's. */
  readonly isSrgb: boolean;
  /** There is a color profile in the file, be it that of sRGB. */
  readonly hasProfile: boolean;
  /** The pixels lie in the file as they are shown: there is no EXIF orientation to be applied. */
  readonly isUpright: boolean;
}

/** These take some microseconds. */
const readers = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  svg: readSvgHeader,
  bmp: readBmpHeader,
  ico: readIcoHeader,
  jxl: readJxlHeader,
} as const satisfies Partial<Record<SniffedFormat, (bytes: Uint8Array) => Header>>;

/** Reads what there is no reader for in JavaScript: TIFF, HEIF but for usual AVIFs, and GIFs that are not as they should be. */
export type ReadVipsHeader = (bytes: Uint8Array) => Promise<VipsHeader>;

/** Not loaded where another process reads them: libvips is native code. */
const readVipsHere: ReadVipsHeader = async (bytes) =>
  (await import("../engine/decoders/vips-header.ts")).readVipsHeader(bytes);

/** Pixels of one frame that an original of a format may have. */
const pixelLimits: Partial<Record<SourceFormat, number>> = {
  heic: serverLimits.heicPixels,
  jxl: serverLimits.jxlPixels,
  ico: serverLimits.icoPixels,
};

/**
 * Size as it is shown, format, and what a planner wants to know of an image file.
 *
 * @throws FreshetError `not_an_image` if it is none that can be read, `image_broken` if its header is damaged,
 *   `original_too_large` if decoding it would take more memory or time than the limits allow
 */
export async function inspect(
  bytes: Uint8Array,
  readVipsHeader: ReadVipsHeader = readVipsHere,
): Promise<SourceInfo> {
  const sniffed = sniffFormat(bytes);
  if (!sniffed) {
    throw new FreshetError(
      "not_an_image",
      "expected JPEG, PNG, WebP, AVIF, GIF, SVG, HEIC, JPEG XL, TIFF, BMP or ICO",
    );
  }
  const info = readHere(sniffed, bytes) ?? describeVips(await readVipsHeader(bytes));
  checkSize(info, bytes.length);
  return info;
}

/** @returns `null` if it is left to libvips */
function readHere(sniffed: SniffedFormat, bytes: Uint8Array): SourceInfo | null {
  if (isReadHere(sniffed)) return describe(sniffed, readers[sniffed](bytes));
  const gif = sniffed === "gif" ? readGifHeader(bytes) : null;
  if (gif) return describe("gif", gif);
  const avif = sniffed === "heif" ? readAvifHeader(bytes) : null;
  return avif && describe("avif", avif);
}

function isReadHere(sniffed: SniffedFormat): sniffed is keyof typeof readers {
  return sniffed in readers;
}

function describeVips(header: VipsHeader): SourceInfo {
  return describe(header.format, header);
}

function describe(format: SourceFormat, header: Header): SourceInfo {
  const { width, height, orientation, ...rest } = header;
  // Orientations from 5 on lie on their side (EXIF 2.32, section 4.6.4 A).
  const size = orientation >= 5 ? { width: height, height: width } : { width, height };
  const { hasAlpha, frames, isSrgb, hasProfile } = rest;
  return { ...size, format, hasAlpha, frames, isSrgb, hasProfile, isUpright: orientation === 1 };
}

function checkSize({ width, height, frames, format }: SourceInfo, bytes: number): void {
  if (width < 1 || height < 1) throw new FreshetError("image_broken", "the image has no pixels");
  if (frames < 1) throw new FreshetError("image_broken", "the animation has no frames");
  const pixels = pixelLimits[format] ?? serverLimits.sourcePixels;
  if (width * height > pixels) throw tooLarge(`${width}x${height} are more than ${pixels} pixels`);
  const light = (lightPixels[format] ?? pixels) + bytes * serverLimits.pixelsPerByte;
  if (width * height > light) {
    throw tooLarge(
      `${width}x${height} are more than the ${light} pixels that ${bytes} bytes of this format may hold`,
    );
  }
  if (frames === 1) return;
  const { animationFrames, animationPixels } = serverLimits;
  if (frames > animationFrames) throw tooLarge(`${frames} frames are more than ${animationFrames}`);
  if (width * height * frames > animationPixels) {
    throw tooLarge(`${frames} frames of ${width}x${height} are more than ${animationPixels} pixels`);
  }
}

function tooLarge(detail: string): FreshetError {
  return new FreshetError("original_too_large", detail);
}
