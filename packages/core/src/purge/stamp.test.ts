import { expect, test } from "bun:test";
import { judgeStamp } from "./stamp.ts";

test.each([
  ["nothing was purged", "log", 0, 0, 0, 0, "use"],
  ["purged before the fetch began", "log", 5, 5, 5, 5, "use"],
  ["purged softly after, window open", "log", 5, 6, 5, 5, "stale"],
  ["purged softly after, window over", "log", 5, 6, 6, 5, "revalidate"],
  ["purged hard after", "log", 5, 6, 6, 6, "refetch"],
  ["purged hard, then softly", "log", 5, 7, 6, 6, "refetch"],
  ["another log", "old log", 99, 1, 0, 0, "revalidate"],
] as const)("judgeStamp: %s", (_name, logId, seq, any, due, hard, verdict) => {
  expect(judgeStamp({ logId, seq }, "log", { any, hard, due })).toBe(verdict);
});
