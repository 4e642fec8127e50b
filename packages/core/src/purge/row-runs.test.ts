import { expect, test } from "bun:test";
import fc from "fast-check";
import type { LogRow } from "./log-row.ts";
import { rows } from "./registry.fixture.ts";
import { fromRuns, toRuns } from "./row-runs.ts";
import { readLogMessage, writeLogMessage } from "./wire.ts";

const sent = (log: readonly LogRow[]) =>
  readLogMessage(writeLogMessage({ type: "rows", after: 0, rows: log }));

test("rows come out of runs as they went in, whatever is missing between them and whosever they are", () => {
  const job = fc.constantFrom("i", "j");
  fc.assert(
    fc.property(
      rows,
      fc.array(fc.nat(2), { minLength: 1 }),
      fc.array(job, { minLength: 1 }),
      (all, gaps, jobs) => {
        let seq = 0;
        const log = all.map((row, at) => {
          seq += 1 + (gaps[at % gaps.length] ?? 0);
          return { ...row, seq, job: jobs[at % jobs.length] ?? "" };
        });
        expect(sent(log)).toEqual({ type: "rows", after: 0, rows: log });
      },
    ),
    { numRuns: 1_000 },
  );
});

test("rows that have all but their patterns in common are one run", () => {
  const row = { job: "j", token: "doc", kind: "original", mode: "hard" } as const;
  const log = ["a", "b", "c"].map((pattern, at) => ({ ...row, pattern, seq: at + 4 }));
  expect(toRuns(log)).toEqual([[4, "j", "doc", "original", "hard", ["a", "b", "c"]]]);
  const others = [
    { job: "k" },
    { token: "shop" },
    { kind: "prefix" },
    { mode: "erase" },
    { seq: 9 },
  ] as const;
  for (const other of others)
    expect(toRuns([...log, { ...row, pattern: "d", seq: 7, ...other }])).toHaveLength(2);
});

test.each([
  [5],
  [[]],
  [[1, "j", "doc", "original", "hard"]],
  [[1, "j", "doc", "original", "hard", "a"]],
  [[1, "j", "doc", "original", "hard", [5]]],
  [[0, "j", "doc", "original", "hard", ["a"]]],
  [[1, 5, "doc", "original", "hard", ["a"]]],
  [[1, "j", "doc", "some", "hard", ["a"]]],
  [[1, "j", "doc", "original", "gently", ["a"]]],
])("%j is no run", (run) => expect(() => fromRuns([run])).toThrow(TypeError));
