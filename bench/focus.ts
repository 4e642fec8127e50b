/**
 * `bun bench/focus.ts [folder …]`: how much of a photograph's subject stays in a crop, for `gravity=auto` beside a crop in
 * the middle, libvips' two strategies, and the best that any crop of that shape could do. Subjects were marked by hand.
 * Of the photographs, six are the sample origin's; more are looked for, by the names below, in the folders given: fixtures
 * of sharp, the EXIF examples of recurser, and pictures that come with scikit-image 0.26, scikit-learn 1.9, matplotlib
 * 3.11, imgaug 0.4, gradio 6.31, ultralytics 8.4 and @stdlib's data sets.
 */
import sharp from "sharp";
import type { Size } from "../packages/core/src/index.ts";
import { findFocus, focusSide } from "../packages/server/src/engine/focus/find-focus.ts";
import type { Pixels } from "../packages/server/src/engine/pixels.ts";
import { collectPixels, openFile, openPixels } from "../packages/server/src/engine/vips.ts";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { markdownTable } from "./report.ts";

/** Left, top, right, bottom of the subject, as fractions of the picture. */
type Subject = readonly [number, number, number, number];

const subjectsOfSamples: Readonly<Record<string, Subject>> = {
  "flat.jpg": [0.52, 0.28, 0.97, 0.61],
  "birds.jpg": [0.19, 0.15, 0.93, 1],
  "boat.jpg": [0.43, 0.15, 0.73, 0.7],
  "flower.jpg": [0.01, 0.07, 0.99, 0.7],
  "canyon.jpg": [0.15, 0.6, 0.4, 0.85],
  "mountains.jpg": [0.08, 0.13, 0.95, 0.4],
};

const subjectsOfOthers: Readonly<Record<string, Subject>> = {
  "datasets-img-acanthus-mollis/data/image.jpg": [0.11, 0.04, 0.91, 1],
  "datasets-img-march-pastoral/data/image.jpg": [0.38, 0.35, 0.74, 0.9],
  "cheetah.jpg": [0.16, 0.34, 0.76, 0.69],
  "cheetah1.jpg": [0.09, 0.12, 0.88, 0.78],
  "cheetah2.jpg": [0.03, 0.1, 0.94, 0.8],
  "lion.jpg": [0.22, 0.03, 0.75, 0.55],
  "groot.jpeg": [0.19, 0, 0.65, 0.9],
  "tower.jpg": [0.25, 0.1, 0.9, 1],
  "quokka.jpg": [0.14, 0.06, 0.58, 1],
  "grace_hopper.jpg": [0.3, 0.03, 0.74, 0.58],
  "astronaut.png": [0.3, 0.02, 0.6, 0.4],
  "camera.png": [0.3, 0.12, 0.66, 0.48],
  "chelsea.png": [0.2, 0.1, 0.82, 0.98],
  "coffee.png": [0.13, 0.04, 0.8, 0.97],
  "rocket.jpg": [0.46, 0.3, 0.55, 1],
  "motorcycle_left.png": [0.13, 0.16, 0.93, 0.91],
  "china.jpg": [0.1, 0.06, 0.56, 0.92],
  "flower.jpg": [0.26, 0.2, 0.7, 0.85],
  "bus.jpg": [0.03, 0.2, 0.98, 0.83],
  "zidane.jpg": [0.36, 0.05, 0.9, 0.7],
  "sharp/2569067123_aca715a2ee_o.jpg": [0.17, 0.27, 0.6, 0.75],
  "sharp/concert.jpg": [0.54, 0.15, 0.74, 0.36],
  "sharp/4.webp": [0.07, 0.02, 0.88, 0.92],
  "sharp/embedgravitybird.png": [0.2, 0.2, 0.58, 0.54],
  "sharp/Portrait_1.jpg": [0.33, 0.27, 0.62, 0.72],
  "sharp/Landscape_1.jpg": [0.2, 0.44, 0.53, 0.96],
  "sharp/pitm.avif": [0.4, 0, 0.58, 1],
  "sharp/sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif": [0.37, 0.4, 0.68, 1],
  "sharp/testimgl.jpg": [0.2, 0.14, 0.85, 0.96],
  "exif/Portrait_0.jpg": [0.36, 0.6, 0.5, 0.9],
  "exif/Landscape_0.jpg": [0.56, 0.07, 0.86, 1],
};

const shapes: Readonly<Record<string, number>> = { "1:1": 1, "16:9": 16 / 9, "9:16": 9 / 16, "4:3": 4 / 3 };

interface Photo {
  readonly name: string;
  readonly pixels: Pixels;
  readonly subject: Subject;
}

interface Offset {
  readonly left: number;
  readonly top: number;
}

