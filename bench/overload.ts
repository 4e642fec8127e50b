/**
 * `bun bench/overload.ts`: what new pictures do to those that are there. wrk (Debian's package `wrk`) asks for one in
 * memory over 256 connections, alone and while 400 clients ask for new ones, which is some ten times what two cores make;
 * in alternating rounds. Memory is that of the server and of all its processes.
 */
import { dataFolder, startServer } from "../test/processes.ts";
import { memoryOf } from "../test/soak/harm.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 3;
const secondsPerRound = 5;
const coldClients = 400;

if (!Bun.which("wrk")) throw new Error("wrk is needed: apt-get install wrk");

const data = dataFolder();
const server = await startServer({ dataDir: data.path });
const picture = `${server.url}/sample.li/flat.jpg?w=450`;
await (await fetch(picture)).bytes();

interface Round {
  readonly p50: number;
  readonly p99: number;
  readonly rate: number;
}

async function hits(): Promise<Round> {
  const output = await Bun.$`wrk -t1 -c256 -d${secondsPerRound}s --latency ${picture}`.text();
  if (/Non-2xx or 3xx/.test(output)) throw new Error(output);
  const ms = (part: string) => {
    const [, value, unit] = new RegExp(`${part}%\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? [];
    return Number(value) * (unit === "us" ? 0.001 : unit === "s" ? 1000 : 1);
  };
  return { p50: ms("50"), p99: ms("99"), rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]) };
}

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

async function hitsUnderLoad(): Promise<Round> {
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
  const alone: Round[] = [];
  const loaded: Round[] = [];
  for (let at = 0; at < rounds; at++) {
    alone.push(await hits());
    loaded.push(await hitsUnderLoad());
  }
  const row = (label: string, all: readonly Round[]) => [
    label,
    ...(["p50", "p99", "rate"] as const).map((of) => median(all.map((round) => round[of])).toFixed(1)),
  ];
  console.log(
    markdownTable(
      ["hits, 256 connections", "P50, ms", "P99, ms", "requests/s"],
      [row("alone", alone), row(`while ${coldClients} clients ask for new pictures`, loaded)],
    ),
  );
  console.log(`new pictures by status ${JSON.stringify(byStatus)}, peak memory ${Math.round(peak / 1e6)} MB`);
} finally {
  await server.stop();
  data.remove();
}
