/**
 * `bun bench/cost.ts [--folder photos] [--images 60]`: what 1,000 pictures cost a server in processor time and memory: made
 * from originals of several sizes that nobody knew, made as other sizes of one original, and answered from memory, from
 * disk and by 304; four at a time, over HTTP, fetching and storing included. Memory is what the server and the processes
 * that make pictures have resident at the end of each row, and the most that they had in it, looked at ten times a second;
 * pages that they share count for each. Linux only: it reads /proc.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Running, startServer } from "../test/processes.ts";
import { processorMs, residentBytes } from "./matrix/processor-time.ts";
import { makeSources, numbered } from "./matrix/sources.ts";
import { markdownTable } from "./report.ts";

const { values } = parseArgs({
  options: { folder: { type: "string" }, images: { type: "string", default: "60" } },
});
const images = Number(values.images);
const parallel = 4;
const sources = await makeSources(values.folder ?? null);
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

async function row(what: string, count: number, ask: Ask, status = 200): Promise<string[]> {
  const { pid, url } = server;
  let [left, most] = [count, residentBytes(pid)];
  const looking = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 100);
  const startMs = processorMs(pid);
  const worker = async () => {
    while (left-- > 0) {
      const { path, headers = {} } = ask(left);
      const response = await fetch(url + path, { headers });
      if (response.status !== status) throw new Error(`${response.status} ${path}`);
      await response.bytes();
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  clearInterval(looking);
  const seconds = (processorMs(pid) - startMs) / count;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const line = [what, seconds.toFixed(seconds < 1 ? 2 : 1), megabytes(residentBytes(pid)), megabytes(most)];
  console.log(line.join("  "));
  return line;
}

const cold =
  (name: string, query: string): Ask =>
  () => ({ path: `${original(name, serial++)}?${query}` });

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
  const known = `${original("jpeg-0.3", serial++)}?w=400`;
  const response = await fetch(server.url + known);
  const etag = response.headers.get("etag") as string;
  await response.bytes();
  rows.push(await row("from memory", 20_000, () => ({ path: known })));
  rows.push(
    await row("not modified", 20_000, () => ({ path: known, headers: { "if-none-match": etag } }), 304),
  );
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
