import { FreshetError, type Size } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import type { SourceInfo } from "../origin/inspect.ts";
import type { Converter, Cut, OutputSpec } from "./engine.ts";
import { plainJpeg } from "./plain-jpeg.ts";
import { isProgressive, still, write as writeByVips } from "./sharp-encoder.ts";
import { type BunBox, boxFor, eighthsFor, shareOf } from "./shrink.ts";
import { openFile } from "./vips.ts";

/**
 * Bun's own codecs with SIMD scaling, quicker than libvips by what that spends on its threads. It scales the channels one
 * by one, so that colors from under full transparency would bleed into edges, shrinks JPEG as far as it is let, and
 * knows no color profiles but how to hand them on. So the planner asks it for opaque pictures in sRGB only, and only to
 * scale the whole; a JPEG is made plain first, and needs a way ({@link wayFor}).
 */
export const bunConverter: Converter = {
  name: "bun",
  reads: new Set(["png", "webp", "jpeg"]),
  writes: new Set(["jpeg", "webp", "png", "avif"]),

  async convert(source, info, cut, output) {
    const way = wayFor(info, cut) ?? straight(cut);
    try {
      const plain = info.hasProfile || !info.isUpright ? plainJpeg(source) : source;
      const whole = way.between === null ? plain : await decodeTo(plain, way.between);
      const { width, height, fit } = way.box;
      const scaled = open(whole).resize(width, height, { fit });
      if (output.format === "jpeg" || output.format === "webp") return await run(write(scaled, cut, output));
      // libvips writes PNG smaller, and AVIF.
      const pixels = openFile(await run(unpacked(scaled))).removeAlpha();
      return await writeByVips(pixels, output, { ...still, ...cut.scaled }).toBuffer();
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

/** Pixels of a JPEG that may be decoded: all of them are in memory at once, 4 bytes each. */
const mostDecoded = 12_000_000;
/** Pixels that may be taken from one `Bun.Image` to the next as a PNG: some 3 ns each, there and back. */
const mostBetween = 500_000;

interface Way {
  /** What it is decoded to first; `null` if that is not needed. */
  readonly between: Size | null;
  readonly box: BunBox;
}

/**
 * How to scale so that the fidelity that is wanted is kept: at once, or, where a JPEG would be shrunk too far for that, by
 * way of the size that it is decoded to.
 * @returns `null` if there is no quick way
 */
export function wayFor(info: SourceInfo, cut: Pick<Cut, "scaled" | "fidelity">): Way | null {
  const { scaled, fidelity = "full" } = cut;
  if (info.format !== "jpeg" || fidelity === "fast") return straight(cut);
  const share = eighthsFor(info, scaled);
  const decoded = shareOf(info, share);
  const pixels = decoded.width * decoded.height;
  if (pixels > mostDecoded) return null;
  const box = boxFor(info, scaled, share);
  if (box) return { between: null, box };
  return pixels > mostBetween ? null : { ...straight(cut), between: decoded };
}

function straight({ scaled }: Pick<Cut, "scaled">): Way {
  return { between: null, box: { ...scaled, fit: "fill" } };
}

function open(source: Uint8Array): Bun.Image {
  return new Bun.Image(source, { maxPixels: serverLimits.sourcePixels });
}

/** Scaled to just what it is decoded to, which changes nothing. */
function decodeTo(source: Uint8Array, { width, height }: Size): Promise<Uint8Array> {
  return run(unpacked(open(source).resize(width, height)));
}

/** As a PNG that is not compressed, which is how pixels are had from it. */
function unpacked(image: Bun.Image): Bun.Image {
  return image.png({ compressionLevel: 0 });
}

/** On this thread, since the process has nothing else to do: to hand work to another one and back takes 0.3 ms. */
function run(image: Bun.Image): Promise<Uint8Array> {
  return new Response(image).bytes();
}

function write(image: Bun.Image, { scaled, fidelity }: Cut, { format, quality }: OutputSpec): Bun.Image {
  if (format === "webp") return image.webp({ quality: quality ?? 80 });
  return image.jpeg({ quality: quality ?? 80, progressive: fidelity !== "fast" && isProgressive(scaled) });
}
