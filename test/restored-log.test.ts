/** Somebody restores yesterday's backup of the purge log: its numbers run again, and must not be mistaken for the old. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { dataFolder, keys, type Running, startPurge, startServer, until } from "./processes.ts";

const data = dataFolder();
const folders = { live: `${data.path}/purge`, backup: `${data.path}/backup` };
const running: Running[] = [];
afterAll(async () => {
  for (const process of running) await process.kill();
  data.remove();
});

async function start(process: Promise<Running>): Promise<Running> {
  running.push(await process);
  return process;
}

async function invalidate(purge: Running): Promise<void> {
  const headers = { "x-client-key": keys.client };
  const body = JSON.stringify({ scope: "original", urls: ["/sample.li/now.php"] });
  const posted = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  const { uuid } = ((await posted.json()) as { invalidation: { uuid: string } }).invalidation;
  await until(async () => {
    const job = await (await fetch(`${purge.url}/invalidate/${uuid}`, { headers })).json();
    return (job as { invalidation: { status: string } }).invalidation.status === "DONE";
  }, "the job is DONE");
}

test("after an older copy of the log was put in its place, a purge still takes effect", async () => {
  const first = await start(startPurge({ dataDir: folders.live }));
  const port = Number(new URL(first.url).port);
  const server = await start(startServer({ dataDir: `${data.path}/server`, purgeUrl: first.url }));
  const picture = async () => (await fetch(`${server.url}/sample.li/now.php?w=100`)).headers.get("etag");
  await invalidate(first);
  await first.stop();
  cpSync(folders.live, folders.backup, { recursive: true });

  const second = await start(startPurge({ dataDir: folders.live, port }));
  for (let purges = 0; purges < 3; purges++) await invalidate(second);
  const old = await picture();
  await second.kill();
  rmSync(folders.live, { recursive: true });
  cpSync(folders.backup, folders.live, { recursive: true });

  const restored = await start(startPurge({ dataDir: folders.live, port }));
  await invalidate(restored);
  // While it is cut off it trusts nothing anyway: what counts is what it trusts when it has its lease again.
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, "the server has its lease");
  expect(await picture()).not.toBe(old);
}, 60_000);
