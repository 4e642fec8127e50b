/**
 * `bun bench/cost.ts [--folder photos] [--images 24]`: what 1,000 pictures cost a server in processor time and memory, and
 * how that grows: with pixels, with the sizes that are asked for of each original, with originals that are known already,
 * and with connections. Pictures are made, four at a time, over HTTP, fetching and storing included; or answered from
 * memory, from disk and by 304. Memory is what the server and the processes
 * that make pictures have resident at the end of each row, and the most that they had in it, looked at ten times a second;
 * pages that they share count for each. Linux only: it reads /proc.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { type Running, startServer } from "../test/processes.ts";
import { ensureWrk, wrk } from "./http/wrk.ts";
import { processorMs, residentBytes } from "./matrix/processor-time.ts";
import { makeSources, numbered, type Source } from "./matrix/sources.ts";
import { markdownTable } from "./report.ts";

const { values } = parseArgs({
  options: { folder: { type: "string" }, images: { type: "string", default: "24" } },
});
const images = Number(values.images);
const parallel = 4;
/** As many as a small site has. */
const manyOriginals = 2_000;
await ensureWrk();
const sources = await makeSources(values.folder ?? null);
const small = await sharp((sources.get("jpeg-0.3") as Source).bytes)
  .resize(64)
  .jpeg()
  .toBuffer();
sources.set("small", { name: "small", bytes: small, width: 64, height: 64 });
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const [, name = "", number = ""] = new URL(request.url).pathname.split("/");
    const { bytes } = sources.get(name) ?? { bytes: new Uint8Array(0) };
    return new Response(numbered(bytes, Number.parseInt(number, 10)) as Uint8Array<ArrayBuffer>);
  },
});

const dataDir = await mkdtemp(join(tmpdir(), "freshet-cost-"));
const start = (env: Record<string, string> = {}) =>
  startServer({ dataDir, env: { FRESHET_ALLOW_LOCAL_ORIGINS: "*", ...env } });
let server: Running = await start();

let serial = 0;
const original = (name: string, number: number) => `/http://127.0.0.1:${origin.port}/${name}/${number}.img`;

type Ask = (at: number) => { readonly path: string; readonly headers?: Record<string, string> };

function row(what: string, count: number, ask: Ask, status = 200): Promise<string[]> {
  return measured(what, () => askAll(count, ask, status));
}

/** @param work says how many answers there were */
async function measured(what: string, work: () => Promise<number>): Promise<string[]> {
  const { pid } = server;
  let most = residentBytes(pid);
  const looking = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 100);
  const startMs = processorMs(pid);
  const count = await work();
  clearInterval(looking);
  const seconds = (processorMs(pid) - startMs) / count;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const line = [what, seconds.toFixed(seconds < 1 ? 2 : 1), megabytes(residentBytes(pid)), megabytes(most)];
  console.log(line.join("  "));
  return line;
}

async function askAll(count: number, ask: Ask, status: number): Promise<number> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const { path, headers = {} } = ask(left);
      const response = await fetch(server.url + path, { headers });
      if (response.status !== status) throw new Error(`${response.status} ${path}`);
      await response.bytes();
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return count;
}

const cold =
  (name: string, query: string): Ask =>
  () => ({ path: `${original(name, serial++)}?${query}` });

const named = ([, ...cells]: string[], what: string) => [what, ...cells];

try {
  const rows: string[][] = [];
  await row("(warming up)", 12, cold("jpeg-0.3", "w=300"));
  for (const name of ["jpeg-0.3", "jpeg-2", "jpeg-6", "jpeg-24", "png-alpha", "webp", "avif"]) {
    rows.push(await row(`made: ${name} → 400 px jpeg`, images, cold(name, "w=400&force_format=jpeg")));
  }
  for (const format of ["_webp", "_avif", "png"]) {
    rows.push(
      await row(
        `made: jpeg-6 → 400 px ${format.replace("_", "")}`,
        images,
        cold("jpeg-6", `w=400&force_format=${format}`),
      ),
    );
  }
  rows.push(await row("made: jpeg-6 → 1600 px jpeg", images, cold("jpeg-6", "w=1600&force_format=jpeg")));
  for (const variants of [1, 4, 16]) {
    const [first, step] = [serial, Math.floor(800 / variants)];
    serial += Math.ceil(images / variants);
    const ask: Ask = (at) => ({
      path: `${original("jpeg-6", first + Math.floor(at / variants))}?w=${200 + step * (at % variants)}&force_format=jpeg`,
    });
    rows.push(await row(`made: ${variants} sizes of each jpeg-6`, images, ask));
  }
  const again = () =>
    row("made: jpeg-0.3 → 400 px jpeg", images, cold("jpeg-0.3", "w=400&force_format=jpeg"));
  rows.push(named(await again(), "as the first row, later"));
  rows.push(
    await row(`made: ${manyOriginals} originals of 64 px → 32 px`, manyOriginals, cold("small", "w=32")),
  );
  rows.push(named(await again(), `as the first row, with ${manyOriginals} originals more known`));
  const known = `${original("jpeg-0.3", serial++)}?w=400`;
  const response = await fetch(server.url + known);
  const etag = response.headers.get("etag") as string;
  await response.bytes();
  const overConnections = async (what: string, connections: number, headers = {}) => {
    const seconds = 2;
    const work = async () =>
      (await wrk(server.url + known, { connections, seconds, headers })).rate * seconds;
    rows.push(await measured(`${what}, connections: ${connections}`, work));
  };
  for (const connections of [1, 32, 256, 1_000]) await overConnections("from memory", connections);
  await overConnections("not modified", 32, { "if-none-match": etag });
  const stored = Array.from(
    { length: images },
    (_, at) => `${original("jpeg-0.3", at + 12)}?w=400&force_format=jpeg`,
  );
  await server.stop();
  server = await start({ FRESHET_MEMORY_BYTES: "0" });
  rows.push(await row("from disk", 20 * images, (at) => ({ path: stored[at % images] as string })));
  console.log("\n1,000 pictures\n");
  console.log(markdownTable(["", "processor seconds", "memory after it, MB", "the most, MB"], rows));
} finally {
  await server.stop();
  await origin.stop(true);
  await rm(dataDir, { recursive: true });
}
