import { expect, test } from "bun:test";
import { addTallies, formatTally, readTally, type Tally } from "./tally.ts";

const reports: Record<string, [junit: string, expected: Tally]> = {
  Bun: [
    '<testsuites name="bun test" tests="6" assertions="2" failures="2" skipped="1" time="0.06">',
    { passed: 3, failed: 2, skipped: 1 },
  ],
  Playwright: [
    '<testsuites id="" name="" tests="4" failures="1" skipped="0" errors="1" time="2.7">\n<testsuite tests="9">',
    { passed: 2, failed: 2, skipped: 0 },
  ],
};

for (const [author, [junit, expected]] of Object.entries(reports)) {
  test(`readTally takes the totals from the outermost element of a report by ${author}`, () => {
    expect(readTally(junit)).toEqual(expected);
  });
}

test("readTally refuses a report that was cut short", () => {
  expect(() => readTally("<?xml")).toThrow("no <testsuites> element");
});

test("formatTally names skipped tests only when there are some", () => {
  const sum = addTallies(Object.values(reports).map(([, tally]) => tally));
  expect(formatTally(sum)).toBe("5 passed, 4 failed, 1 skipped");
  expect(formatTally({ ...sum, skipped: 0 })).toBe("5 passed, 4 failed");
});
