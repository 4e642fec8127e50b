import { expect, test } from "bun:test";
import { SettingsError } from "@freshet/core";
import { sql } from "drizzle-orm";
import { usePostgres } from "../db/postgres-databases.fixture.ts";
import { postgresMigrations } from "../db/postgres-migrations.ts";
import { openPostgres } from "../db/postgres-open.ts";
import { logSuite } from "./log.suite.ts";
import { originals } from "./originals.fixture.ts";
import { createPostgresLog } from "./postgres.ts";

const postgres = usePostgres();

/** One replica's log; each has connections of its own. */
async function openLog(url: string) {
  const database = await postgres.open(url);
  return { database, log: await createPostgresLog(database, (error) => expect(error).toBeNull()) };
}

logSuite("Postgres", async () => {
  await postgres.closeAll();
  const url = await postgres.newDatabase();
  const { log } = await openLog(url);
  return {
    log,
    async reopen() {
      await postgres.closeAll();
      return (await openLog(url)).log;
    },
  };
});

async function twoReplicas() {
  await postgres.closeAll();
  const url = await postgres.newDatabase();
  return [await openLog(url), await openLog(url)] as const;
}

test("replicas that append at the same time: every reader sees rows without a gap, at every moment", async () => {
  const [a, b] = await twoReplicas();
  let isWriting = true;
  const write = async ({ log }: typeof a, sizes: readonly number[]) => {
    for (const size of sizes) await log.append("doc", originals(...Array(size).fill("h/x")), 1);
  };
  const seen: number[] = [];
  const reading = (async () => {
    while (isWriting || seen.length < b.log.head()) {
      const rows = await b.log.read(seen.length, 50);
      for (const { seq } of rows) {
        expect(seq).toBe(seen.length + 1);
        seen.push(seq);
      }
    }
  })();
  const sizes = Array.from({ length: 25 }, (_, at) => (at % 7) + 1);
  await Promise.all([write(a, sizes), write(b, sizes), write(a, sizes), write(b, sizes)]);
  isWriting = false;
  await reading;
  expect(seen.length).toBe(4 * sizes.reduce((sum, size) => sum + size, 0));
  // What the other one did last may only be on its way to it.
  while (a.log.head() < seen.length) await new Promise(setImmediate);
  expect(a.log.head()).toBe(seen.length);
});

test("a transaction that holds a number back holds back whoever comes after it", async () => {
  const [a, b] = await twoReplicas();
  const [taken, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = a.database.db.transaction(async (tx) => {
    await tx.execute(sql`UPDATE meta SET head = head + 1`);
    taken.resolve();
    await held.promise;
    throw new Error("rolled back");
  });
  await taken.promise;
  const appended = b.log.append("doc", originals("h/1"), 1);
  // It cannot have been given number 2, of which 1 would be missing for ever.
  expect(await b.log.read(0, 10)).toEqual([]);
  held.resolve();
  await expect(slow).rejects.toThrow("rolled back");
  expect((await appended).seqTo).toBe(1);
});

test("a replica hears of what another one appended, and of a new identity", async () => {
  const [a, b] = await twoReplicas();
  const heard = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const onNews = () => holds() && resolve();
      b.log.watch({ onNews, onRows: onNews });
    });
  const rows = heard(() => b.log.head() === 2);
  await a.log.append("doc", originals("h/1", "h/2"), 1);
  await rows;
  const before = a.log.logId();
  const renewed = heard(() => b.log.logId() !== before);
  await a.log.renewId(before);
  await renewed;
  expect(b.log.logId()).toBe(a.log.logId());
});

