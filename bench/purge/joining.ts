/**
 * `bun bench/purge/joining.ts`: how long a server takes from its start until it is ready, which is when it has its lease,
 * while 16 clients purge without pause: on SQLite, and with two purge-api on PostgreSQL. Half a minute.
 */
import { startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { dataFolder, type Running, startServer } from "../../test/processes.ts";
import { markdownTable, median } from "../report.ts";
import { type Cluster, post, withCluster } from "./cluster.ts";
import { clients } from "./load.ts";

const starts = 5;

/** @returns milliseconds for each start */
async function measure({ replicas }: Cluster): Promise<number[]> {
  let isOver = false;
  const client = async (at: number) => {
    const order = { scope: "original", urls: [`/sample.li/${at}.jpg`] };
    while (!isOver) await post(replicas[at % replicas.length] as Running, order);
  };
  const purging = Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
  const tookMs: number[] = [];
  for (let start = 0; start < starts; start++) {
    const folder = dataFolder();
    const { url } = replicas[start % replicas.length] as Running;
    const startMs = performance.now();
    const server = await startServer({ dataDir: folder.path, purgeUrl: url });
    tookMs.push(performance.now() - startMs);
    await server.kill();
    folder.remove();
  }
  isOver = true;
  await purging;
  return tookMs;
}

const rows: string[][] = [];
const row = (name: string, ms: readonly number[]) =>
  rows.push([name, ...[Math.min(...ms), median(ms), Math.max(...ms)].map((one) => `${one.toFixed(0)} ms`)]);
await withCluster(3, async (cluster) => void row("SQLite", await measure(cluster)));
const postgres = await startPostgres({ fsync: true });
try {
  const shared = { database: await postgres.newDatabase(), replicas: 2 };
  await withCluster(3, async (cluster) => void row("PostgreSQL, two purge-api", await measure(cluster)), {
    shared,
  });
} finally {
  await postgres.close();
}
console.log(`\n${markdownTable(["from start to lease", "least", "median", "most"], rows)}`);
