import { FreshetError, type Size, type SourceFormat } from "@freshet/core";
import { imageSize } from "image-size";
import { serverLimits } from "../limits.ts";

/** What an original's header says: read before anything is decoded, by content and never by name. */
export interface SourceInfo extends Size {
  readonly format: SourceFormat;
  /** The file can hold transparency; not whether it does. */
  readonly hasAlpha: boolean;
}

const readable: ReadonlySet<string> = new Set<SourceFormat>([
  "jpeg",
  "png",
  "webp",
  "avif",
  "gif",
  "bmp",
  "tiff",
]);

/**
 * Size after EXIF orientation, format and alpha of an image file.
 *
 * @throws FreshetError `not_an_image` if it is none that can be read, `original_too_large` beyond
 *   {@link serverLimits.sourcePixels}
 */
export async function inspect(bytes: Uint8Array): Promise<SourceInfo> {
  const header = (await readByBun(bytes)) ?? readByLibrary(bytes);
  if (!header || !readable.has(header.format)) {
    throw new FreshetError("not_an_image", "expected JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF");
  }
  const { width, height } = header;
  if (width < 1 || height < 1) throw new FreshetError("image_broken", "the image has no pixels");
  if (width * height > serverLimits.sourcePixels) {
    throw new FreshetError(
      "original_too_large",
      `${width}x${height} are more than ${serverLimits.sourcePixels} pixels`,
    );
  }
  const format = header.format as SourceFormat;
  return { width, height, format, hasAlpha: mayHaveAlpha(bytes, format) };
}

interface Header extends Size {
  readonly format: string;
}

async function readByBun(bytes: Uint8Array): Promise<Header | null> {
  try {
    return await new Bun.Image(bytes, { maxPixels: Number.MAX_SAFE_INTEGER }).metadata();
  } catch {
    return null;
  }
}

/** For formats that Bun.Image does not know on this platform. */
function readByLibrary(bytes: Uint8Array): Header | null {
  try {
    const { width, height, type, orientation = 1 } = imageSize(bytes);
    const format = type === "jpg" ? "jpeg" : (type ?? "");
    return orientation > 4 ? { width: height, height: width, format } : { width, height, format };
  } catch {
    return null;
  }
}

function mayHaveAlpha(bytes: Uint8Array, format: SourceFormat): boolean {
  switch (format) {
    case "jpeg":
      return false;
    case "png":
      return pngMayHaveAlpha(bytes);
    case "webp":
      return webpMayHaveAlpha(bytes);
    default:
      return true;
  }
}

/** Color types 4 and 6 have alpha; the others may have a `tRNS` chunk before the image data (PNG section 11.3.1.1). */
function pngMayHaveAlpha(bytes: Uint8Array): boolean {
  if (((bytes[25] ?? 0) & 4) !== 0) return true;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = head.indexOf("IDAT");
  const transparency = head.indexOf("tRNS");
  return transparency !== -1 && (data === -1 || transparency < data);
}

/** `VP8X` has a flag (RFC 9649 section 2.7), `VP8L` a hint in its header (section 3.4), plain `VP8 ` has no alpha. */
function webpMayHaveAlpha(bytes: Uint8Array): boolean {
  const chunk = String.fromCharCode(...bytes.subarray(12, 16));
  if (chunk === "VP8X") return ((bytes[20] ?? 0) & 0x10) !== 0;
  if (chunk === "VP8L") return ((bytes[24] ?? 0) & 0x10) !== 0;
  return false;
}
