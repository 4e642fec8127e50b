/**
 * `bun bench/operations.ts [name…]`: what each operation costs at 800 px beside the same result made by sharp in one
 * pipeline, alternating in one run, medians; and what it adds to plain resizing.
 */

import sharp, { type Sharp } from "sharp";
import { negotiate, parseRequest, plainToken } from "../packages/core/src/index.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { render } from "../packages/server/src/render/render.ts";
import { movingGif } from "./moving-gif.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 9;
const photo = await sixMegapixels(undefined);
const logo = await sharp({ create: { width: 200, height: 100, channels: 4, background: "#ff000080" } })
  .png()
  .toBuffer();
const animation = await movingGif(100, 500);

interface Cell {
  readonly query: string;
  readonly source?: Uint8Array;
  /** The same by sharp alone. */
  bySharp(): Promise<Uint8Array>;
}

const plain = () => sharp(photo).autoOrient().resize(800);
const jpeg = (work: Sharp) => work.jpeg({ quality: 80 }).toBuffer();
const corners = Buffer.from('<svg width="800" height="653"><rect width="800" height="653" rx="40"/></svg>');

const cells: Readonly<Record<string, Cell>> = {
  resize: { query: "w=800", bySharp: () => jpeg(plain()) },
  crop: { query: "w=800&h=450", bySharp: () => jpeg(sharp(photo).resize(800, 450)) },
  "crop auto": {
    query: "w=450&h=800&gravity=auto",
    bySharp: () => jpeg(sharp(photo).resize(450, 800, { position: "attention" })),
  },
  rectangle: {
    query: "tl_px=500,500&br_px=2100,1700&w=800",
    bySharp: () => jpeg(sharp(photo).extract({ left: 500, top: 500, width: 1600, height: 1200 }).resize(800)),
  },
  fit: {
    query: "w=800&h=800&func=fit&bg_color=fff",
    bySharp: () => jpeg(sharp(photo).resize(800, 800, { fit: "contain", background: "#fff" })),
  },
  flip: { query: "w=800&flip=h", bySharp: () => jpeg(plain().flop()) },
  "turn by 90": {
    query: "w=800&r=90",
    bySharp: async () => jpeg(await again(plain()).then((s) => s.rotate(270))),
  },
  "turn by 30": {
    query: "w=800&r=30&bg_color=fff",
    bySharp: async () => jpeg(await again(plain()).then((s) => s.rotate(330, { background: "#fff" }))),
  },
  trim: { query: "w=800&trim=10", bySharp: () => jpeg(sharp(photo).trim({ threshold: 10 }).resize(800)) },
  radius: {
    query: "w=800&radius=40&force_format=_webp",
    bySharp: () =>
      plain()
        .ensureAlpha()
        .composite([{ input: corners, blend: "dest-in" }])
        .webp()
        .toBuffer(),
  },
  bright: { query: "w=800&bright=20", bySharp: () => jpeg(plain().linear(1, 20)) },
  contrast: { query: "w=800&contrast=20", bySharp: () => jpeg(plain().linear(1.44, -56)) },
  saturate: { query: "w=800&saturate=30", bySharp: () => jpeg(plain().modulate({ saturation: 1.3 })) },
  colorize: {
    query: "w=800&colorize=ff0000,0.3",
    bySharp: () => jpeg(plain().composite([{ input: tint, tile: true, blend: "over" }])),
  },
  grey: { query: "w=800&grey=1", bySharp: () => jpeg(plain().greyscale()) },
  duotone: { query: "w=800&duotone=000080,ffff00", bySharp: () => jpeg(plain().greyscale().tint("#8080ff")) },
  sepia: { query: "w=800&sepia=1", bySharp: () => jpeg(plain().recomb(sepia)) },
  invert: { query: "w=800&invert=1", bySharp: () => jpeg(plain().negate()) },
  blur: { query: "w=800&blur=10", bySharp: () => jpeg(plain().blur(10)) },
  pixelate: {
    query: "w=800&pixelate=10",
    bySharp: async () =>
      jpeg(await again(plain().resize(80)).then((s) => s.resize(800, null, { kernel: "nearest" }))),
  },
  sharp: { query: "w=800&sharp=1", bySharp: () => jpeg(plain().sharpen({ sigma: 1 })) },
  "four filters": {
    query: "w=800&f=bright:10,contrast:20,saturate:20,grey",
    bySharp: () => jpeg(plain().linear(1.44, -46).modulate({ saturation: 1.2 }).greyscale()),
  },
  watermark: {
    query: "w=800&wat=1&wat_url=h.io/logo.png&wat_gravity=southeast",
    bySharp: () => jpeg(plain().composite([{ input: logo, gravity: "southeast" }])),
  },
  "to WebP": { query: "w=800&force_format=_webp", bySharp: () => plain().webp().toBuffer() },
  "to AVIF": { query: "w=800&force_format=_avif", bySharp: () => plain().avif({ quality: 60 }).toBuffer() },
  "to PNG": { query: "w=800&force_format=png", bySharp: () => plain().png().toBuffer() },
  "GIF, 100 frames": {
    query: "w=300",
    source: animation,
    bySharp: () => sharp(animation, { animated: true }).resize(300).gif().toBuffer(),
  },
  "GIF to WebP, 100 frames": {
    query: "w=300&force_format=_webp",
    source: animation,
    bySharp: () => sharp(animation, { animated: true }).resize(300).webp().toBuffer(),
  },
};

const tint = await sharp({
  create: { width: 64, height: 64, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.3 } },
})
  .png()
  .toBuffer();
const sepia: [[number, number, number], [number, number, number], [number, number, number]] = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
];

/** sharp has one order for its operations; for another order pixels must be taken out and put in again. */
async function again(work: Sharp): Promise<Sharp> {
  const { data, info } = await work.raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

async function byFreshet({ query, source = photo }: Cell): Promise<Uint8Array> {
  const { plan } = parseRequest(`/h.io/photo.jpg?${query}`, plainToken("doc"));
  const { format } = await inspect(source);
  const inputs = { original: source, watermarks: plan.watermarks.length > 0 ? [logo] : [] };
  return (await render(inputs, plan, negotiate(plan.formats, null, format))).bytes;
}

async function millisecondsOf(work: () => Promise<Uint8Array>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const wanted = process.argv.slice(2);
const rows: string[][] = [];
let plainMs = 0;
for (const [name, cell] of Object.entries(cells)) {
  if (wanted.length > 0 && name !== "resize" && !wanted.includes(name)) continue;
  const times: { ours: number[]; sharp: number[] } = { ours: [], sharp: [] };
  await byFreshet(cell);
  await cell.bySharp();
  for (let round = 0; round < (cell.source ? 3 : rounds); round++) {
    times.ours.push(await millisecondsOf(() => byFreshet(cell)));
    times.sharp.push(await millisecondsOf(() => cell.bySharp()));
  }
  const ours = median(times.ours);
  if (name === "resize") plainMs = ours;
  const ratio = median(times.ours.map((ms, at) => ms / (times.sharp[at] as number)));
  const added = cell.source ? "–" : (ours - plainMs).toFixed(1);
  rows.push([name, ours.toFixed(1), added, median(times.sharp).toFixed(1), ratio.toFixed(2)]);
  console.log(rows.at(-1)?.join("  "));
}
console.log(`\n6 MP JPEG → 800 px, one at a time, ${rounds} alternating rounds, medians\n`);
console.log(markdownTable(["operation", "ms", "added to resize", "sharp, ms", "ratio"], rows));
