import { expect, test } from "bun:test";
import type { Question } from "./questions.ts";
import { shareTime } from "./share-time.ts";

const run = (seconds: number) => ({ args: [], seconds });
const question = (name: string, full: number, quick?: number): Question => ({
  ...{ name, title: name, script: name, full: run(full) },
  ...(quick === undefined ? {} : { quick: run(quick) }),
});
const all = [question("a", 100, 30), question("b", 50), question("c", 90, 20)];
const given = (seconds: number) => shareTime(all, seconds).map(({ run }) => run?.seconds ?? 0);

test.each([
  [240, [100, 50, 90]],
  [239, [100, 50, 20]],
  [169, [30, 50, 20]],
  [99, [30, 50, 0]],
  [79, [30, 0, 20]],
  [10, [0, 0, 0]],
])("%p seconds are shared out as %p", (seconds, shares) => {
  expect(given(seconds)).toEqual(shares);
});
