import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEraseRecord } from "./erase-record.ts";

test("remembers across restarts what is done, for one log", () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-erased-"));
  const file = join(folder, "erased.json");
  const report = { job: "j", seq: 5, originals: 1, variants: 2, bytes: 3 };
  openEraseRecord(file).done("L", report);
  const again = openEraseRecord(file);
  expect([4, 5, 6].map((seq) => again.isDone("L", seq))).toEqual([true, true, false]);
  expect([again.isDone("M", 5), again.reports("L"), again.reports("M")]).toEqual([false, [report], []]);
  again.done("M", { ...report, seq: 1 });
  expect([again.isDone("L", 5), again.isDone("M", 1)]).toEqual([false, true]);
  rmSync(folder, { recursive: true });
});
