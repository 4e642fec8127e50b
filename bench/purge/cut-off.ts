/** `bun bench/purge/cut-off.ts`: POST → DONE with three servers of which one is stopped (SIGSTOP) just before. */
import { purgeMs, withCluster } from "./cluster.ts";

const rounds = 5;

await withCluster(3, async ({ purge, servers: [victim] }) => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    victim?.signal("SIGSTOP");
    times.push(await purgeMs(purge, { scope: "all" }));
    victim?.signal("SIGCONT");
    await Bun.sleep(3_000);
  }
  const seconds = times.map((ms) => (ms / 1_000).toFixed(2)).sort();
  console.log(`\nPOST → DONE with one of three servers cut off: ${seconds.join(", ")} s`);
});
