/** Mode `erase` with real processes: when it is DONE the bytes are off the disk, also if the server died in between. */
import { afterAll, expect, test } from "bun:test";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { keptIn } from "./kept.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);
const order = { scope: "original", urls: ["/sample.li/flat.jpg"], mode: "erase" };

/** How many originals and variants are kept. */
function kept(dataDir: string): number[] {
  return [keptIn(dataDir, "originals").length, keptIn(dataDir, "variants").length];
}

async function fill(server: Running): Promise<void> {
  for (const query of ["w=100", "w=200", "w=300"]) {
    expect((await fetch(`${server.url}/sample.li/flat.jpg?${query}`)).status).toBe(200);
  }
}

async function lastJob(purge: Running) {
  const response = await fetch(`${purge.url}/invalidate?limit=1`, {
    headers: { "x-client-key": keys.client },
  });
  type List = { invalidations: { status: string; nodes: { state: string; erased?: object }[] }[] };
  return ((await response.json()) as List).invalidations[0];
}

test("an erased original is gone with its pictures, and the job says how much that was", async () => {
  const [purgeDir, dataDir] = [newFolder(), newFolder()];
  const purge = await keep(startPurge({ dataDir: purgeDir }));
  const server = await keep(startServer({ dataDir, purgeUrl: purge.url }));
  await fill(server);
  await until(async () => kept(dataDir).join() === "1,3", "what was made is on the disk");
  await invalidate(purge, order);
  expect(kept(dataDir)).toEqual([0, 0]);
  const job = await lastJob(purge);
  expect(job?.nodes).toMatchObject([{ state: "acked", erased: { originals: 1, variants: 3 } }]);
}, 60_000);

test("a server that was down erases what it owes before it is ready again", async () => {
  const [purgeDir, dataDir] = [newFolder(), newFolder()];
  const purge = await keep(startPurge({ dataDir: purgeDir }));
  const server = await keep(startServer({ dataDir, purgeUrl: purge.url }));
  await fill(server);
  await until(async () => kept(dataDir).join() === "1,3", "what was made is on the disk");
  await server.kill();
  await invalidate(purge, order);
  expect(kept(dataDir)).toEqual([1, 3]);
  await keep(startServer({ dataDir, purgeUrl: purge.url }));
  expect(kept(dataDir)).toEqual([0, 0]);
  const erased = async () => (await lastJob(purge))?.nodes.some((node) => node.erased) ?? false;
  await until(erased, "the job shows what was erased");
}, 60_000);