test("rows come with the news of them, whole or not at all; what a key keeps out leaves no gap", async () => {
  const [a, b] = await twoReplicas();
  const pushed: unknown[] = [];
  let heard = Promise.withResolvers<void>();
  const hear = () => {
    heard.resolve();
    heard = Promise.withResolvers();
  };
  b.log.watch({
    onNews: hear,
    onRows(after, rows) {
      pushed.push([after, ...rows]);
      hear();
    },
  });
  const untilHead = async (head: number) => {
    while (b.log.head() < head) await heard.promise;
  };
  const once = { key: "k", bodyHash: "x", until: 1e15 };
  await a.log.append("doc", originals("h/1", "h/2"), 1, once);
  await untilHead(2);
  expect(pushed).toEqual([[0, ...(await b.log.read(0, 10))]]);
  // In one transaction.
  const jobs = await Promise.all([
    a.log.append("doc", originals("h/3"), 1),
    a.log.append("doc", originals("h/4"), 1, once),
    a.log.append("doc", originals("h/5"), 1),
  ]);
  expect(jobs.map((job) => job?.seqTo ?? null)).toEqual([3, null, 4]);
  await untilHead(4);
  expect(pushed.length).toBe(1);
  expect((await b.log.read(2, 10)).map(({ job }) => job)).toEqual([jobs[0]?.uuid ?? "", jobs[2]?.uuid ?? ""]);
});

test("a replica that hears nothing finds out by itself", async () => {
  const [{ log }, { database }] = await twoReplicas();
  const deaf = await createPostgresLog({ ...database, listen: async () => {} }, (error) =>
    expect(error).toBeNull(),
  );
  let told = 0;
  deaf.watch({ onNews: () => void told++, onRows() {} });
  await log.append("doc", originals("h/1"), 1);
  expect(deaf.head()).toBe(0);
  await deaf.refresh();
  expect([deaf.head(), told]).toEqual([1, 1]);
});

test("open jobs stay with the replica that accepted them, and go to another when it is silent", async () => {
  const [a, b] = await twoReplicas();
  const { uuid } = await a.log.append("doc", originals("h/1"), 1);
  expect(await b.log.claim()).toEqual([]);
  expect((await a.log.claim()).map((job) => job.uuid)).toEqual([uuid]);
  await b.database.db.execute(sql`UPDATE job SET owned_until = 0`);
  expect((await b.log.claim()).map((job) => job.uuid)).toEqual([uuid]);
  expect(await a.log.claim()).toEqual([]);
});

test("a database that is not there is refused with a sentence", async () => {
  const url = (await postgres.newDatabase()).replace(/\w+$/, "no_such_database");
  await expect(openPostgres(url, null)).rejects.toThrow(SettingsError);
  await expect(openPostgres(url, null)).rejects.toThrow(
    'FRESHET_DATABASE: database "no_such_database" does not exist',
  );
});

test("replicas that start at the same time make one log", async () => {
  await postgres.closeAll();
  const url = await postgres.newDatabase();
  const logs = await Promise.all([1, 2, 3].map(() => openLog(url)));
  expect(new Set(logs.map(({ log }) => log.logId())).size).toBe(1);
});

test("a database of a newer version is refused and left as it is", async () => {
  const [{ database }] = await twoReplicas();
  await database.db.execute(sql`UPDATE freshet_version SET version = version + 1`);
  const url = (await database.db.execute<{ url: string }>(sql`SELECT current_database() AS url`))[0]?.url;
  const other = (await postgres.newDatabase()).replace(/\w+$/, String(url));
  await expect(openPostgres(other, null)).rejects.toThrow(
    `this program knows up to ${postgresMigrations.length}`,
  );
});

test("one replica compacts at a time; one that loses its connection meanwhile goes no further, and another may", async () => {
  const [a, b] = await twoReplicas();
  const job = await a.log.append("doc", originals(...Array(3_000).fill("h/x")), 1);
  await a.log.finish(job, "DONE", null, 2);
  const rowsLeft = async () => (await b.log.read(0, 5_000)).length;
  let steps = 0;
  const compacting = a.log.compact(10, async () => {
    if (++steps !== 2) return;
    expect(await rowsLeft()).toBe(2_000);
    await b.log.compact(10);
    expect(await rowsLeft()).toBe(2_000);
    await b.database.db.execute(
      sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`,
    );
  });
  await expect(compacting).rejects.toThrow();
  expect([steps, await rowsLeft()]).toEqual([2, 2_000]);
  await b.log.compact(10);
  expect(await rowsLeft()).toBe(1);
});
