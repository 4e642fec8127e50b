/**
 * `bun bench/purge/restart.ts`: a server starts and follows a log that 1,000,000 originals were purged in, each once;
 * until it is ready to serve. Likewise purge-api. `FRESHET_LOG_ROWS=10000000 bun …` measures it with all rows in place.
 */
import { dataFolder, startPurge, startServer } from "../../test/processes.ts";
import { median } from "../report.ts";
import { metric, post, withCluster } from "./cluster.ts";

const purges = Number(process.env.PURGES ?? 1_000_000);
const batch = 10_000;
const starts = Number(process.env.STARTS ?? 5);
const kept = Number(process.env.FRESHET_LOG_ROWS ?? 200_000);

const seconds = (ms: readonly number[]) =>
  `median ${(median(ms) / 1_000).toFixed(2)} s (${ms.map((one) => (one / 1_000).toFixed(2)).join(", ")})`;

/** @returns milliseconds */
async function timed(start: () => Promise<{ kill(): Promise<void> }>): Promise<number> {
  const startMs = performance.now();
  const running = await start();
  const ms = performance.now() - startMs;
  await running.kill();
  return ms;
}

await withCluster(0, async ({ purge, purgeDir }) => {
  for (let at = 0; at < purges; at += batch) {
    await post(purge, {
      scope: "original",
      urls: Array.from({ length: batch }, (_, next) => `/sample.li/${at + next}.jpg`),
    });
  }
  const startMs = performance.now();
  while ((await metric(purge, "freshet_purge_log_rows")) > kept) await Bun.sleep(100);
  const rows = await metric(purge, "freshet_purge_log_rows");
  console.log(
    `${purges} originals purged; ${rows} rows are left ${Math.round(performance.now() - startMs)} ms later`,
  );
  const data = dataFolder();
  const servers: number[] = [];
  for (let at = 0; at < starts; at++) {
    servers.push(await timed(() => startServer({ dataDir: data.path, purgeUrl: purge.url })));
  }
  console.log(`from starting a server until it is ready: ${seconds(servers)}`);
  await purge.kill();
  const logs: number[] = [];
  for (let at = 0; at < starts; at++) logs.push(await timed(() => startPurge({ dataDir: purgeDir })));
  console.log(`from starting purge-api until it is ready: ${seconds(logs)}`);
  data.remove();
});
