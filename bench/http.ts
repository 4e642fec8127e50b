/**
 * `bun bench/http.ts [--quick] [--rounds 4] [--seconds 1]`: answers per second and latency over HTTP at 1, 32 and 256
 * connections: from memory, 304, and from disk, beside nginx's `proxy_cache` and Varnish with the same answers in their
 * caches, and beside a `Bun.serve` that gives one answer without looking at what is asked: the most that this runtime does.
 * Each on the same one core, wrk on another, rounds that alternate. Then pictures that were never asked for. What such
 * pictures do to hits: `bench/overload.ts`.
 *
 * Processor time per answer is what a busy machine tells best: wrk and others may take the rest of the core.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { dataFolder } from "../test/processes.ts";
import { ensurePeers } from "./ensure-peers.ts";
import {
  type CacheServer,
  missingCaches,
  startBare,
  startNginxCache,
  startOurs,
  startVarnishCache,
} from "./http/caches.ts";
import { ensureWrk, type Load, wrk } from "./http/wrk.ts";
import { processorMs } from "./matrix/processor-time.ts";
import { markdownTable, median } from "./report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string", default: "1" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 4));
const seconds = Number(values.seconds);
const connections = [1, 32, 256];
const path = "/sample.li/flat.jpg?w=450";

await ensureWrk();
await ensurePeers("/usr/sbin/nginx", "/usr/sbin/varnishd");
const isPinned = availableParallelism() > 1;
const [core, loadCore] = isPinned ? [0, 1] : [null, null];
const data = dataFolder();
const stops: (() => Promise<void>)[] = [];

async function started<Server extends CacheServer>(server: Promise<Server>): Promise<Server> {
  const running = await server;
  stops.push(running.stop);
  return running;
}

interface Round extends Load {
  readonly cpuUs: number;
}

async function measure(server: CacheServer, count: number, headers: Record<string, string>): Promise<Round> {
  const before = processorMs(server.pid);
  const load = await wrk(`${server.url}${path}`, { connections: count, seconds, headers, core: loadCore });
  if (load.refused > 0) throw new Error(`${server.name} refused ${load.refused} requests`);
  return { ...load, cpuUs: ((processorMs(server.pid) - before) * 1000) / (load.rate * seconds) };
}

const fixed = (value: number, digits = 2) => value.toFixed(digits);

/** Ratios round by round: the machine may be busier in one than in another. */
async function compare(what: string, ours: CacheServer, peers: CacheServer[], headers = {}) {
  const rows: string[][] = [];
  const all = [ours, ...peers];
  // Until what is asked for often is compiled.
  for (const server of all) for (let times = 0; times < 2; times++) await measure(server, 32, headers);
  for (const count of connections) {
    const found = new Map<CacheServer, Round[]>(all.map((server) => [server, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of all) found.get(server)?.push(await measure(server, count, headers));
    }
    const of = (server: CacheServer, key: keyof Round) =>
      median((found.get(server) ?? []).map((round) => round[key]));
    const by = (peer: CacheServer, ratio: (a: Round, b: Round) => number) =>
      median((found.get(ours) ?? []).map((round, at) => ratio(round, found.get(peer)?.[at] as Round)));
    for (const peer of peers) {
      rows.push([
        `${what}, ${count} connections, beside ${peer.name}`,
        fixed(of(ours, "rate"), 0),
        fixed(of(peer, "rate"), 0),
        fixed(by(peer, (a, b) => a.rate / b.rate)),
        `${fixed(of(ours, "cpuUs"), 1)} / ${fixed(of(peer, "cpuUs"), 1)}`,
        fixed(by(peer, (a, b) => b.cpuUs / a.cpuUs)),
        `${fixed(of(ours, "p50Ms"))} / ${fixed(of(peer, "p50Ms"))}`,
        `${fixed(of(ours, "p99Ms"))} / ${fixed(of(peer, "p99Ms"))}`,
      ]);
      console.error(rows.at(-1)?.join("  "));
    }
  }
  return rows;
}

/** Pictures that nobody asked for before: each request has another size. */
function unknownPictures(): string {
  const script = `${data.path}/cold.lua`;
  writeFileSync(
    script,
    `local n = tonumber(os.getenv("FIRST") or "0")
    request = function()
      n = n + 1
      return wrk.format("GET", "/sample.li/boat.jpg?func=crop&w=" .. (200 + n % 400) .. "&h=" .. (100 + math.floor(n / 400)))
    end`,
  );
  return script;
}

let first = 0;
function cold(server: CacheServer, count: number, forSeconds: number): Promise<Load> {
  process.env.FIRST = String(first);
  first += 10_000;
  return wrk(server.url, { connections: count, seconds: forSeconds, script: unknownPictures() });
}

async function coldRows(server: CacheServer): Promise<string[][]> {
  const rows: string[][] = [];
  for (const count of connections) {
    const before = processorMs(server.pid);
    const load = await cold(server, count, 3);
    const answers = load.rate * 3;
    const cpuMs = (processorMs(server.pid) - before) / Math.max(1, answers - load.refused);
    const share = (load.refused / answers) * 100;
    rows.push([
      `made, ${count} connections`,
      fixed((answers - load.refused) / 3, 1),
      fixed(load.p50Ms, 0),
      fixed(load.p99Ms, 0),
      fixed(cpuMs, 1),
      `${fixed(share, 0)} %`,
    ]);
  }
  return rows;
}

try {
  const ours = await started(startOurs("Freshet", `${data.path}/ours`, core));
  const onDisk = await started(
    startOurs("Freshet, from disk", `${data.path}/disk`, core, { FRESHET_MEMORY_BYTES: "0" }),
  );
  const whole = await started(
    startOurs("Freshet, all cores", `${data.path}/whole`, null, {
      FRESHET_PROCESSES: String(availableParallelism()),
    }),
  );
  for (const name of missingCaches()) console.log(`missing: ${name}: not installed (Debian's package)`);
  const peers: CacheServer[] = [];
  for (const [name, start] of Object.entries({ nginx: startNginxCache, varnishd: startVarnishCache })) {
    if (missingCaches().includes(name)) continue;
    await started(start(`${data.path}/${name}`, ours.url, core)).then(
      (peer) => peers.push(peer),
      (error) => console.log(`missing: ${name}: ${(error as Error).message.split("\n")[0]}`),
    );
  }
  const answers = await Promise.all(
    [ours, onDisk, whole, ...peers].map((server) => fetch(`${server.url}${path}`)),
  );
  const bodies = await Promise.all(answers.map((answer) => answer.bytes()));
  for (const body of bodies) {
    if (!Buffer.from(body).equals(Buffer.from(bodies[0] as Uint8Array)))
      throw new Error("they answer with different bytes");
  }
  const headers = Object.fromEntries(answers[0]?.headers ?? []);
  const etag = headers.etag ?? "";
  const [bare, bare304] = [
    await started(startBare("bare Bun.serve", { status: 200, headers, body: bodies[0] }, core)),
    await started(startBare("bare Bun.serve", { status: 304, headers }, core)),
  ];
  const rows = [
    ...(await compare("from memory", ours, [...peers, bare])),
    ...(await compare("304", ours, [...peers, bare304], { "If-None-Match": etag })),
    ...(await compare("from disk", onDisk, peers.slice(0, 1))),
  ];
  const place = isPinned ? "each on the same core, wrk on another" : "all on one core, wrk too";
  console.log(
    `\nThe same JPEG of ${bodies[0]?.byteLength} bytes with the same headers; ${place}; ${rounds} alternating rounds of ${seconds} s, medians\n`,
  );
  const head = ["", "ours, /s", "its, /s", "ratio", "processor µs each, ours / its", "× its processor time"];
  console.log(markdownTable([...head, "P50 ms", "P99 ms"], rows));
  console.log("\nPictures that nobody has asked for before, of a sample photograph, all cores, 3 s each\n");
  const coldHead = ["", "pictures/s", "P50 ms", "P99 ms", "processor ms each", "refused (503)"];
  console.log(markdownTable(coldHead, await coldRows(whole)));
} finally {
  for (const stop of stops.reverse()) await stop();
  data.remove();
}
