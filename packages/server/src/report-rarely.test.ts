import { expect, test } from "bun:test";
import { reportRarely } from "./report-rarely.ts";

test("tells of what comes again once a minute, and how often it came", () => {
  const told: unknown[] = [];
  let ms = 0;
  const report = reportRarely(
    (error) => told.push(error),
    () => ms,
  );
  const full = (path: string) =>
    Object.assign(new Error(`ENOSPC: no space, open '${path}'`), { code: "ENOSPC" });
  const first = full("a");
  report(first);
  report(full("b"));
  report(new Error("something else"));
  expect(told).toEqual([first, new Error("something else")]);
  ms = 60_000;
  report(full("c"));
  report(new Error("something else"));
  expect(told.slice(2).map(String)).toEqual([
    "Error: ENOSPC (1 times more in the last minutes)",
    "Error: something else",
  ]);
});
