import { describe, expect, test } from "bun:test";
import type { Invalidation } from "@freshet/core";
import fc from "fast-check";
import type { JobStore, PurgeLog } from "./log.ts";

/** A log under test. `reopen` closes it and opens it again on the same storage, as a restart does. */
export interface LogUnderTest {
  readonly log: PurgeLog & JobStore;
  reopen(): PurgeLog & JobStore;
}

/** An invalidation of some originals of the token `doc`. */
export function originals(...paths: string[]): Invalidation {
  const rows = paths.map((path) => ({
    target: { token: "doc", kind: "original" as const, pattern: `doc|//${path}` },
    mode: "hard" as const,
  }));
  return { scope: "original", received: paths, rows, failed: [] };
}

/** What every log must do, whatever database it is in. @param open a new, empty log */
export function logSuite(name: string, open: () => LogUnderTest): void {
  describe(`${name}: rows`, () => rowTests(open));
  describe(`${name}: all or nothing`, () => atomicityTests(open));
  describe(`${name}: identity and restart`, () => restartTests(open));
  describe(`${name}: jobs`, () => jobTests(open));
}

function rowTests(open: () => LogUnderTest): void {
  test("an empty log has head 0 and nothing to read", () => {
    const { log } = open();
    expect([log.head(), log.read(0, 10), log.open(), log.list("doc", 10, null)]).toEqual([0, [], [], []]);
  });

  test("rows are numbered 1, 2, 3 … over all jobs, and come back as they went in", () => {
    const { log } = open();
    const first = log.append("doc", originals("a/1", "a/2"), 1);
    expect(first.seqTo).toBe(2);
    const all = { token: "doc", kind: "all", pattern: "" } as const;
    const rows = [{ target: all, mode: "soft" }] as const;
    const second = log.append("doc", { scope: "all", received: null, rows, failed: [] }, 2);
    expect(log.read(0, 10)).toEqual([
      { seq: 1, job: first.uuid, token: "doc", kind: "original", pattern: "doc|//a/1", mode: "hard" },
      { seq: 2, job: first.uuid, token: "doc", kind: "original", pattern: "doc|//a/2", mode: "hard" },
      { seq: 3, job: second.uuid, ...all, mode: "soft" },
    ]);
    expect(log.head()).toBe(3);
    expect([0, 1, 2, 3, 4].map(log.jobAt)).toEqual(["", first.uuid, first.uuid, second.uuid, ""]);
  });

  test("reading page by page gives every row once and in order, whatever the pages and the jobs", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), (jobSizes, limit) => {
        const { log } = open();
        for (const size of jobSizes) log.append("doc", originals(...Array(size).fill("h/x")), 1);
        const seqs: number[] = [];
        for (;;) {
          const page = log.read(seqs.at(-1) ?? 0, limit);
          expect(page.length).toBeLessThanOrEqual(limit);
          if (page.length === 0) break;
          seqs.push(...page.map(({ seq }) => seq));
        }
        expect(seqs).toEqual(Array.from({ length: log.head() }, (_, at) => at + 1));
      }),
      { numRuns: 15 },
    );
  });
}

function atomicityTests(open: () => LogUnderTest): void {
  test("an append that fails half way leaves neither rows nor job, and no gap", () => {
    const { log, reopen } = open();
    log.append("doc", originals("h/1"), 1);
    const broken = originals("h/2", "h/3");
    const rows = [
      ...broken.rows,
      { target: { token: "doc", kind: "original", pattern: null }, mode: "hard" },
    ];
    expect(() => log.append("doc", { ...broken, rows } as never, 2)).toThrow();
    expect([log.head(), log.read(0, 10).length, log.list("doc", 10, null).length]).toEqual([1, 1, 1]);
    expect(log.append("doc", originals("h/4"), 3).seqTo).toBe(2);
    expect(
      reopen()
        .read(1, 10)
        .map(({ pattern }) => pattern),
    ).toEqual(["doc|//h/4"]);
  });

  test("a job whose own row is refused takes its log rows back", () => {
    const { log } = open();
    expect(() => log.append("doc", { ...originals("h/1"), scope: null } as never, 1)).toThrow();
    expect([log.head(), log.read(0, 10), log.open()]).toEqual([0, [], []]);
  });
}

