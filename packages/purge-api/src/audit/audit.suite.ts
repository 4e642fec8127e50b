import { describe, expect, test } from "bun:test";
import type { JobStore, PurgeLog } from "../log/log.ts";
import { originals } from "../log/originals.fixture.ts";
import type { AuditQuery, AuditStore, Author, NewEntry } from "./audit.ts";

/** A record under test, and the log in the same database. */
export interface AuditUnderTest {
  readonly log: PurgeLog & JobStore;
  readonly audit: AuditStore;
}

const author: Author = { action: "invalidate", key: "token/doc", address: "192.0.2.1" };
const all: AuditQuery = { token: null, limit: 100, before: null };
const refused: NewEntry = {
  ...{ at: 5, action: "refused", token: null, key: null, address: "192.0.2.9", job: null, scope: null },
  ...{ mode: null, targets: ["POST /invalidate"], count: 1, outcome: "key_wrong", endedAt: 5 },
};

/** What every record must do, whatever database it is in. @param open a new, empty one */
export function auditSuite(name: string, open: () => Promise<AuditUnderTest>): void {
  describe(`${name}: the audit of jobs`, () => jobTests(open));
  describe(`${name}: the audit`, () => recordTests(open));
}

function jobTests(open: () => Promise<AuditUnderTest>): void {
  test("a job is written down with what it purges, and its end is known when the job has ended", async () => {
    const { log, audit } = await open();
    const job = await log.append("doc", originals("h/1", "h/2"), 10, null, author);
    const [running] = await audit.list(all);
    expect(running).toMatchObject({
      ...{ ...author, at: 10, token: "doc", job: job?.uuid, scope: "original", mode: "hard" },
      ...{ targets: ["/h/1", "/h/2"], count: 2, outcome: "RECEIVED", endedAt: null },
    });
    await log.finish(job as { uuid: string; seqTo: number }, "DONE", null, 17);
    expect(await audit.list(all)).toMatchObject([{ outcome: "DONE", endedAt: 17 }]);
  });

  test("each run of a job is an entry of its own, with its own end", async () => {
    const { log, audit } = await open();
    const job = await log.append("doc", originals("h/1"), 10, null, author);
    const { uuid } = job as { uuid: string };
    const ended = await log.finish(job as { uuid: string; seqTo: number }, "ERROR", "no", 17);
    const again = { ...author, action: "restart", key: "other" } as const;
    const second = await log.again(ended, await log.read(0, 9), 20, again);
    const entries = await audit.list({ ...all, job: uuid });
    expect(entries.map(({ action, key, outcome, endedAt }) => [action, key, outcome, endedAt])).toEqual([
      ["restart", "other", "RECEIVED", null],
      ["invalidate", "token/doc", "ERROR", 17],
    ]);
    await log.finish(second as { uuid: string; seqTo: number }, "DONE", null, 29);
    expect((await audit.list(all)).map(({ outcome, endedAt }) => [outcome, endedAt])).toEqual([
      ["DONE", 29],
      ["ERROR", 17],
    ]);
  });

  test("pictures that are to be made again are an entry of their own, with the end of the run that asked for them", async () => {
    const { log, audit } = await open();
    const job = await log.append("doc", { ...originals("h/1"), rewarm: 4 }, 10, null, author);
    const run = job as { uuid: string; seqTo: number };
    const ended = await log.finish(run, "DONE", null, 17);
    await log.again(ended, await log.read(0, 9), 20, { ...author, action: "restart" });
    const entries = await audit.list({ ...all, job: run.uuid });
    expect(entries.map(({ action, count, outcome }) => [action, count, outcome])).toEqual([
      ["rewarm", 4, "RECEIVED"],
      ["restart", 1, "RECEIVED"],
      ["rewarm", 4, "DONE"],
      ["invalidate", 1, "DONE"],
    ]);
  });

  test("what is not stored is not written down: a key that was taken, a job that runs already", async () => {
    const { log, audit } = await open();
    const once = { key: "k", bodyHash: "h", until: 99 };
    const job = await log.append("doc", originals("h/1"), 1, once, author);
    expect(await log.append("doc", originals("h/1"), 2, once, author)).toBeNull();
    expect(await log.again(job as NonNullable<typeof job>, await log.read(0, 9), 3, author)).toBeNull();
    expect((await audit.list(all)).length).toBe(1);
  });

  test("of many targets a few are named, of long ones the beginning", async () => {
    const { log, audit } = await open();
    const paths = Array.from({ length: 3_000 }, (_, at) => `h/${at}/${"ü".repeat(300)}`);
    await log.append("doc", originals(...paths), 1, null, author);
    const [entry] = await audit.list(all);
    expect([entry?.count, entry?.targets.length, entry?.targets[0]?.length]).toEqual([3_000, 5, 200]);
  });
}

