/** What servers do is told to purge-api, and answered there by token. */
import { afterAll, expect, test } from "bun:test";
import { createKeeper } from "./keeper.ts";
import { keys, startPurge, startServer } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);

test("bytes, pictures and originals of a server are in the statistics, at the latest when it stops", async () => {
  const purge = await keep(startPurge({ dataDir: newFolder() }));
  const server = await keep(startServer({ dataDir: newFolder(), purgeUrl: purge.url }));
  let bytes = 0;
  // Two pictures of one original, one of them twice.
  for (const target of ["w=900", "w=900", "w=901"]) {
    const response = await fetch(`${server.url}/sample.li/flat.jpg?${target}&force_format=png`);
    bytes += (await response.arrayBuffer()).byteLength;
  }
  await server.stop();
  const url = `${purge.url}/stats/general?client_key=${keys.client}`;
  const { status, stats } = (await (await fetch(url)).json()) as {
    status: string;
    stats: Record<string, number>;
  };
  expect([status, stats.cdn_trafic_gb]).toEqual(["success", Math.round(bytes / 1e6) / 1000]);
  expect(bytes).toBeGreaterThan(1e6);
  expect(stats).toMatchObject({ count_resized_images: 2, count_downloaded_images: 1, count_total_images: 3 });
}, 60_000);
