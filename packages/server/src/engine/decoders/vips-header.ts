import { FreshetError, type SourceFormat } from "@freshet/core";
import { openFile } from "../vips.ts";
import { checkGifBlocks } from "./gif-header.ts";
import { checkExifBytes, checkProfileBytes, type Header } from "./header.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/** What a codec inside of HEIF is called, by what libheif calls it. */
const heifFormats: Readonly<Record<string, SourceFormat>> = { av1: "avif", hevc: "heic" };

export interface VipsHeader extends Header {
  readonly format: SourceFormat;
}

/**
 * Headers that are better left to libvips: TIFF is a maze, HEIF a file system (but for the AVIFs that `avif-header.ts`
 * reads), and a GIF can be larger than it says (but for those that `gif-header.ts` believes). It takes half a millisecond,
 * and a process of its own.
 *
 * @throws FreshetError `image_broken`, or `not_an_image` if there is a codec in it that cannot be read
 */
export async function readVipsHeader(bytes: Uint8Array): Promise<VipsHeader> {
  if (bytes[0] === 0x47) checkGifBlocks(bytes);
  // Size is for the caller to judge.
  const found = await openFile(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new FreshetError("image_broken", "the file's header cannot be read", { cause });
    });
  const { compression = "", space, depth, icc, exif, pages = 1 } = found;
  checkProfileBytes(icc?.length ?? 0);
  checkExifBytes(exif?.length ?? 0);
  const format = found.format === "heif" ? heifFormats[compression] : found.format;
  if (format !== "avif" && format !== "heic" && format !== "gif" && format !== "tiff") {
    throw new FreshetError("not_an_image", "what is inside of the file is of a kind that cannot be read");
  }
  const { width, height } = found.autoOrient;
  return {
    format,
    width,
    height,
    // It has been applied.
    orientation: 1,
    hasAlpha: found.hasAlpha,
    // Pages of a TIFF and pictures of a HEIF are no animation.
    frames: format === "gif" ? pages : 1,
    isSrgb: depth === "uchar" && (space === "srgb" || space === "b-w") && (!icc || isSrgbProfile(icc)),
    hasProfile: icc !== undefined,
  };
}