function recordTests(open: () => Promise<AuditUnderTest>): void {
  test("what is counted later is added to the entry", async () => {
    const { audit } = await open();
    const number = await audit.add(refused);
    await audit.addTo(number, 41, 60);
    expect(await audit.list(all)).toEqual([{ ...refused, number, count: 42, endedAt: 60 }]);
  });

  test("pages lead through all of it once, newest first, also while entries are added", async () => {
    const { audit } = await open();
    for (const at of [1, 2, 3, 4, 5, 6, 7]) await audit.add({ ...refused, at });
    const seen: number[] = [];
    for (let before: number | null = null; ; ) {
      const page = await audit.list({ ...all, limit: 3, before });
      seen.push(...page.map(({ at }) => at));
      before = page.at(-1)?.number ?? null;
      await audit.add({ ...refused, at: 100 });
      if (page.length < 3) break;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test("shows what it is asked for", async () => {
    const { log, audit } = await open();
    const job = await log.append("doc", originals("h/1"), 10, null, author);
    await log.append("shop", originals("h/1"), 20, null, { ...author, action: "hook", key: "s3" });
    await audit.add({ ...refused, at: 30 });
    const actions = async (query: Partial<AuditQuery>) =>
      (await audit.list({ ...all, ...query })).map(({ action }) => action);
    expect(await actions({ token: "doc" })).toEqual(["invalidate"]);
    expect(await actions({ action: "hook" })).toEqual(["hook"]);
    expect(await actions({ outcome: "key_wrong" })).toEqual(["refused"]);
    expect(await actions({ outcome: "RECEIVED" })).toEqual(["hook", "invalidate"]);
    expect(await actions({ key: "s3" })).toEqual(["hook"]);
    expect(await actions({ address: "192.0.2.9" })).toEqual(["refused"]);
    expect(await actions({ job: job?.uuid })).toEqual(["invalidate"]);
    expect(await actions({ from: 20 })).toEqual(["refused", "hook"]);
    expect(await actions({ to: 20 })).toEqual(["invalidate"]);
    expect(await actions({ key: "no such key" })).toEqual([]);
  });

  test("any text at all can be asked for and kept", async () => {
    const { audit } = await open();
    const text = "\0'\\ü😀%_";
    await audit.add({ ...refused, key: text, targets: [text] });
    expect(await audit.list({ ...all, key: text })).toMatchObject([{ key: text, targets: [text] }]);
  });

  test("says how a job ended of which nothing else is known any more", async () => {
    const { log, audit } = await open();
    const job = await log.append("doc", originals("h/1"), 10, null, author);
    if (job) await log.finish(job, "ERROR", "late", 20);
    const shown = await audit.list(all);
    expect(shown).toMatchObject([{ outcome: "ERROR", endedAt: 20 }]);
    expect(await log.trim({ from: 99, entries: 9, young: 99 })).toBe(1);
    expect(await audit.list(all)).toEqual(shown);
  });

  test("keeps what is young and not too much, refusals counted apart", async () => {
    const { audit } = await open();
    for (let at = 1; at <= 10; at++) await audit.add({ ...refused, action: "hook", at });
    for (let at = 11; at <= 20; at++) await audit.add({ ...refused, at });
    const kept = async (bounds: Parameters<AuditStore["trim"]>[0]) => {
      while ((await audit.trim(bounds)) > 0);
      return (await audit.list(all)).map(({ at }) => at).reverse();
    };
    const everything = Array.from({ length: 20 }, (_, at) => at + 1);
    expect(await kept({ from: 0, entries: 20, refusals: 10 })).toEqual(everything);
    expect(await kept({ from: 3, entries: 20, refusals: 10 })).toEqual(everything.slice(2));
    expect(await kept({ from: 0, entries: 15, refusals: 10 })).toEqual(everything.slice(5));
    expect(await kept({ from: 0, entries: 15, refusals: 2 })).toEqual([6, 7, 8, 9, 10, 19, 20]);
    expect(await kept({ from: 99, entries: 15, refusals: 2 })).toEqual([]);
  });
}
