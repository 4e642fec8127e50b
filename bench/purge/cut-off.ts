/**
 * `bun bench/purge/cut-off.ts`: POST → DONE with three servers of which one is stopped (SIGSTOP) just before, at any
 * moment between two of its heartbeats; once with the log in a file, and once in PostgreSQL.
 */
import { startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { until } from "../../test/processes.ts";
import { markdownTable, median } from "../report.ts";
import { type Cluster, purgeMs, withCluster } from "./cluster.ts";

const rounds = 12;
const beatMs = 1_000;

async function cutOff({ purge, servers: [victim] }: Cluster): Promise<number[]> {
  if (!victim) return [];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await until(async () => (await fetch(`${victim.url}/readyz`)).ok, "the server has a lease again");
    await Bun.sleep(2 * beatMs + (round * beatMs) / rounds);
    victim.signal("SIGSTOP");
    times.push(await purgeMs(purge, { scope: "all" }));
    victim.signal("SIGCONT");
  }
  return times;
}

const rows: string[][] = [];
async function measure(name: string, options: Parameters<typeof withCluster>[2]): Promise<void> {
  await withCluster(
    3,
    async (cluster) => {
      const times = await cutOff(cluster);
      const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
      rows.push([name, seconds(Math.min(...times)), seconds(median(times)), seconds(Math.max(...times))]);
    },
    options,
  );
}

const postgres = await startPostgres({ fsync: true });
try {
  await measure("SQLite", {});
  const database = await postgres.newDatabase();
  await measure("PostgreSQL, 2 purge-api", { shared: { database, replicas: 2 } });
} finally {
  await postgres.close();
}
const head = [`POST → DONE, one of three servers cut off, ${rounds} times`, "least", "median", "most"];
console.log(`\n${markdownTable(head, rows)}`);
