/**
 * `bun bench/purge/rate.ts`: purge requests per second with one path each, the same with an Idempotency-Key each, and
 * paths per second in batches of 100; every request names other paths. 3 servers, on disk before 201, until all is DONE.
 */
import { markdownTable, median } from "../report.ts";
import { withCluster } from "./cluster.ts";
import { clients, loads, pathsPerSecond } from "./load.ts";

const rounds = 5;
const secondsPerRound = 3;

await withCluster(3, async (cluster) => {
  const rates = new Map(Object.keys(loads).map((name) => [name, [] as number[]]));
  await pathsPerSecond(cluster, { batch: 1, isKeyed: false }, secondsPerRound);
  for (let round = 0; round < rounds; round++) {
    for (const [name, load] of Object.entries(loads)) {
      rates.get(name)?.push(await pathsPerSecond(cluster, load, secondsPerRound));
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
