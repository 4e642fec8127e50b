/** Somebody restores yesterday's backup of the purge log: its numbers run again, and must not be mistaken for the old. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);
const order = { scope: "original", urls: ["/sample.li/now.php"] };

test("after an older copy of the log was put in its place, a purge still takes effect", async () => {
  const [live, backup] = [newFolder(), newFolder()];
  const first = await keep(startPurge({ dataDir: live }));
  const port = Number(new URL(first.url).port);
  const server = await keep(startServer({ dataDir: newFolder(), purgeUrl: first.url }));
  const picture = async () => (await fetch(`${server.url}/sample.li/now.php?w=100`)).headers.get("etag");
  await invalidate(first, order);
  await first.stop();
  cpSync(live, backup, { recursive: true });

  const second = await keep(startPurge({ dataDir: live, port }));
  for (let purges = 0; purges < 3; purges++) await invalidate(second, order);
  const old = await picture();
  await second.kill();
  rmSync(live, { recursive: true });
  cpSync(backup, live, { recursive: true });

  const restored = await keep(startPurge({ dataDir: live, port }));
  await invalidate(restored, order);
  // While it is cut off it trusts nothing anyway: what counts is what it trusts when it has its lease again.
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, "the server has its lease");
  expect(await picture()).not.toBe(old);
}, 60_000);

test("the same holds for a server that was down while the log was replaced, and knows its stamps from its disk only", async () => {
  const [live, backup, disk] = [newFolder(), newFolder(), newFolder()];
  const first = await keep(startPurge({ dataDir: live }));
  const port = Number(new URL(first.url).port);
  const picture = async ({ url }: Running) =>
    (await fetch(`${url}/sample.li/now.php?w=100`)).headers.get("etag");
  await first.stop();
  cpSync(live, backup, { recursive: true });

  const second = await keep(startPurge({ dataDir: live, port }));
  const before = await keep(startServer({ dataDir: disk, purgeUrl: second.url }));
  for (let purges = 0; purges < 3; purges++) await invalidate(second, order);
  const old = await picture(before);
  await before.stop();
  await second.kill();
  rmSync(live, { recursive: true });
  cpSync(backup, live, { recursive: true });

  const restored = await keep(startPurge({ dataDir: live, port }));
  await invalidate(restored, order);
  const after = await keep(startServer({ dataDir: disk, purgeUrl: restored.url }));
  expect(await picture(after)).not.toBe(old);
}, 60_000);
