/** `kill -9` in the middle of making the log shorter: what is there afterwards purges as much as before. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createRegistry, type LogRow } from "../packages/core/src/index.ts";
import { type PostgresServer, startPostgres } from "../packages/purge-api/src/db/postgres.fixture.ts";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, until } from "./processes.ts";
import { readLog } from "./read-log.ts";

const { newFolder, keep, end } = createKeeper();
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 300_000);
afterAll(async () => {
  await end();
  await postgres.close();
});

const headers = { "x-client-key": keys.client };

/** Folders of a hundred originals; every other original is purged twice. */
const folders = Array.from({ length: 40 }, (_, at) => at);
const path = (folder: number, at: number) => `/sample.li/${folder}/${at}.jpg`;

async function purgeAll(purge: Running): Promise<void> {
  let last = "";
  for (const step of [1, 2]) {
    for (const folder of folders) {
      const urls = Array.from({ length: 100 / step }, (_, at) => path(folder, at * step));
      const body = JSON.stringify({ scope: "original", urls });
      const response = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
      expect(response.status).toBe(201);
      last = ((await response.json()) as { invalidation: { uuid: string } }).invalidation.uuid;
    }
  }
  // What belongs to a job that runs stays.
  await until(async () => {
    const response = await fetch(`${purge.url}/invalidate/${last}`, { headers });
    return ((await response.json()) as { invalidation: { status: string } }).invalidation.status === "DONE";
  }, "the last one is DONE");
}

/** What a node that has applied these rows knows of each original: the number that it was purged with. */
function purgedBy(rows: readonly LogRow[]): number[] {
  const registry = createRegistry();
  for (const row of rows) registry.apply(row);
  return folders.flatMap((folder) =>
    Array.from({ length: 100 }, (_, at) => {
      const key = `doc|/${path(folder, at)}`;
      return registry.purgedAt("doc", { key, pathKey: key }, null).hard;
    }),
  );
}

const databases = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({ FRESHET_DATABASE: await postgres.newDatabase() }),
};

test.each(Object.entries(databases))(
  "%s: kill -9 after any step",
  async (_name, database) => {
    const env = { ...(await database()), FRESHET_LOG_ROWS: "10000" };
    const dataDir = newFolder();
    const start = (more: Record<string, string>) => keep(startPurge({ dataDir, env: { ...env, ...more } }));
    const first = await start({});
    await purgeAll(first);
    const all = await readLog(first);
    await first.kill();
    const wanted = purgedBy(all);
    expect(Math.min(...wanted)).toBeGreaterThan(0);
    let lengths: number[] = [all.length];
    for (const step of [1, 2, 3]) {
      const crashing = await start({ FRESHET_LOG_ROWS: "1000", FRESHET_FAIL_POINT: `compaction:${step}` });
      await until(async () => !crashing.isAlive(), "it was killed", crashing.output);
      // With so long a log nothing is dropped while it is looked at.
      const after = await start({});
      const rows = await readLog(after);
      await after.kill();
      lengths = [...lengths, rows.length];
      const known = purgedBy(rows);
      expect(known.filter((seq, at) => seq < (wanted[at] as number))).toEqual([]);
      expect(rows.at(-1)).toEqual(all.at(-1) as LogRow);
    }
    const last = await start({ FRESHET_LOG_ROWS: "1000" });
    await until(async () => (await readLog(last)).length <= 1_000, "it is short", last.output);
    const known = purgedBy(await readLog(last));
    expect(known.filter((seq, at) => seq < (wanted[at] as number))).toEqual([]);
    console.log(`rows after each crash: ${lengths.join(", ")}`);
  },
  120_000,
);
