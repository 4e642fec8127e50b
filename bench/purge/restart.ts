/**
 * `bun bench/purge/restart.ts [rows]`: how long a server takes from its start until it is ready to serve, following a log
 * of 1,000,000 rows, each a purge of another original; and likewise purge-api. First with all rows in place, then when
 * the log was compacted to its usual bound.
 */
import { readFileSync } from "node:fs";
import { dataFolder, type Running, startPurge, startServer } from "../../test/processes.ts";
import { markdownTable, median } from "../report.ts";
import { metric } from "./cluster.ts";
import { makeLongLog } from "./long-log.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const starts = 5;
const bounds = { "all rows": 10_000_000, "the usual bound": 200_000 };

const table: string[][] = [];
const data = dataFolder();
const log = await makeLongLog(rows, null);

/** @returns milliseconds on the wall, and of processor time */
async function timed(start: () => Promise<Running>): Promise<{ ms: number; cpuMs: number }> {
  const startMs = performance.now();
  const running = await start();
  const ms = performance.now() - startMs;
  const cpuMs = processorMs(running);
  await running.kill();
  return { ms, cpuMs };
}

/** Linux counts in hundredths of a second. */
function processorMs({ pid }: Running): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measure(what: string, start: () => Promise<Running>): Promise<void> {
  const each: { ms: number; cpuMs: number }[] = [];
  for (let at = 0; at < starts; at++) each.push(await timed(start));
  const times = each.map(({ ms }) => ms);
  const cell = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const cpuMs = median(each.map((one) => one.cpuMs));
  table.push([what, ...[Math.min(...times), median(times), Math.max(...times), cpuMs].map(cell)]);
}

for (const [name, bound] of Object.entries(bounds)) {
  const env = { FRESHET_LEASE_MS: "4700", FRESHET_LOG_ROWS: String(bound) };
  const startLog = () => startPurge({ dataDir: log.dataDir, env });
  const purge = await startLog();
  while ((await metric(purge, "freshet_purge_log_rows")) > bound) await Bun.sleep(100);
  const left = await metric(purge, "freshet_purge_log_rows");
  await measure(`server, ${name}: ${left}`, () =>
    startServer({ dataDir: data.path, purgeUrl: purge.url, readyWithinMs: 60_000 }),
  );
  await purge.kill();
  await measure(`purge-api, ${name}: ${left}`, startLog);
}
const head = ["from its start until it is ready", "least", "median", "most", "processor time, median"];
console.log(`\n${markdownTable(head, table)}`);
data.remove();
log.remove();
