import { gzipSync } from "node:zlib";
import sharp, { type JpegOptions, type Sharp } from "sharp";
import {
  makeBmp,
  makeIco,
  makeIconDib,
  palette,
} from "../../packages/server/src/engine/decoders/test-bitmaps.ts";
import { withProfile } from "../../packages/server/src/engine/decoders/test-color.ts";
import { makeHeic } from "../../packages/server/src/engine/decoders/test-heic.ts";
import { jxlFiles } from "../../packages/server/src/engine/decoders/test-jxl.ts";
import {
  blue,
  busy,
  type Color,
  raster,
  red,
  toAnimatedWebp,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toTiff,
  toWebp,
} from "../../packages/server/src/engine/test-pictures.ts";

export type Family = "jpeg" | "png" | "riff" | "iso" | "gif" | "tiff" | "svg" | "plain";

/** A file that is in order, and how its parts are told apart. */
export interface SeedFile {
  readonly name: string;
  readonly family: Family;
  readonly bytes: Uint8Array;
}

type Listed = readonly [Family, name: string, bytes: Uint8Array | Promise<Uint8Array>];

const picture = busy(48, 32);
const clear = raster(24, 16, (x, y) => [x * 10, y * 15, 99, (x * 11) % 256]);

/** Small files of every format, with profiles, EXIF, transparency and frames where there can be some. */
export function makeSeedFiles(): Promise<readonly SeedFile[]> {
  const all = [...jpegFiles(), ...pngFiles(), ...webpFiles(), ...boxFiles(), ...otherFiles()];
  return Promise.all(
    all.map(async ([family, name, bytes]) => ({ family, name: `${family}: ${name}`, bytes: await bytes })),
  );
}

function jpegFiles(): Listed[] {
  const raw = { width: 48, height: 32, channels: 4 } as const;
  const still = (options: JpegOptions) => sharp(picture.rgba, { raw }).removeAlpha().jpeg(options);
  return [
    ["jpeg", "baseline", toJpeg(picture, 6)],
    ["jpeg", "progressive", still({ progressive: true, chromaSubsampling: "4:2:0" }).toBuffer()],
    ["jpeg", "cmyk", still({}).toColourspace("cmyk").toBuffer()],
    ["jpeg", "profile", withProfile(picture, "p3", "jpeg")],
  ];
}

/** What sharp makes of a picture that it reads. */
async function from(png: Promise<Uint8Array>, change: (image: Sharp) => Sharp): Promise<Uint8Array> {
  return change(sharp(await png)).toBuffer();
}

function pngFiles(): Listed[] {
  return [
    ["png", "true color", toPng(picture)],
    ["png", "alpha", toPng(clear)],
    ["png", "palette", from(toPng(picture), (image) => image.png({ palette: true, colours: 16 }))],
    [
      "png",
      "16 bits, interlaced",
      from(toPng(clear), (image) => image.toColourspace("rgb16").png({ progressive: true })),
    ],
    ["png", "profile", withProfile(picture, "p3", "png")],
  ];
}

function webpFiles(): Listed[] {
  return [
    ["riff", "lossless", toWebp(clear)],
    ["riff", "lossy", from(toPng(clear), (image) => image.webp({ quality: 50 }))],
    ["riff", "moving", toAnimatedWebp(picture, busy(48, 32), picture)],
    ["riff", "profile", withProfile(picture, "p3", "webp")],
  ];
}

function boxFiles(): Listed[] {
  return [
    ["iso", "avif", toAvif(clear)],
    ["iso", "heic", makeHeic()],
    ["iso", "heic with alpha", makeHeic({ alpha: "straight" })],
    ["iso", "heic grid", makeHeic({ grid: true })],
    ["iso", "jxl in boxes", jxlFiles.boxed],
    ["plain", "jxl", jxlFiles.alpha],
    ["plain", "jxl with a profile", jxlFiles.icc],
  ];
}

function otherFiles(): Listed[] {
  const square = (color: Color) => raster(9, 9, () => color);
  const rows = (count: number) => new Array<number>(count).fill(85);
  const bitmap = (bits: number) => ({ bits, width: 4, height: 2, palette, rows: rows(32) });
  const svgz = gzipSync('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>');
  const tiles = { compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 } as const;
  return [
    ["gif", "still", toGif(picture)],
    ["gif", "moving", toGif(square(red), square(blue), square(red))],
    ["tiff", "lzw", toTiff(picture)],
    ["tiff", "tiled, deflate", from(toPng(clear), (image) => image.tiff(tiles))],
    ["tiff", "jpeg inside", from(toPng(picture), (image) => image.tiff({ compression: "jpeg" }))],
    ["tiff", "profile", withProfile(picture, "p3", "tiff")],
    ["plain", "bmp", toBmp(picture)],
    ["plain", "bmp of one bit", makeBmp(bitmap(1))],
    ["plain", "bmp of 32 bits", makeBmp(bitmap(32))],
    ["plain", "ico", iconOf(makeIconDib(bitmap(24), rows(8)))],
    ["plain", "svgz", svgz],
    ["svg", "drawing", new Uint8Array(0)],
  ];
}

async function iconOf(dib: Uint8Array): Promise<Uint8Array> {
  return makeIco(1, dib, await toPng(clear));
}
