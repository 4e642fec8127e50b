/**
 * `bun bench/purge/compaction.ts [rows]`: POST → DONE with three servers while a log of 1,000,000 rows is being compacted
 * to its usual bound, and afterwards; once with the log in a file, and once in PostgreSQL.
 */
import { startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { dataFolder, type Running, startPurge, startServer, until } from "../../test/processes.ts";
import { markdownTable, median, percentile } from "../report.ts";
import { metric, purgeMs } from "./cluster.ts";
import { makeLongLog } from "./long-log.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const bound = 200_000;
const afterwards = 500;
/** How often is looked whether it is over: the look itself costs the service something. */
const purgesPerLook = 10;

const order = { scope: "original", urls: ["/sample.li/now.php"] };
const isReady = async ({ url }: Running) => (await fetch(`${url}/readyz`)).ok;

async function measure(name: string, database: string | null): Promise<void> {
  const log = await makeLongLog(rows, database);
  const env = { ...log.env, FRESHET_LEASE_MS: "4700" };
  const long = { ...env, FRESHET_LOG_ROWS: "10000000" };
  const folders = [dataFolder(), dataFolder(), dataFolder()];
  let purge = await startPurge({ dataDir: log.dataDir, env: long });
  const port = Number(new URL(purge.url).port);
  const servers: Running[] = [];
  try {
    // One after the other: each reads the whole log.
    for (const { path } of folders)
      servers.push(await startServer({ dataDir: path, purgeUrl: purge.url, readyWithinMs: 60_000 }));
    await purge.kill();
    purge = await startPurge({
      dataDir: log.dataDir,
      port,
      env: { ...env, FRESHET_LOG_ROWS: String(bound) },
    });
    for (const server of servers) await until(() => isReady(server), "a server has its lease again");
    const [meanwhile, then]: [number[], number[]] = [[], []];
    await purgeMs(purge, order);
    const startMs = performance.now();
    do {
      for (let at = 0; at < purgesPerLook; at++) meanwhile.push(await purgeMs(purge, order));
    } while ((await metric(purge, "freshet_purge_log_rows")) > bound);
    const tookMs = performance.now() - startMs;
    for (let at = 0; at < afterwards; at++) then.push(await purgeMs(purge, order));
    const ms = (value: number) => `${value.toFixed(2)} ms`;
    const row = (when: string, times: readonly number[]) => [
      `${name}, ${when}`,
      String(times.length),
      ms(median(times)),
      ms(percentile(times, 99)),
      ms(Math.max(...times)),
    ];
    console.log(`${name}: compacted after ${(tookMs / 1_000).toFixed(1)} s`);
    table.push(row("while it is compacted", meanwhile), row("afterwards", then));
  } finally {
    for (const process of [...servers, purge]) await process.kill();
    for (const folder of [...folders, log]) folder.remove();
  }
}

const table: string[][] = [];
await measure("SQLite", null);
const postgres = await startPostgres({ fsync: true });
try {
  await measure("PostgreSQL", await postgres.newDatabase());
} finally {
  await postgres.close();
}
const head = [`POST → DONE, a log of ${rows.toLocaleString("en")} rows`, "purges", "P50", "P99", "longest"];
console.log(`\n${markdownTable(head, table)}`);
