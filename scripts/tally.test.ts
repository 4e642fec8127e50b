import { expect, test } from "bun:test";
import { addTallies, formatTally, readTally, type Tally } from "./tally.ts";

const reports: Record<string, Tally> = {
  '<testsuites name="bun test" tests="6" assertions="2" failures="2" skipped="1" time="0.06"><testsuite tests="9">':
    { passed: 3, failed: 2, skipped: 1 },
  '<testsuites id="" name="" tests="4" failures="1" skipped="0" errors="1" time="2.7">':
    { passed: 2, failed: 2, skipped: 0 },
};

for (const [junit, expected] of Object.entries(reports)) {
  test(`readTally reads ${junit}`, () => expect(readTally(junit)).toEqual(expected));
}

test("readTally refuses a report that was cut short", () => {
  expect(() => readTally("<?xml")).toThrow("no <testsuites> element");
});

test("formatTally names skipped tests only when there are some", () => {
  expect(formatTally({ passed: 5, failed: 0, skipped: 0 })).toBe("5 passed, 0 failed");
  expect(formatTally(addTallies(Object.values(reports)))).toBe("5 passed, 4 failed, 1 skipped");
});
