import { FreshetError, type Size, type SourceFormat } from "@freshet/core";
import { imageSize } from "image-size";
import { serverLimits } from "../limits.ts";
import { mayHaveAlpha } from "./alpha.ts";

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
