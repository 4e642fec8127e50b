import { expect, test } from "bun:test";
import { inGroups } from "./in-groups.ts";

/** A writer that ends when the test says so, and fails for groups that hold one of `bad`. */
function setUp(bad: readonly string[] = []) {
  const groups: string[][] = [];
  const ends: (() => void)[] = [];
  const gathered: boolean[] = [];
  const turn = () => new Promise<void>((next) => setImmediate(next));
  const ask = inGroups<string, string>(
    async (group) => {
      groups.push([...group]);
      await new Promise<void>((resolve) => ends.push(resolve));
      const broken = group.find((name) => bad.includes(name));
      if (broken) throw new Error(`${broken} cannot be written`);
      return group.map((name) => `${name} is written`);
    },
    async (isBusy) => void gathered.push(isBusy),
  );
  return {
    groups,
    gathered,
    ask: (work: string, rows = 1) => ask({ work, rows }),
    async end() {
      await turn();
      ends.shift()?.();
      await turn();
    },
  };
}

test("what is asked for while a group is written makes up the next one, in order, and each gets its own result", async () => {
  const { ask, end, groups, gathered } = setUp();
  const first = [ask("a"), ask("b")];
  await end();
  const [c] = [ask("c")];
  await end();
  expect(await Promise.all([...first, c])).toEqual(["a is written", "b is written", "c is written"]);
  expect(groups).toEqual([["a", "b"], ["c"]]);
  // The third came when nothing was being written.
  expect(gathered).toEqual([false, false]);
});

test("a group that was asked for while another was written is one of a busy time", async () => {
  const { ask, end, groups, gathered } = setUp();
  const all = [ask("a")];
  await new Promise<void>((next) => setImmediate(next));
  all.push(ask("b"));
  await end();
  await end();
  all.push(ask("c"));
  await end();
  await Promise.all(all);
  expect([groups, gathered]).toEqual([
    [["a"], ["b"], ["c"]],
    [false, true, false],
  ]);
});

test("one that cannot be written fails alone", async () => {
  const { ask, end, groups } = setUp(["b"]);
  const all = Promise.allSettled([ask("a"), ask("b"), ask("c")]);
  for (let times = 0; times < 4; times++) await end();
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(groups).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  const later = ask("d");
  await end();
  expect(await later).toBe("d is written");
});

test("a group ends before it would have too many rows, and one alone may have as many as it likes", async () => {
  const { ask, end, groups } = setUp();
  const all = Promise.all([ask("a", 4_000), ask("b", 6_000), ask("c", 50_000), ask("d"), ask("e")]);
  for (let times = 0; times < 3; times++) await end();
  await all;
  expect(groups).toEqual([["a", "b"], ["c"], ["d", "e"]]);
});