function restartTests(open: () => LogUnderTest): void {
  test("a restart keeps rows, jobs, head and identity, and goes on counting", () => {
    const { log, reopen } = open();
    const job = log.append("doc", originals("h/1", "h/2"), 5);
    const [id, rows] = [log.logId(), log.read(0, 10)];
    const again = reopen();
    expect([again.logId(), again.head(), again.read(0, 10)]).toEqual([id, 2, rows]);
    expect(again.get("doc", job.uuid)).toEqual(job);
    expect(again.append("doc", originals("h/3"), 6).seqTo).toBe(3);
  });

  test("a renewed identity is another one, stays after a restart, and keeps the rows", () => {
    const { log, reopen } = open();
    log.append("doc", originals("h/1"), 1);
    const before = log.logId();
    log.renewId();
    const after = log.logId();
    expect(after).not.toBe(before);
    const again = reopen();
    expect([again.logId(), again.head()]).toEqual([after, 1]);
  });

  test("two logs have different identities", () => {
    expect(open().log.logId()).not.toBe(open().log.logId());
  });
}

function jobTests(open: () => LogUnderTest): void {
  test("a new job is RECEIVED and holds all that was said about it", () => {
    const { log } = open();
    const odd = "h/ü/😀/\u0000/'\"";
    const failed = [{ url: "/?", reason: "the line names no original" }];
    const { uuid } = log.append(
      "doc",
      { ...originals(odd), received: [odd, "/?"], failed },
      1_691_501_992_636_426,
    );
    expect(log.get("doc", uuid)).toEqual({
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
    });
  });

  test("scope all has received null", () => {
    const { log } = open();
    const rows = [{ target: { token: "doc", kind: "all", pattern: "" }, mode: "soft" }] as const;
    const { uuid } = log.append("doc", { scope: "all", received: null, rows, failed: [] }, 1);
    expect(log.get("doc", uuid)).toMatchObject({ received: null, invalidated: ["/*"] });
  });

  test("a job is invisible to every other token", () => {
    const { log } = open();
    const { uuid } = log.append("doc", originals("h/1"), 1);
    expect([log.get("other", uuid), log.list("other", 10, null)]).toEqual([null, []]);
  });

  test("the list is newest first, and `before` is where the next page starts", () => {
    const { log } = open();
    for (const at of [1, 2, 3, 4, 5]) log.append(at === 3 ? "other" : "doc", originals("h/1"), at);
    const first = log.list("doc", 2, null);
    expect(first.map(({ addedAt }) => addedAt)).toEqual([5, 4]);
    expect(log.list("doc", 2, first[1]?.number ?? 0).map(({ addedAt }) => addedAt)).toEqual([2, 1]);
    expect(log.list("doc", 2, 1)).toEqual([]);
  });

  test("a finished job is open no longer and says when and how it ended, also after a restart", () => {
    const { log, reopen } = open();
    const [done, failed, waiting] = [1, 2, 3].map((at) => log.append("doc", originals("h/1"), at).uuid) as [
      string,
      string,
      string,
    ];
    expect(log.open().map(({ uuid }) => uuid)).toEqual([done, failed, waiting]);
    expect(log.finish(done, "DONE", null, 9)).toMatchObject({ status: "DONE", doneAt: 9 });
    log.finish(failed, "ERROR", "still serving: n1", 10);
    const again = reopen();
    expect(again.open().map(({ uuid }) => uuid)).toEqual([waiting]);
    expect(again.get("doc", failed)).toMatchObject({
      status: "ERROR",
      error: "still serving: n1",
      doneAt: 10,
    });
  });
}
