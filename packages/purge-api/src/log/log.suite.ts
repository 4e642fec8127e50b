import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compactionTests } from "./compaction.suite.ts";
import { type Job, type JobFilter, type JobStore, type PurgeLog, rowsOf, trimJobsStep } from "./log.ts";
import { originals } from "./originals.fixture.ts";

/** A log under test. `reopen` closes it and opens it again on the same storage, as a restart does. */
export interface LogUnderTest {
  readonly log: PurgeLog & JobStore;
  reopen(): Promise<PurgeLog & JobStore>;
}

const uuidsOf = (jobs: readonly Job[]) => jobs.map(({ uuid }) => uuid);

/** What every log must do, whatever database it is in. @param open a new, empty log */
export function logSuite(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: rows`, () => rowTests(open));
  describe(`${name}: all or nothing`, () => atomicityTests(open));
  describe(`${name}: identity and restart`, () => restartTests(open));
  describe(`${name}: compaction`, () => compactionTests(open));
  describe(`${name}: jobs`, () => jobTests(open));
  describe(`${name}: idempotency keys`, () => onceTests(open));
  describe(`${name}: lists of jobs`, () => listTests(open));
  describe(`${name}: jobs that end`, () => endTests(open));
  describe(`${name}: jobs that are forgotten`, () => trimTests(open));
}

function rowTests(open: () => Promise<LogUnderTest>): void {
  test("an empty log has head 0 and nothing to read", async () => {
    const { log } = await open();
    expect([log.head(), await log.read(0, 10), await log.claim(), await log.list("doc", 10, null)]).toEqual([
      0,
      [],
      [],
      [],
    ]);
  });

  test("rows are numbered 1, 2, 3 … over all jobs, and come back as they went in", async () => {
    const { log } = await open();
    const first = await log.append("doc", originals("a/1", "a/2"), 1);
    expect(first.seqTo).toBe(2);
    const all = { token: "doc", kind: "all", pattern: "" } as const;
    const rows = [{ target: all, mode: "soft" }] as const;
    const second = await log.append("doc", { scope: "all", received: null, rows, failed: [] }, 2);
    expect(await log.read(0, 10)).toEqual([
      { seq: 1, job: first.uuid, token: "doc", kind: "original", pattern: "doc|//a/1", mode: "hard" },
      { seq: 2, job: first.uuid, token: "doc", kind: "original", pattern: "doc|//a/2", mode: "hard" },
      { seq: 3, job: second.uuid, ...all, mode: "soft" },
    ]);
    expect(log.head()).toBe(3);
    const knows = async (...jobs: readonly string[]) =>
      Promise.all(jobs.map((job, seq) => log.knows(seq, job)));
    expect(await knows("", first.uuid, first.uuid, second.uuid)).toEqual(["yes", "yes", "yes", "yes"]);
    expect(await knows("x", second.uuid, "", first.uuid, "", second.uuid)).toEqual(Array(6).fill("no"));
  });

  test("the rows of a job are known without reading them", async () => {
    const { log } = await open();
    await log.append("doc", originals("a/1"), 1);
    const invalidation = originals("a/2", "a/3");
    const job = await log.append("doc", invalidation, 2);
    expect(rowsOf(job, invalidation)).toEqual(await log.read(1, 10));
  });

  test("appends at the same time each get rows that follow one another, in the order of their jobs", async () => {
    const { log } = await open();
    const sizes = [3, 1, 4, 1, 5, 9, 2, 6];
    const jobs = await Promise.all(
      sizes.map((size) => log.append("doc", originals(...Array(size).fill("h/x")), 1)),
    );
    const owners = (await log.read(0, 100)).map(({ job }) => job);
    const byNumber = jobs.toSorted((a, b) => a.number - b.number);
    expect(owners).toEqual(
      byNumber.flatMap(({ uuid }) => Array(sizes[jobs.findIndex((job) => job.uuid === uuid)]).fill(uuid)),
    );
    expect(byNumber.at(-1)?.seqTo).toBe(log.head());
  });

  test("reading page by page gives every row once and in order, whatever the pages and the jobs", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 9 }), async (jobSizes, limit) => {
        const { log } = await open();
        for (const size of jobSizes) await log.append("doc", originals(...Array(size).fill("h/x")), 1);
        const seqs: number[] = [];
        for (;;) {
          const page = await log.read(seqs.at(-1) ?? 0, limit);
          expect(page.length).toBeLessThanOrEqual(limit);
          if (page.length === 0) break;
          seqs.push(...page.map(({ seq }) => seq));
        }
        expect(seqs).toEqual(Array.from({ length: log.head() }, (_, at) => at + 1));
      }),
      { numRuns: 15 },
    );
  }, 60_000);
}

function atomicityTests(open: () => Promise<LogUnderTest>): void {
  test("an append that fails half way leaves neither rows nor job, and no gap", async () => {
    const { log, reopen } = await open();
    await log.append("doc", originals("h/1"), 1);
    const broken = originals("h/2", "h/3");
    const rows = [
      ...broken.rows,
      { target: { token: "doc", kind: "original", pattern: null }, mode: "hard" },
    ];
    await expect(log.append("doc", { ...broken, rows } as never, 2)).rejects.toThrow();
    expect([log.head(), (await log.read(0, 10)).length, (await log.list("doc", 10, null)).length]).toEqual([
      1, 1, 1,
    ]);
    expect((await log.append("doc", originals("h/4"), 3)).seqTo).toBe(2);
    const left = await (await reopen()).read(1, 10);
    expect(left.map(({ pattern }) => pattern)).toEqual(["doc|//h/4"]);
  });

  test("of many at the same time only the one that cannot be written fails", async () => {
    const { log, reopen } = await open();
    const broken = { ...originals("h/2"), scope: null } as never;
    const asked = [originals("h/1"), broken, originals("h/3", "h/4")];
    const appended = await Promise.allSettled(asked.map((one) => log.append("doc", one, 1)));
    expect(appended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(log.head()).toBe(3);
    const left = await (await reopen()).read(0, 10);
    expect(left.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(left.map(({ pattern }) => pattern).sort()).toEqual(["doc|//h/1", "doc|//h/3", "doc|//h/4"]);
  });

  test("a job whose own row is refused takes its log rows back", async () => {
    const { log } = await open();
    await expect(log.append("doc", { ...originals("h/1"), scope: null } as never, 1)).rejects.toThrow();
    expect([log.head(), await log.read(0, 10), await log.claim()]).toEqual([0, [], []]);
  });
}

function restartTests(open: () => Promise<LogUnderTest>): void {
  test("a restart keeps rows, jobs, head and identity, and goes on counting", async () => {
    const { log, reopen } = await open();
    const job = await log.append("doc", originals("h/1", "h/2"), 5);
    const [id, rows] = [log.logId(), await log.read(0, 10)];
    const again = await reopen();
    expect([again.logId(), again.head(), await again.read(0, 10)]).toEqual([id, 2, rows]);
    expect(await again.get("doc", job.uuid)).toEqual(job);
    expect((await again.append("doc", originals("h/3"), 6)).seqTo).toBe(3);
  });

  test("a renewed identity is another one, stays after a restart, and keeps the rows", async () => {
    const { log, reopen } = await open();
    await log.append("doc", originals("h/1"), 1);
    const before = log.logId();
    await log.renewId(before);
    const after = log.logId();
    expect(after).not.toBe(before);
    await log.renewId(before); // Somebody else saw the same, and comes second.
    expect(log.logId()).toBe(after);
    const again = await reopen();
    expect([again.logId(), again.head()]).toEqual([after, 1]);
  });

  test("two logs have different identities", async () => {
    const [one, other] = [await open(), await open()];
    expect(one.log.logId()).not.toBe(other.log.logId());
  });
}

function jobTests(open: () => Promise<LogUnderTest>): void {
  test("a new job is RECEIVED and holds all that was said about it", async () => {
    const { log } = await open();
    const odd = "h/ü/😀/\u0000/'\"";
    const failed = [{ url: "/?", reason: "the line names no original" }];
    const { uuid } = await log.append(
      "doc",
      { ...originals(odd), received: [odd, "/?"], failed, rewarm: 7 },
      1_691_501_992_636_426,
    );
    expect(await log.get("doc", uuid)).toEqual({
      number: 1,
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      token: "doc",
      scope: "original",
      received: [odd, "/?"],
      invalidated: [`/${odd}`],
      failed,
      status: "RECEIVED",
      error: null,
      seqTo: 1,
      addedAt: 1_691_501_992_636_426,
      doneAt: null,
      rewarm: 7,
      rewarmed: null,
    });
  });

  test("scope all has received null", async () => {
    const { log } = await open();
    const rows = [{ target: { token: "doc", kind: "all", pattern: "" }, mode: "soft" }] as const;
    const { uuid } = await log.append("doc", { scope: "all", received: null, rows, failed: [] }, 1);
    expect(await log.get("doc", uuid)).toMatchObject({ received: null, invalidated: ["/*"] });
  });

  test("a job is invisible to every other token", async () => {
    const { log } = await open();
    const { uuid } = await log.append("doc", originals("h/1"), 1);
    expect([await log.get("other", uuid), await log.list("other", 10, null)]).toEqual([null, []]);
  });
}

function listTests(open: () => Promise<LogUnderTest>): void {
  test("the list is newest first, and `before` is where the next page starts", async () => {
    const { log } = await open();
    for (const at of [1, 2, 3, 4, 5]) await log.append(at === 3 ? "other" : "doc", originals("h/1"), at);
    const first = await log.list("doc", 2, null);
    expect(first.map(({ addedAt }) => addedAt)).toEqual([5, 4]);
    const second = await log.list("doc", 2, first[1]?.number ?? 0);
    expect(second.map(({ addedAt }) => addedAt)).toEqual([2, 1]);
    expect(await log.list("doc", 2, 1)).toEqual([]);
  });

  test("the list shows jobs by status, by scope and by a text, all of it together, and pages through them", async () => {
    const { log } = await open();
    const add = (path: string) => log.append("doc", originals(path), 1);
    const [jobA, jobB, jobC] = [await add("h/ü%_\u0000/a.jpg"), await add("h/b.jpg"), await add("h/c.jpg")];
    const all = { token: "doc", kind: "all", pattern: "" } as const;
    const rows = [{ target: all, mode: "soft" }] as const;
    const { uuid: d } = await log.append("doc", { scope: "all", received: null, rows, failed: [] }, 1);
    await log.finish(jobA, "DONE", null, 9);
    await log.finish(jobB, "ERROR", "late", 9);
    const [a, b, c] = [jobA.uuid, jobB.uuid, jobC.uuid];
    const found = async (filter: JobFilter, limit = 10, before: number | null = null) =>
      uuidsOf(await log.list("doc", limit, before, filter));
    expect(await found({})).toEqual([d, c, b, a]);
    expect(await found({ status: "running" })).toEqual([d, c]);
    expect(await found({ status: "DONE" })).toEqual([a]);
    expect(await found({ status: "ERROR" })).toEqual([b]);
    expect(await found({ scope: "all" })).toEqual([d]);
    expect(await found({ text: "ü%_\u0000/" })).toEqual([a]);
    expect(await found({ text: "%" })).toEqual([a]);
    expect(await found({ text: b })).toEqual([b]);
    expect(await found({ text: ".jpg", scope: "original" }, 2)).toEqual([c, b]);
    expect(await found({ text: ".jpg", scope: "original" }, 2, 2)).toEqual([a]);
    expect(await found({ text: ".jpg", scope: "all" })).toEqual([]);
  });
}

function onceTests(open: () => Promise<LogUnderTest>): void {
  const once = (key: string, until = 100) => ({ key, bodyHash: "aa", until });

  test("a key is stored with its job, also over a restart, for its token alone", async () => {
    const { log, reopen } = await open();
    const job = await log.append("doc", originals("h/1"), 1, once("k"));
    const again = await reopen();
    expect(await again.findOnce("doc", "k", 99)).toEqual({ bodyHash: "aa", uuid: job?.uuid ?? "" });
    expect([await again.findOnce("doc", "other", 99), await again.findOnce("shop", "k", 99)]).toEqual([
      null,
      null,
    ]);
    expect(await again.append("shop", originals("h/1"), 2, once("k"))).not.toBeNull();
  });

  test("a key that is taken stores nothing", async () => {
    const { log } = await open();
    await log.append("doc", originals("h/1"), 1, once("k"));
    expect(await log.append("doc", originals("h/2"), 2, once("k"))).toBeNull();
    expect([log.head(), (await log.list("doc", 10, null)).length]).toEqual([1, 1]);
  });

  test("of many at the same time one is stored", async () => {
    const { log } = await open();
    const all = Array.from({ length: 8 }, () => log.append("doc", originals("h/1"), 1, once("k")));
    expect((await Promise.all(all)).filter((job) => job !== null).length).toBe(1);
    expect(log.head()).toBe(1);
  });

  test("a key is free again when its time is over", async () => {
    const { log } = await open();
    await log.append("doc", originals("h/1"), 1, once("k"));
    expect(await log.findOnce("doc", "k", 100)).toBeNull();
    const later = await log.append("doc", originals("h/2"), 100, once("k", 200));
    expect(await log.findOnce("doc", "k", 101)).toMatchObject({ uuid: later?.uuid });
  });

  test("keys that are looked for at the same time find each their own, whatever stands in them", async () => {
    const { log } = await open();
    const keys = ["a", "b\\0", 'é"\\n', "a\\0"];
    const jobs = await Promise.all(
      keys.map((key, at) => log.append("doc", originals("h/1"), 1, once(key, 100 + at))),
    );
    const asked = [...keys, "c", "a"].map((key) => log.findOnce("doc", key, 100));
    const found = await Promise.all([...asked, log.findOnce("shop", "a", 1), log.findOnce("doc", "a", 99)]);
    const [first, ...others] = jobs.map((job) => job?.uuid);
    expect(found.map((one) => one?.uuid)).toEqual([
      undefined,
      ...others,
      ...[undefined, undefined, undefined, first],
    ]);
  });

  test("a job that is refused leaves its key free", async () => {
    const { log } = await open();
    const broken = { ...originals("h/1"), scope: null } as never;
    await expect(log.append("doc", broken, 1, once("k"))).rejects.toThrow();
    expect(await log.findOnce("doc", "k", 2)).toBeNull();
  });
}

function endTests(open: () => Promise<LogUnderTest>): void {
  test("a job that ended is given its rows again, at the end of the log, and one that runs is not", async () => {
    const { log, reopen } = await open();
    const first = await log.append("doc", originals("h/1", "h/2"), 1);
    await log.append("doc", originals("h/3"), 2);
    const rows = await log.read(0, 2);
    expect(await log.again(first, rows, 3)).toBeNull();
    expect(log.head()).toBe(3);
    await log.finish(first, "ERROR", "late", 4);
    const opened = { ...first, seqTo: 5, addedAt: 7 };
    expect(await log.again(first, rows, 7)).toEqual(opened);
    expect(log.head()).toBe(5);
    // Whoever settled the first run has nothing to say about the second.
    expect(await log.finish(first, "DONE", null, 8)).toEqual(opened);
    expect(await log.read(3, 10)).toEqual(rows.map((row) => ({ ...row, seq: row.seq + 3 })));
    const reopened = await reopen();
    expect(await reopened.get("doc", first.uuid)).toEqual(opened);
    expect(reopened.head()).toBe(5);
  });

  test("a finished job is open no longer and says when and how it ended, also after a restart", async () => {
    const { log, reopen } = await open();
    const add = (at: number) => log.append("doc", originals("h/1"), at);
    const [done, failed, waiting] = [await add(1), await add(2), await add(3)];
    expect(await log.claim()).toEqual([done, failed, waiting]);
    expect(await log.finish(done, "DONE", null, 9)).toMatchObject({ status: "DONE", doneAt: 9 });
    expect(await log.finish(done, "ERROR", "too late", 10)).toMatchObject({ status: "DONE", doneAt: 9 });
    await log.finish(failed, "ERROR", "still serving: n1", 10);
    const again = await reopen();
    expect(await again.claim()).toEqual([waiting]);
    expect(await again.get("doc", failed.uuid)).toMatchObject({
      status: "ERROR",
      error: "still serving: n1",
      doneAt: 10,
    });
  });

  test("what was made again is kept with the end, is not changed by another, and is gone when it runs again", async () => {
    const { log, reopen } = await open();
    const job = await log.append("doc", { ...originals("h/1"), rewarm: 2 }, 1);
    const pictures = [{ url: "/v7/h/1?w=5", state: "failed", reason: "no\u0000\ud800!" }] as const;
    const counts = { rendered: 1, there: 0, failed: 1, durationMs: 12 };
    const rewarmed = [{ node: "n1", ...counts, pictures, problem: null }];
    await log.finish(job, "DONE", null, 9, rewarmed);
    await log.finish(job, "ERROR", "too late", 10, null);
    const reopened = await reopen();
    const ended = await reopened.get("doc", job.uuid);
    expect(ended).toMatchObject({ status: "DONE", rewarm: 2, rewarmed });
    const again = await reopened.again(ended as Job, await reopened.read(0, 1), 11);
    expect(again).toMatchObject({ status: "RECEIVED", rewarm: 2, rewarmed: null });
  });
}

function trimTests(open: () => Promise<LogUnderTest>): void {
  /** Accepted and ended at these times. */
  const add = async (log: JobStore & PurgeLog, ...times: readonly number[]) => {
    for (const at of times)
      await log.finish(await log.append("doc", originals(`h/${at}`), at), "DONE", null, at);
  };
  const left = async (log: JobStore) => (await log.list("doc", 2_000, null)).map(({ addedAt }) => addedAt);

  test("those that are too old or too many go, and never one that is young or runs", async () => {
    const { log } = await open();
    const running = await log.append("doc", originals("h/0"), 1);
    await add(log, 2, 3, 4, 5, 6, 7);
    const trim = async (from: number, entries: number, young: number) => {
      const gone = await log.trim({ from, entries, young });
      return [gone, await left(log)];
    };
    expect(await trim(0, 7, 99)).toEqual([0, [7, 6, 5, 4, 3, 2, 1]]);
    expect(await trim(3, 7, 99)).toEqual([1, [7, 6, 5, 4, 3, 1]]);
    expect(await trim(0, 3, 4)).toEqual([1, [7, 6, 5, 4, 1]]);
    expect(await trim(0, 3, 99)).toEqual([1, [7, 6, 5, 1]]);
    expect(await trim(99, 0, 6)).toEqual([1, [7, 6, 1]]);
    expect((await log.claim()).map(({ uuid }) => uuid)).toEqual([running.uuid]);
    await log.finish(running, "DONE", null, 2);
    expect(await trim(3, 7, 99)).toEqual([1, [7, 6]]);
    expect((await log.append("doc", originals("h/8"), 8)).number).toBe(8);
  });

  test("their rows stay, and where rows are gone as well nobody can tell any more", async () => {
    const { log } = await open();
    const jobs: Job[] = [];
    for (const at of [1, 2, 3]) {
      jobs.push(await log.append("doc", originals("h/1"), at));
      await log.finish(jobs.at(-1) as Job, "DONE", null, at);
    }
    await log.compact(100);
    const known = () => Promise.all(jobs.map(({ seqTo, uuid }) => log.knows(seqTo, uuid)));
    expect(await known()).toEqual(["yes", "yes", "yes"]);
    expect(await log.trim({ from: 99, entries: 9, young: 99 })).toBe(3);
    expect(await known()).toEqual(["forgotten", "forgotten", "yes"]);
    expect([(await log.read(0, 9)).length, log.head()]).toEqual([1, 3]);
  });

  test("a few at a time, from the oldest on", async () => {
    const { log } = await open();
    await add(log, ...Array.from({ length: trimJobsStep + 20 }, (_, at) => at + 1));
    const bounds = { from: trimJobsStep + 11, entries: 10_000, young: 10_000 };
    expect([await log.trim(bounds), await log.trim(bounds), await log.trim(bounds)]).toEqual([
      trimJobsStep,
      10,
      0,
    ]);
    expect((await left(log)).at(-1)).toBe(trimJobsStep + 11);
  });
}
