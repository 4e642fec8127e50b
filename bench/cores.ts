/**
 * `bun bench/cores.ts [--rounds 4] [--seconds 2] [photo.jpg]`: what a second core and a second process bring, on a machine
 * with two. One server of one process pinned to one core, beside one of two processes on both; memory hits by wrk, and
 * pictures that are made; alternating rounds.
 *
 * A machine with two cores has none left for who asks: wrk takes some 4 µs of one for each hit, a third of what the server
 * takes. It runs on the other core beside one process, and beside two on theirs. So rates say what such a machine does as a
 * whole, and the ratio that counts is that of processor time for each answer: where it is the same for both, two free
 * cores do twice the work. For hits it also says how the kernel shares kept connections out.
 */
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openClient } from "../test/keep-alive-client.ts";
import { dataFolder, type Running, startServer } from "../test/processes.ts";
import { ensureWrk, wrk } from "./http/wrk.ts";
import { processesOf, processorMs } from "./matrix/processor-time.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "4" }, seconds: { type: "string", default: "2" } },
  allowPositionals: true,
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const pictures = 36;
const clients = 16;

if (!Bun.which("taskset")) throw new Error("taskset is needed: Debian's package util-linux");
await ensureWrk();

const photo = await sixMegapixels(positionals[0]);
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => new Response(photo as Uint8Array<ArrayBuffer>),
});
const data = dataFolder();

async function start(name: string, processes: number, core: number | null): Promise<Running> {
  const script = join(data.path, `${name}.sh`);
  const pin = core === null ? "" : `taskset -c ${core} `;
  const main = join(import.meta.dir, "../packages/server/src/main.ts");
  await Bun.write(script, `#!/bin/sh\nexec ${pin}${process.execPath} ${main} "$@"\n`);
  chmodSync(script, 0o755);
  const env = {
    FRESHET_PROCESSES: String(processes),
    FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}`,
    FRESHET_RENDERS: String(processes + 1),
  };
  return startServer({ dataDir: join(data.path, name), binary: script, env });
}

interface Round {
  readonly rate: number;
  readonly msEach: number;
  /** Of the busiest of the processes that answer, in all their work. */
  readonly share: number;
}

async function measured(server: Running, work: () => Promise<number>): Promise<Round> {
  const answering = processesOf(server.pid).filter(isAnswering);
  const look = () => [processorMs(server.pid), ...answering.map(ownMs)];
  const before = look();
  const startMs = performance.now();
  const count = await work();
  const wallMs = performance.now() - startMs;
  const [all = 0, ...each] = look().map((ms, at) => ms - (before[at] as number));
  const sum = each.reduce((total, ms) => total + ms, 0);
  return { rate: (count / wallMs) * 1000, msEach: all / count, share: sum ? Math.max(...each) / sum : 1 };
}

function isAnswering(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("--server-process");
}

/** Of one process without those that come from it. */
function ownMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function hits(server: Running, connections: number, isPinned: boolean): Promise<number> {
  const url = `${server.url}/http://127.0.0.1:${origin.port}/a.jpg?w=450`;
  const { rate, refused } = await wrk(url, { connections, seconds, core: isPinned ? 1 : null });
  if (refused > 0) throw new Error(`${refused} hits were refused`);
  return rate * seconds;
}

let serial = 0;
async function renders(server: Running): Promise<number> {
  const connections = await Promise.all(
    Array.from({ length: clients }, () => openClient(Number(new URL(server.url).port))),
  );
  let left = pictures;
  await Promise.all(
    connections.map(async (client) => {
      while (left-- > 0) {
        const width = 300 + (serial++ % 700);
        const url = `/http://127.0.0.1:${origin.port}/a.jpg?w=${width}&h=${200 + Math.floor(serial / 700)}`;
        const answer = await client.ask(url);
        if (!answer?.head.includes(" 200 ")) throw new Error(answer?.head ?? "no answer");
      }
      client.close();
    }),
  );
  return pictures;
}

const one = await start("one", 1, 0);
const two = await start("two", 2, null);
const tests: Readonly<Record<string, (server: Running) => Promise<number>>> = {
  "pictures that are made": renders,
  ...Object.fromEntries(
    [8, 32, 256].map((connections) => [
      `memory hits, ${connections} connections`,
      (server: Running) => hits(server, connections, server === one),
    ]),
  ),
};

try {
  const rows: string[][] = [];
  for (const [name, test] of Object.entries(tests)) {
    for (const server of [one, two]) await test(server);
    const found: Record<"one" | "two", Round[]> = { one: [], two: [] };
    for (let round = 0; round < rounds; round++) {
      found.one.push(await measured(one, () => test(one)));
      found.two.push(await measured(two, () => test(two)));
    }
    const of = (which: "one" | "two", key: keyof Round) => median(found[which].map((each) => each[key]));
    const best = (which: "one" | "two") => Math.max(...found[which].map(({ rate }) => rate));
    rows.push([
      name,
      `${of("one", "rate").toFixed(1)} (${best("one").toFixed(1)})`,
      `${of("two", "rate").toFixed(1)} (${best("two").toFixed(1)})`,
      `${(of("two", "rate") / of("one", "rate")).toFixed(2)} (${(best("two") / best("one")).toFixed(2)})`,
      of("one", "msEach").toFixed(3),
      of("two", "msEach").toFixed(3),
      ((2 * of("one", "msEach")) / of("two", "msEach")).toFixed(2),
      `${Math.round(of("two", "share") * 100)} %`,
    ]);
  }
  const head = [
    ["", "one core, /s", "two cores, /s", "ratio"],
    ["CPU ms each, one", "CPU ms each, two", "ratio if both cores are free", "busier process"],
  ].flat();
  console.log(`\nOne process on one core, two on two; ${rounds} alternating rounds, medians (best rounds)\n`);
  console.log(markdownTable(head, rows));
} finally {
  await one.stop();
  await two.stop();
  await origin.stop(true);
  data.remove();
}
