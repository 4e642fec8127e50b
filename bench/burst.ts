/**
 * `bun bench/burst.ts [photo.jpg]`: a page asks for nine widths of one original in two formats, all 18 at once and for the
 * first time, over HTTP; beside sharp making the same 18 one by one, from the file in memory. Each round with another
 * original, alternating in one run, medians.
 */
import sharp from "sharp";
import { startFreshet } from "./matrix/peers.ts";
import { processorMs } from "./matrix/processor-time.ts";
import { numbered } from "./matrix/sources.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 7;
const widths = [200, 320, 480, 640, 800, 1000, 1280, 1600, 1920];
const formats = ["jpeg", "webp"] as const;

sharp.concurrency(1);
sharp.cache(false);
const photo = await sixMegapixels(process.argv[2]);
const { width: fullWidth, height: fullHeight } = await sharp(photo).metadata();
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const serial = Number.parseInt(new URL(request.url).pathname.slice(1), 10);
    return new Response(numbered(photo, serial) as Uint8Array<ArrayBuffer>);
  },
});

interface Taken {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timed(pid: number, work: () => Promise<unknown>): Promise<Taken> {
  const [startMs, startCpuMs] = [performance.now(), processorMs(pid)];
  await work();
  return { wallMs: performance.now() - startMs, cpuMs: processorMs(pid) - startCpuMs };
}

async function oneByOne(): Promise<void> {
  for (const format of formats) {
    for (const width of widths) {
      const height = Math.round((fullHeight * width) / fullWidth);
      // At our fidelity: at least twice the size is left to be scaled by a filter.
      const size = { width, height, fit: "fill", fastShrinkOnLoad: false } as const;
      await sharp(photo).rotate().resize(size).toFormat(format, { quality: 80 }).toBuffer();
    }
  }
}

const shared = await startFreshet("shared");
const alone = await startFreshet("alone", "[server]\nshared_bytes = 0\n");
const ways = {
  "Freshet, 18 at once": shared,
  "Freshet, nothing shared": alone,
};

let serial = 0;
async function burst(peer: typeof shared): Promise<void> {
  const original = `http://127.0.0.1:${origin.port}/${serial++}.jpg`;
  const urls = formats.flatMap((format) =>
    widths.map((width) => peer.urlFor({ original, width, height: 0, format, moving: false })),
  );
  const statuses = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      await response.bytes();
      return response.status;
    }),
  );
  if (statuses.some((status) => status !== 200)) throw new Error(`statuses ${statuses.join(" ")}`);
}

try {
  const results = new Map<string, Taken[]>([["sharp, one by one", []]]);
  for (const name of Object.keys(ways)) results.set(name, []);
  await oneByOne();
  for (const peer of Object.values(ways)) await burst(peer);
  for (let round = 0; round < rounds; round++) {
    results.get("sharp, one by one")?.push(await timed(process.pid, oneByOne));
    for (const [name, peer] of Object.entries(ways)) {
      results.get(name)?.push(await timed(peer.pid, () => burst(peer)));
    }
  }
  const bySharp = results.get("sharp, one by one") as Taken[];
  const rows = [...results].map(([name, taken]) => {
    const ratio = (of: keyof Taken) => median(taken.map((one, at) => one[of] / (bySharp[at] as Taken)[of]));
    const middle = (of: keyof Taken) => median(taken.map((one) => one[of])).toFixed(0);
    const [wall, cpu] = [ratio("wallMs"), ratio("cpuMs")];
    return [name, middle("wallMs"), wall.toFixed(2), middle("cpuMs"), cpu.toFixed(2), (1 / wall).toFixed(2)];
  });
  console.log(
    `\n${widths.length} widths × ${formats.join(" and ")} of a JPEG of ${((fullWidth * fullHeight) / 1e6).toFixed(1)} MP, ${rounds} alternating rounds, medians\n`,
  );
  console.log(markdownTable(["", "ms", "of sharp's", "processor ms", "of sharp's", "× sharp"], rows));
} finally {
  for (const peer of Object.values(ways)) await peer.stop();
  await origin.stop(true);
}
process.exit(0);
