import { expect, test } from "bun:test";
import { isFinal, jobStatuses, mayFollow } from "./job-status.ts";

test("a job moves forward only, and never leaves DONE or ERROR", () => {
  for (const [from, before] of jobStatuses.entries()) {
    for (const [to, after] of jobStatuses.entries()) {
      expect(mayFollow(before, after)).toBe(to > from && !isFinal(before));
    }
  }
});
