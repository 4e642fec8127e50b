/** `bun bench/purge/restart.ts`: a server starts and follows a log of 1,000,000 rows; until it is ready to serve. */
import { dataFolder, startServer } from "../../test/processes.ts";
import { median } from "../report.ts";
import { post, withCluster } from "./cluster.ts";

const rows = Number(process.env.ROWS ?? 1_000_000);
const batch = 10_000;
const starts = Number(process.env.STARTS ?? 5);

await withCluster(0, async ({ purge }) => {
  for (let at = 0; at < rows; at += batch) {
    await post(purge, {
      scope: "original",
      urls: Array.from({ length: batch }, (_, next) => `/sample.li/${at + next}.jpg`),
    });
  }
  const data = dataFolder();
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const startMs = performance.now();
    const server = await startServer({ dataDir: data.path, purgeUrl: purge.url });
    times.push(performance.now() - startMs);
    await server.kill();
  }
  data.remove();
  const each = times.map((ms) => (ms / 1_000).toFixed(2)).join(", ");
  console.log(
    `\nfrom starting a server on a log of ${rows} rows until it is ready: median ${(median(times) / 1_000).toFixed(2)} s (${each})`,
  );
});
