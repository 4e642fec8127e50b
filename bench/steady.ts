/**
 * `bun bench/steady.ts [--minutes 2.5] [--warm 0.8]`: memory of a server, with the processes that make pictures, under an hour's mixed
 * load in a few minutes: hits from memory and disk, 304s, sizes that are new, originals that are new, and purges of
 * nothing but the cache's own bounds. Memory and disk are so small that both are full early and everything is pushed out
 * again; and only new originals are asked for at first, for `warm` minutes, since a process that makes pictures grows with
 * the first thousand of them, up to where it is replaced. What is resident is looked at twice a second; growth is the median of the last quarter over that of the third, and
 * the slope of a line through the last half.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dataFolder, startServer } from "../test/processes.ts";
import { residentBytes } from "./matrix/processor-time.ts";
import { makeSources, numbered } from "./matrix/sources.ts";
import { markdownTable, median } from "./report.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "2.5" }, warm: { type: "string", default: "0.8" } },
});
const durationMs = Number(values.minutes) * 60_000;
const clients = 8;
const sources = [...(await makeSources(null)).values()].filter(({ name }) =>
  ["jpeg-0.3", "jpeg-2", "png-alpha", "webp"].includes(name),
);

const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const serial = Number.parseInt(new URL(request.url).pathname.slice(1), 10);
    const { bytes } = sources[serial % sources.length] as (typeof sources)[number];
    return new Response(numbered(bytes, serial) as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": "image/any" },
    });
  },
});
const data = dataFolder();
const megabyte = 1024 ** 2;
const server = await startServer({
  dataDir: data.path,
  env: {
    FRESHET_ALLOW_LOCAL_ORIGINS: "*",
    FRESHET_MEMORY_BYTES: String(16 * megabyte),
    FRESHET_ORIGINAL_MEMORY_BYTES: String(16 * megabyte),
    FRESHET_VARIANT_BYTES: String(64 * megabyte),
    FRESHET_ORIGINAL_BYTES: String(64 * megabyte),
  },
});

const counts = { made: 0, hits: 0, unchanged: 0, refused: 0 };
const etags = new Map<string, string>();
/** Of the last few hundred requests: what is asked for again. */
const asked: string[] = [];
let serial = 0;
let isWarming = true;

function next(): { path: string; etag?: string } {
  const dice = Math.random();
  const known = asked[Math.floor(Math.random() * asked.length)];
  if (known && dice < 0.6 && !isWarming) return { path: known };
  if (known && dice < 0.9 && !isWarming) return { path: known, etag: etags.get(known) ?? "" };
  const original = dice < 0.96 && !isWarming ? Math.floor(Math.random() * (serial + 1)) : serial++;
  const width = 100 + Math.floor(Math.random() * 500);
  return { path: `/http://127.0.0.1:${origin.port}/${original}.img?w=${width}` };
}

async function client(endMs: number): Promise<void> {
  while (performance.now() < endMs) {
    const { path, etag } = next();
    const response = await fetch(server.url + path, etag ? { headers: { "if-none-match": etag } } : {});
    await response.bytes();
    const status = response.headers.get("cache-status") ?? "";
    if (response.status === 503) counts.refused++;
    else if (response.status === 304) counts.unchanged++;
    else if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    else if (status.includes("hit")) counts.hits++;
    else counts.made++;
    if (response.status !== 200 || etags.has(path)) continue;
    etags.set(path, response.headers.get("etag") ?? "");
    asked.push(path);
    if (asked.length > 2_000) etags.delete(asked.shift() as string);
  }
}

try {
  const together = (endMs: number) => Promise.all(Array.from({ length: clients }, () => client(endMs)));
  await together(performance.now() + Number(values.warm) * 60_000);
  isWarming = false;
  const warmed = counts.made;
  const startMs = performance.now();
  const looks: { readonly atMs: number; readonly bytes: number; readonly own: number }[] = [];
  const own = () => Number(/VmRSS:\s+(\d+)/.exec(statusOf(server.pid))?.[1]) * 1024;
  const looking = setInterval(
    () => looks.push({ atMs: performance.now() - startMs, bytes: residentBytes(server.pid), own: own() }),
    500,
  );
  await together(startMs + durationMs);
  clearInterval(looking);
  const within = (from: number, to: number, key: "bytes" | "own") =>
    looks.filter(({ atMs }) => atMs >= from * durationMs && atMs < to * durationMs).map((look) => look[key]);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  const row = (what: string, key: "bytes" | "own") => {
    const quarters = [0, 1, 2, 3].map((at) => median(within(at / 4, (at + 1) / 4, key)));
    const growth = (quarters[3] as number) / (quarters[2] as number);
    const most = mb(Math.max(...within(0, 2, key)));
    return [what, ...quarters.map(mb), most, growth.toFixed(3), mb(perMinute(key))];
  };
  /** By least squares, of the last half. */
  function perMinute(key: "bytes" | "own"): number {
    const half = looks.filter(({ atMs }) => atMs >= durationMs / 2);
    const mean = (of: (look: (typeof looks)[number]) => number) =>
      half.reduce((sum, look) => sum + of(look), 0) / half.length;
    const [atMs, bytes] = [mean((look) => look.atMs), mean((look) => look[key])];
    const [above, below] = [
      mean((look) => (look.atMs - atMs) * (look[key] - bytes)),
      mean((look) => (look.atMs - atMs) ** 2),
    ];
    return (above / below) * 60_000;
  }
  const { made, hits, unchanged, refused } = counts;
  console.log(
    `\n${values.minutes} minutes, ${clients} clients: ${made - warmed} pictures made after ${warmed}, ${hits} hits, ${unchanged} not modified, ${refused} refused\n`,
  );
  const head = [
    "resident, MB",
    "1st quarter",
    "2nd",
    "3rd",
    "4th",
    "the most",
    "4th over 3rd",
    "MB per minute, last half",
  ];
  console.log(
    markdownTable(head, [
      row("server and the processes that make pictures", "bytes"),
      row("server alone", "own"),
    ]),
  );
} finally {
  await server.stop();
  await origin.stop(true);
  data.remove();
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, "utf8");
}
