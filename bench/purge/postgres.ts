/**
 * `bun bench/purge/postgres.ts`: POST → DONE, and requests and paths per second, with purge-api on PostgreSQL as one
 * process and as two, which take turns; 3 servers each, commits wait for the disk. Alternating rounds of one run.
 */
import { startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { markdownTable, median, percentile } from "../report.ts";
import { type Cluster, purgeMs, withCluster } from "./cluster.ts";
import { loads, pathsPerSecond } from "./load.ts";

const rounds = 5;
const purgesPerRound = 60;
const secondsPerRound = 2;

interface Measured {
  readonly doneMs: number[];
  readonly rates: Map<string, number[]>;
}

async function measure(cluster: Cluster, { doneMs, rates }: Measured): Promise<void> {
  const { replicas } = cluster;
  for (let at = 0; at < purgesPerRound; at++) {
    const purge = replicas[at % replicas.length] as Cluster["purge"];
    doneMs.push(await purgeMs(purge, { scope: "original", urls: ["/sample.li/now.php"] }));
  }
  for (const [name, load] of Object.entries(loads)) {
    rates.get(name)?.push(await pathsPerSecond(cluster, load, secondsPerRound));
  }
}

const postgres = await startPostgres({ fsync: true });
try {
  const start = async (replicas: number, work: (cluster: Cluster) => Promise<void>) =>
    withCluster(3, work, { shared: { database: await postgres.newDatabase(), replicas } });
  await start(1, (one) =>
    start(2, async (two) => {
      const measured = [one, two].map((cluster) => ({
        cluster,
        doneMs: [] as number[],
        rates: new Map(Object.keys(loads).map((name) => [name, [] as number[]])),
      }));
      // What is measured first would pay for what is only done once.
      for (const { cluster } of measured) await measure(cluster, { doneMs: [], rates: new Map() });
      for (let round = 0; round < rounds; round++) {
        for (const each of measured) await measure(each.cluster, each);
      }
      const row = (name: string, of: (one: Measured) => string) => [name, ...measured.map(of)];
      const ms = (percent: number) => (one: Measured) => `${percentile(one.doneMs, percent).toFixed(2)} ms`;
      const rows = [
        row("POST → DONE, P50", ms(50)),
        row("POST → DONE, P99", ms(99)),
        ...Object.keys(loads).map((name) =>
          row(name, (one) => `${median(one.rates.get(name) ?? []).toFixed(0)}/s`),
        ),
      ];
      console.log(`\n${markdownTable(["PostgreSQL, 3 servers", "1 purge-api", "2 purge-api"], rows)}`);
    }),
  );
} finally {
  await postgres.close();
}