type Strategy = (photo: Photo, window: Size) => Offset | Promise<Offset>;

const strategies: Readonly<Record<string, Strategy>> = {
  "the middle": ({ pixels }, window) => around(pixels, window, 0.5, 0.5),
  "`gravity=auto`": ({ pixels }, window) => {
    const { x, y } = findFocus(pixels, window);
    return around(pixels, window, x, y);
  },
  "libvips attention": ({ pixels }, window) => byLibvips(pixels, window, sharp.strategy.attention),
  "libvips entropy": ({ pixels }, window) => byLibvips(pixels, window, sharp.strategy.entropy),
  "the best possible": (photo, window) => best(photo, window),
};

async function byLibvips(pixels: Pixels, { width, height }: Size, position: number): Promise<Offset> {
  const crop = openPixels(pixels).resize(width, height, { fit: "cover", position });
  const { info } = await crop.raw().toBuffer({ resolveWithObject: true });
  return { left: -(info.cropOffsetLeft ?? 0), top: -(info.cropOffsetTop ?? 0) };
}

function around({ width, height }: Size, window: Size, x: number, y: number): Offset {
  return {
    left: Math.min(width - window.width, Math.max(0, x * width - window.width / 2)),
    top: Math.min(height - window.height, Math.max(0, y * height - window.height / 2)),
  };
}

function best(photo: Photo, window: Size): Offset {
  const { width, height } = photo.pixels;
  const offsets = Array.from({ length: width - window.width + 1 }, (_, left) =>
    Array.from({ length: height - window.height + 1 }, (_, top) => ({ left, top })),
  ).flat();
  return offsets.reduce((a, b) => (kept(photo, window, b) > kept(photo, window, a) ? b : a));
}

/** Share of the subject's area that is in the window. */
function kept({ pixels, subject }: Photo, { width, height }: Size, { left, top }: Offset): number {
  const [l, t, r, b] = subject;
  const across = Math.min(r * pixels.width, left + width) - Math.max(l * pixels.width, left);
  const down = Math.min(b * pixels.height, top + height) - Math.max(t * pixels.height, top);
  return (Math.max(0, across) * Math.max(0, down)) / ((r - l) * pixels.width * (b - t) * pixels.height);
}

function windowIn({ width, height }: Size, ratio: number): Size {
  return {
    width: Math.max(1, Math.min(width, Math.round(height * ratio))),
    height: Math.max(1, Math.min(height, Math.round(width / ratio))),
  };
}

async function read(name: string, path: string, subject: Subject): Promise<Photo> {
  const work = openFile(await Bun.file(path).bytes())
    .rotate()
    .toColourspace("srgb")
    .flatten()
    .resize(focusSide, focusSide, { fit: "inside", withoutEnlargement: true });
  const like = {
    data: new Uint8Array(),
    width: 1,
    height: 1,
    channels: 3,
    frames: 1,
    delays: [],
    loop: 0,
    icc: null,
  } as const;
  return { name, pixels: await collectPixels(work, like), subject };
}

async function readAll(folders: readonly string[]): Promise<Photo[]> {
  const found: Promise<Photo>[] = Object.entries(subjectsOfSamples).map(([name, subject]) =>
    read(name, photos[name] as string, subject),
  );
  for (const folder of folders) {
    for await (const path of new Bun.Glob("**/*.{jpg,jpeg,png,webp,avif}").scan({
      cwd: folder,
      absolute: true,
    })) {
      for (const [name, subject] of Object.entries(subjectsOfOthers)) {
        if (path.endsWith(`/${name}`)) found.push(read(name, path, subject));
      }
    }
  }
  return Promise.all(found);
}

const photographs = await readAll(process.argv.slice(2));
const rows: string[][] = [];
for (const [name, strategy] of Object.entries(strategies)) {
  const shares: number[] = [];
  const means: string[] = [];
  let muchWorse = 0;
  for (const ratio of Object.values(shapes)) {
    const ofShape: number[] = [];
    for (const photo of photographs) {
      const window = windowIn(photo.pixels, ratio);
      const share = kept(photo, window, await strategy(photo, window));
      ofShape.push(share);
      if (share < kept(photo, window, around(photo.pixels, window, 0.5, 0.5)) - 0.1) muchWorse++;
    }
    means.push(percent(mean(ofShape)));
    shares.push(...ofShape);
  }
  const lost = shares.filter((share) => share < 0.5).length;
  rows.push([name, ...means, percent(mean(shares)), String(lost), String(muchWorse)]);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

console.log(`Share of the subject that is kept, mean of ${photographs.length} photographs:\n`);
console.log(
  markdownTable(
    ["", ...Object.keys(shapes), "all", "less than half kept", "over 10 points worse than the middle"],
    rows,
  ),
);
