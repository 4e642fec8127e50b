/** `bun bench/purge/rate.ts`: purge requests per second, one path each, and paths per second in batches of 100; 3 servers. */
import { markdownTable, median } from "../report.ts";
import { type Cluster, post, untilDone, withCluster } from "./cluster.ts";

const clients = 16;
const rounds = 5;
const secondsPerRound = 3;

/** @returns paths per second, until the last of them is DONE */
async function pathsPerSecond({ purge }: Cluster, batch: number): Promise<number> {
  const startMs = performance.now();
  let paths = 0;
  let last = "";
  const client = async () => {
    while (performance.now() - startMs < secondsPerRound * 1_000) {
      const urls = Array.from({ length: batch }, () => `/sample.li/${paths++}.jpg`);
      last = (await post(purge, { scope: "original", urls })).uuid;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await untilDone(purge, last);
  return (paths * 1_000) / (performance.now() - startMs);
}

await withCluster(3, async (cluster) => {
  const [single, batched]: [number[], number[]] = [[], []];
  await pathsPerSecond(cluster, 1);
  for (let round = 0; round < rounds; round++) {
    single.push(await pathsPerSecond(cluster, 1));
    batched.push(await pathsPerSecond(cluster, 100));
  }
  const rows = [
    ["requests with one path", `${median(single).toFixed(0)}/s`],
    ["paths in requests of 100", `${median(batched).toFixed(0)}/s`],
  ];
  const head = [
    `${clients} clients, 3 servers`,
    `median of ${rounds} alternating rounds of ${secondsPerRound} s`,
  ];
  console.log(`\n${markdownTable(head, rows)}`);
});
