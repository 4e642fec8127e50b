/**
 * `bun bench/purge/rate.ts`: purge requests per second with one path each, the same with an Idempotency-Key each, and
 * paths per second in batches of 100; every request names other paths. 3 servers, on disk before 201, until all is DONE.
 */
import { markdownTable, median } from "../report.ts";
import { type Cluster, post, untilDone, withCluster } from "./cluster.ts";

const clients = 16;
const rounds = 5;
const secondsPerRound = 3;
let paths = 0;

interface Load {
  readonly batch: number;
  readonly isKeyed: boolean;
}

/** @returns paths per second, until the last of them is DONE */
async function pathsPerSecond({ purge }: Cluster, { batch, isKeyed }: Load): Promise<number> {
  const before = paths;
  const startMs = performance.now();
  let last = "";
  const client = async () => {
    while (performance.now() - startMs < secondsPerRound * 1_000) {
      const urls = Array.from({ length: batch }, () => `/sample.li/${paths++}.jpg`);
      const headers = isKeyed ? { "idempotency-key": `"${paths}"` } : {};
      last = (await post(purge, { scope: "original", urls }, headers)).uuid;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await untilDone(purge, last);
  return ((paths - before) * 1_000) / (performance.now() - startMs);
}

const loads: Readonly<Record<string, Load>> = {
  "requests with one path": { batch: 1, isKeyed: false },
  "the same, an `Idempotency-Key` with each": { batch: 1, isKeyed: true },
  "paths in requests of 100": { batch: 100, isKeyed: false },
};

await withCluster(3, async (cluster) => {
  const rates = new Map(Object.keys(loads).map((name) => [name, [] as number[]]));
  await pathsPerSecond(cluster, { batch: 1, isKeyed: false });
  for (let round = 0; round < rounds; round++) {
    for (const [name, load] of Object.entries(loads)) {
      rates.get(name)?.push(await pathsPerSecond(cluster, load));
    }
  }
  const rows = [...rates].map(([name, each]) => [
    name,
    `${median(each).toFixed(0)}/s`,
    `${Math.min(...each).toFixed(0)}/s`,
  ]);
  const head = [
    `${clients} clients, 3 servers`,
    `median of ${rounds} rounds of ${secondsPerRound} s`,
    "least",
  ];
  console.log(`\n${markdownTable(head, rows)}`);
});
