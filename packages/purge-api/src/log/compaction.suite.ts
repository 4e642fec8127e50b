import { expect, test } from "bun:test";
import { createRegistry } from "@freshet/core";
import type { LogUnderTest } from "./log.suite.ts";
import type { Job } from "./log.ts";
import { originals } from "./originals.fixture.ts";

type Log = LogUnderTest["log"];
const numbers = async (log: Log) => (await log.read(0, 1_000)).map(({ seq }) => seq);
/** Each of these a job, which has ended. */
async function purged(log: Log, ...jobs: readonly (readonly string[])[]): Promise<Job[]> {
  const ended: Job[] = [];
  for (const paths of jobs) {
    const job = await log.append("doc", originals(...paths), 1);
    ended.push(await log.finish(job, "DONE", null, 2));
  }
  return ended;
}

/** What a log must keep to when it is made shorter. Which rows go is core's business: see `compact.test.ts` there. */
export function compactionTests(open: () => Promise<LogUnderTest>): void {
  shorteningTests(open);
  interruptionTests(open);
  runningTests(open);
}

function shorteningTests(open: () => Promise<LogUnderTest>): void {
  test("rows that newer ones cover go, numbers and head stay, and the next row has the next number", async () => {
    const { log, reopen } = await open();
    await purged(log, ["h/1", "h/2"], ["h/1"], ["h/3", "h/2"]);
    await log.compact(100);
    expect([await numbers(log), log.head(), log.size()]).toEqual([[3, 4, 5], 5, 3]);
    const again = await reopen();
    expect([await numbers(again), again.head(), again.size()]).toEqual([[3, 4, 5], 5, 3]);
    expect((await again.append("doc", originals("h/4"), 3)).seqTo).toBe(6);
    expect(again.size()).toBe(4);
    expect((await again.read(3, 2)).map(({ seq }) => seq)).toEqual([4, 5]);
  });

  test("beyond the bound the oldest are folded until four fifths of it are left", async () => {
    const { log } = await open();
    const jobs = await purged(log, ...Array.from({ length: 12 }, (_, at) => [`h/a/${at}`]));
    await log.compact(10);
    expect([await numbers(log), log.size()]).toEqual([[5, 6, 7, 8, 9, 10, 11, 12], 8]);
    expect(await log.read(0, 1)).toEqual([
      { seq: 5, job: jobs[4]?.uuid ?? "", token: "doc", kind: "prefix", pattern: "doc|//h/a/", mode: "hard" },
    ]);
  });
}

function interruptionTests(open: () => Promise<LogUnderTest>): void {
  test("wherever it is interrupted, what is left purges as much, and the next time it is gone on with", async () => {
    const { log } = await open();
    const paths = Array.from({ length: 1_500 }, (_, at) => `h/${at % 600}/${at}`);
    await purged(log, paths);
    let interruptions = 0;
    for (let lasts = 1, isOver = false; !isOver; lasts++) {
      let steps = 0;
      const onStep = () => {
        if (++steps > lasts) throw new Error("interrupted");
      };
      isOver = await log.compact(700, onStep).then(
        () => true,
        () => false,
      );
      if (!isOver) interruptions++;
      const registry = createRegistry();
      for (const row of await log.read(0, 2_000)) registry.apply(row);
      for (const [at, path] of paths.entries()) {
        const key = `doc|//${path}`;
        expect(registry.purgedAt("doc", { key, pathKey: key }, null).any).toBeGreaterThan(at);
      }
    }
    expect(interruptions).toBeGreaterThan(0);
    expect((await numbers(log)).length).toBe(log.size());
    expect(log.size()).toBeLessThanOrEqual(560);
  });
}

function runningTests(open: () => Promise<LogUnderTest>): void {
  test("nothing is touched from the first job on that runs, and what it holds back counts", async () => {
    const { log } = await open();
    await purged(log, ["h/a/1"], ["h/a/2"]);
    const running = await log.append("doc", originals("h/a/1", "h/a/1"), 1);
    await purged(log, ["h/a/1"], ["h/a/2"], ["h/a/2"]);
    await log.compact(2);
    expect(await numbers(log)).toEqual([2, 3, 4, 5, 6, 7]);
    await log.finish(running, "ERROR", "late", 3);
    await log.compact(100);
    expect(await numbers(log)).toEqual([2, 5, 7]);
  });

  test("a job that runs again holds its new rows, and its old ones may go", async () => {
    const { log } = await open();
    const [job] = await purged(log, ["h/a/1"], ["h/a/1"]);
    const again = await log.again(job as Job, await log.read(0, 1), 3);
    await log.compact(100);
    expect(await numbers(log)).toEqual([2, 3]);
    expect((await log.claim()).map(({ seqTo }) => seqTo)).toEqual([again?.seqTo ?? 0]);
  });

  test("of a dropped row the log knows that it was there if a job ended with it; of others it has forgotten", async () => {
    const { log } = await open();
    const [one, two] = await purged(log, ["h/1", "h/2"], ["h/2", "h/1"]);
    await log.compact(100);
    expect(await numbers(log)).toEqual([3, 4]);
    const [first, second] = [one?.uuid ?? "", two?.uuid ?? ""];
    expect(await log.knows(2, first)).toBe("yes");
    expect(await log.knows(2, second)).toBe("forgotten");
    expect(await log.knows(1, first)).toBe("forgotten");
    expect([await log.knows(3, second), await log.knows(3, first), await log.knows(5, second)]).toEqual([
      "yes",
      "no",
      "no",
    ]);
  });

  test("rows that are added while it is compacted, and jobs that end meanwhile, are all there", async () => {
    const { log } = await open();
    await purged(log, ...Array.from({ length: 40 }, (_, at) => [`h/a/${at % 10}`]));
    let added: Job[] = [];
    // When it has looked at the log: what had ended before may go, too.
    await log.compact(5, async () => {
      if (added.length === 0)
        added = await purged(log, ...Array.from({ length: 10 }, (_, at) => [`h/b/${at}`]));
    });
    const left = await log.read(0, 100);
    const own = new Set(added.map(({ uuid }) => uuid));
    expect(left.filter(({ job }) => own.has(job)).map(({ seq }) => seq)).toEqual([
      41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
    ]);
    expect(
      left.some(({ seq, kind, pattern }) => seq >= 35 && kind === "prefix" && pattern === "doc|//h/a/"),
    ).toBe(true);
    expect(log.size()).toBe(left.length);
  });
}
