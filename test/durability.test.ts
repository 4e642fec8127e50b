/** A job that was answered 201 exists after any crash of purge-api, and reaches DONE. `ROUNDS=100` for a longer run. */
import { afterAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, until } from "./processes.ts";
import { readLog } from "./read-log.ts";

const rounds = Number(process.env.ROUNDS ?? 20);
const { newFolder, keep, end } = createKeeper();
afterAll(end);

const start = (dataDir: string) => keep(startPurge({ dataDir }));

const headers = { "x-client-key": keys.client };

/** @returns the job's uuid; throws if the answer does not arrive whole */
async function invalidate(purge: Running, path: string): Promise<string> {
  const body = JSON.stringify({ scope: "original", urls: [path] });
  const response = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  if (response.status !== 201) throw new Error(`answered ${response.status}`);
  return ((await response.json()) as { invalidation: { uuid: string } }).invalidation.uuid;
}

async function job(purge: Running, uuid: string) {
  const response = await fetch(`${purge.url}/invalidate/${uuid}`, { headers });
  const body = (await response.json()) as {
    invalidation?: { status: string; urls: { received: string[] } };
  };
  return body.invalidation ?? null;
}

/** The rows of the log, by the paths that were purged. */
const pathsOf = async (purge: Running) =>
  (await readLog(purge)).map(({ seq, pattern }) => ({ seq, path: pattern.replace("doc|/", "") }));

test(`after kill -9 as the 201 arrives the job is there and reaches DONE (${rounds} rounds)`, async () => {
  const dataDir = newFolder();
  const paths: string[] = [];
  let lost = 0;
  let purge = await start(dataDir);
  for (let round = 1; round <= rounds; round++) {
    paths.push(`/sample.li/${round}.jpg`);
    const uuid = await invalidate(purge, `/sample.li/${round}.jpg`);
    await purge.kill();
    purge = await start(dataDir);
    if ((await job(purge, uuid)) === null) lost++;
    else await until(async () => (await job(purge, uuid))?.status === "DONE", "the job is DONE");
  }
  const rows = await pathsOf(purge);
  await purge.kill();
  expect(lost).toBe(0);
  // Each job has the next number, none was lost or given twice.
  expect(rows).toEqual(paths.map((path, at) => ({ seq: at + 1, path })));
  console.log(`${rounds} rounds of 201, kill -9, restart: ${paths.length} jobs accepted, ${lost} lost`);
}, 600_000);

test(`after kill -9 at any moment every job whose 201 arrived is there (${rounds} rounds)`, async () => {
  const dataDir = newFolder();
  const accepted = new Map<string, string>();
  let unanswered = 0;
  for (let round = 1; round <= rounds; round++) {
    const purge = await start(dataDir);
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let at = 1; ; at++) {
        const path = `/sample.li/${round}/${client}/${at}.jpg`;
        try {
          accepted.set(await invalidate(purge, path), path);
        } catch {
          unanswered++; // it may exist or not
          return;
        }
      }
    });
    // Any number of answers, so that the end falls into any part of a transaction.
    const target = accepted.size + 1 + Math.floor(Math.random() * 100);
    await until(async () => accepted.size >= target, "enough jobs were accepted");
    await purge.kill();
    await Promise.all(clients);
  }

  const again = await start(dataDir);
  // A log that never ran long enough to be sure of its nodes lets one lease pass first.
  const last = [...accepted.keys()].at(-1) as string;
  await until(async () => (await job(again, last))?.status === "DONE", "the last job is DONE");
  const missing: string[] = [];
  for (const [uuid, path] of accepted) {
    const found = await job(again, uuid);
    if (found?.status !== "DONE" || found.urls.received[0] !== path) missing.push(path);
  }
  expect(missing).toEqual([]);
  const rows = await pathsOf(again);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => at + 1));
  const inLog = new Set(rows.map(({ path }) => path));
  expect(inLog.size).toBe(rows.length);
  expect([...accepted.values()].filter((path) => !inLog.has(path))).toEqual([]);
  await again.kill();
  console.log(
    `${rounds} rounds of kill -9 at any moment: ${accepted.size} jobs accepted, ${missing.length} lost, ${unanswered} calls cut off`,
  );
}, 600_000);

test("once the data folder is deleted nothing is accepted any more: it would be gone with the process", async () => {
  const dataDir = newFolder();
  const purge = await start(dataDir);
  await invalidate(purge, "/sample.li/1.jpg");
  rmSync(dataDir, { recursive: true });
  await expect(invalidate(purge, "/sample.li/2.jpg")).rejects.toThrow("answered 500");
  await until(
    async () => (await fetch(`${purge.url}/readyz`)).status === 503,
    "it is not ready",
    purge.output,
  );
  expect(purge.output()).toContain("purge.sqlite was deleted or replaced");
});
