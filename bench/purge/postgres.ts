/**
 * `bun bench/purge/postgres.ts`: POST → DONE, and requests and paths per second, with purge-api on PostgreSQL as one
 * process and as two, which take turns; 3 servers each, commits wait for the disk. Alternating rounds of one run. The
 * processor time is that of purge-api, PostgreSQL and the servers: it says more than the rest on a machine that has
 * other things to do.
 */
import { readFileSync } from "node:fs";
import { startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { processorMs } from "../matrix/processor-time.ts";
import { markdownTable, median, percentile } from "../report.ts";
import { type Cluster, purgeMs, withCluster } from "./cluster.ts";
import { loads, pathsPerSecond } from "./load.ts";

const rounds = 5;
const purgesPerRound = 60;
const secondsPerRound = 2;

interface Measured {
  readonly doneMs: number[];
  readonly rates: Map<string, number[]>;
  /** Processor time for each request. */
  readonly costsMs: Map<string, number[]>;
}

const perLoad = () => new Map(Object.keys(loads).map((name) => [name, [] as number[]]));

async function measure(
  cluster: Cluster,
  { doneMs, rates, costsMs }: Measured,
  postgresPid: number,
): Promise<void> {
  const { replicas, servers } = cluster;
  const pids = [postgresPid, ...[...replicas, ...servers].map(({ pid }) => pid)];
  const usedMs = () => pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  for (let at = 0; at < purgesPerRound; at++) {
    const purge = replicas[at % replicas.length] as Cluster["purge"];
    doneMs.push(await purgeMs(purge, { scope: "original", urls: ["/sample.li/now.php"] }));
  }
  for (const [name, load] of Object.entries(loads)) {
    const [startMs, before] = [performance.now(), usedMs()];
    const rate = await pathsPerSecond(cluster, load, secondsPerRound);
    const requests = (rate * (performance.now() - startMs)) / 1_000 / load.batch;
    rates.get(name)?.push(rate);
    costsMs.get(name)?.push((usedMs() - before) / requests);
  }
}

const postgres = await startPostgres({ fsync: true });
const pid = Number.parseInt(readFileSync(`${postgres.folder}/data/postmaster.pid`, "utf8"), 10);
try {
  const start = async (replicas: number, work: (cluster: Cluster) => Promise<void>) =>
    withCluster(3, work, { shared: { database: await postgres.newDatabase(), replicas } });
  await start(1, (one) =>
    start(2, async (two) => {
      const measured = [one, two].map((cluster) => ({
        cluster,
        doneMs: [] as number[],
        rates: perLoad(),
        costsMs: perLoad(),
      }));
      // What is measured first would pay for what is only done once.
      const nothing = { doneMs: [], rates: perLoad(), costsMs: perLoad() };
      for (const { cluster } of measured) await measure(cluster, nothing, pid);
      for (let round = 0; round < rounds; round++) {
        for (const each of measured) await measure(each.cluster, each, pid);
      }
      const row = (name: string, of: (one: Measured) => string) => [name, ...measured.map(of)];
      const ms = (percent: number) => (one: Measured) => `${percentile(one.doneMs, percent).toFixed(2)} ms`;
      const rows = [
        row("POST → DONE, P50", ms(50)),
        row("POST → DONE, P99", ms(99)),
        ...Object.keys(loads).map((name) =>
          row(name, (one) => `${median(one.rates.get(name) ?? []).toFixed(0)}/s`),
        ),
        ...Object.keys(loads).map((name) =>
          row(`processor time of a request: ${name}`, (one) => {
            return `${median(one.costsMs.get(name) ?? []).toFixed(2)} ms`;
          }),
        ),
      ];
      console.log(`\n${markdownTable(["PostgreSQL, 3 servers", "1 purge-api", "2 purge-api"], rows)}`);
    }),
  );
} finally {
  await postgres.close();
}
