import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { photos } from "../../packages/server/src/origin/sources/photos.ts";
import { movingGif } from "../moving-gif.ts";

export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const megapixels = [0.3, 2, 6, 24];

/**
 * What pictures are made of: photographs of several sizes and formats. They are real ones as far as a folder has any that
 * are large enough; else the largest is enlarged, and given the grain that a camera would have added.
 * @param folder of JPEG photographs; `null` = the sample photograph of a harbor
 */
export async function makeSources(folder: string | null): Promise<Map<string, Source>> {
  const given = folder === null ? [photos["boat.jpg"] as string] : await filesIn(folder);
  const largest = await largestOf(given);
  const sources: Source[] = [];
  for (const size of megapixels) {
    sources.push(await sourceOf(`jpeg-${size}`, await photograph(largest, size * 1e6)));
  }
  const two = (sources[1] as Source).bytes;
  const graded = await withAlpha(two);
  sources.push(
    await sourceOf("png-alpha", await graded.png().toBuffer()),
    await sourceOf("webp", await sharp(two).webp({ quality: 85 }).toBuffer()),
    await sourceOf("avif", await sharp(two).avif({ quality: 65, effort: 2 }).toBuffer()),
    await sourceOf("gif-moving", await movingGif(20, 500)),
  );
  return new Map(sources.map((source) => [source.name, source]));
}

async function sourceOf(name: string, bytes: Uint8Array): Promise<Source> {
  const { width, height } = await sharp(bytes).metadata();
  return { name, bytes, width, height };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name));
  if (names.length === 0) throw new Error(`there is no JPEG in ${folder}`);
  return names.map((name) => join(folder, name));
}

async function largestOf(paths: readonly string[]): Promise<string> {
  const sized = await Promise.all(
    paths.map(async (path) => {
      const { width, height } = await sharp(path).metadata();
      return { path, pixels: width * height };
    }),
  );
  return (sized.sort((a, b) => b.pixels - a.pixels)[0] as { path: string }).path;
}

/** Sides are multiples of 16, as those of cameras. */
async function photograph(path: string, pixels: number): Promise<Uint8Array> {
  const from = await sharp(path).metadata();
  const times = Math.sqrt(pixels / (from.width * from.height));
  const [width, height] = [from.width, from.height].map((side) => Math.round((side * times) / 16) * 16) as [
    number,
    number,
  ];
  const scaled = sharp(path).resize(width, height, { fit: "fill" });
  if (times <= 1) return scaled.jpeg({ quality: 88 }).toBuffer();
  const noise = { type: "gaussian", mean: 128, sigma: 8 } as const;
  const grain = await sharp({ create: { width, height, channels: 3, background: "#808080", noise } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const whole = await scaled.raw().toBuffer();
  return sharp(whole, { raw: { width, height, channels: 3 } })
    .composite([{ input: grain, blend: "soft-light" }])
    .jpeg({ quality: 88 })
    .toBuffer();
}

async function withAlpha(file: Uint8Array) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const alpha = new Uint8Array(width * height);
  for (let at = 0; at < alpha.length; at++) alpha[at] = Math.min(255, (at % width) * 2);
  return sharp(data, { raw: { width, height, channels: 3 } }).joinChannel(Buffer.from(alpha), {
    raw: { width, height, channels: 1 },
  });
}

/**
 * The same picture as another file, so that nothing knows it: behind it stands an empty box with a number. All readers
 * ignore what comes after the picture.
 */
export function numbered(bytes: Uint8Array, serial: number): Uint8Array {
  const file = new Uint8Array(bytes.length + 16);
  file.set(bytes);
  const box = new DataView(file.buffer, bytes.length);
  box.setUint32(0, 16);
  file.set(new TextEncoder().encode("free"), bytes.length + 4);
  box.setUint32(12, serial);
  return file;
}
