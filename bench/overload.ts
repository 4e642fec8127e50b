/**
 * `bun bench/overload.ts [--rounds 3] [--seconds 5]`: what new pictures do to those that are there. A picture in memory is
 * asked for over 256 connections by wrk, alone and while 400 clients ask for new ones, some ten times what two cores make;
 * in alternating rounds, and in two ways. As browsers do it, each connection about ten times a second. And as fast as it
 * goes, each at once again: an answer then takes 256 times what one costs, however fair the server is, and wrk is busy, too.
 * All of it runs on the same cores.
 *
 * Memory is that of the server and of all its processes.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dataFolder, startServer } from "../test/processes.ts";
import { memoryOf } from "../test/soak/harm.ts";
import { ensureWrk, type Load, wrk } from "./http/wrk.ts";
import { markdownTable, median } from "./report.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "5" } },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const connections = 256;
const coldClients = 400;

await ensureWrk();
const data = dataFolder();
const server = await startServer({ dataDir: data.path });
const path = "/sample.li/flat.jpg?w=450";
await (await fetch(server.url + path)).bytes();

const pause = `${data.path}/pause.lua`;
writeFileSync(pause, "function delay() return math.random(50, 150) end");
const hitsOver = (script?: string) => () =>
  wrk(server.url + path, { connections, seconds, ...(script && { script }) });
const ways = { "ten times a second each": hitsOver(pause), "at once again": hitsOver() };

let serial = 0;
let isCold = false;
let peak = 0;
const byStatus: Record<string, number> = {};

async function askCold(): Promise<void> {
  while (isCold) {
    const target = `/sample.li/boat.jpg?w=${300 + (serial % 900)}&h=${300 + Math.floor(serial++ / 900)}&func=crop`;
    const response = await fetch(server.url + target);
    await response.bytes();
    byStatus[response.status] = (byStatus[response.status] ?? 0) + 1;
    // As `Retry-After` says.
    if (response.status === 503) await Bun.sleep(1_000);
  }
}

async function underLoad(hits: () => Promise<Load>): Promise<Load> {
  isCold = true;
  const clients = Array.from({ length: coldClients }, askCold);
  const looking = setInterval(() => {
    peak = Math.max(peak, memoryOf(server.pid));
  }, 100);
  await Bun.sleep(1_000);
  const round = await hits();
  isCold = false;
  await Promise.all(clients);
  clearInterval(looking);
  return round;
}

try {
  const rows: string[][] = [];
  for (const [way, hits] of Object.entries(ways)) {
    await hits();
    const [alone, loaded]: [Load[], Load[]] = [[], []];
    for (let at = 0; at < rounds; at++) {
      alone.push(await hits());
      loaded.push(await underLoad(hits));
    }
    const row = (label: string, all: readonly Load[]) => {
      const of = (key: keyof Load) => median(all.map((round) => round[key])).toFixed(1);
      return [`${way}, ${label}`, of("p50Ms"), of("p99Ms"), of("rate")];
    };
    rows.push(row("alone", alone), row(`while ${coldClients} clients ask for new pictures`, loaded));
    console.error(rows.slice(-2).join("\n"));
  }
  console.log(`\nHits over ${connections} connections; medians of ${rounds} rounds of ${seconds} s\n`);
  console.log(markdownTable(["who asks", "P50, ms", "P99, ms", "hits/s"], rows));
  console.log(`new pictures by status ${JSON.stringify(byStatus)}, peak memory ${Math.round(peak / 1e6)} MB`);
} finally {
  await server.stop();
  data.remove();
}
