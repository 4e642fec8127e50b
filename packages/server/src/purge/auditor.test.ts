import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry, type LogRow, type PurgeMode } from "@freshet/core";
import { openBooks } from "../cache/books.ts";
import { createLineage } from "../cache/lineage.ts";
import { createMemoryStore } from "../cache/memory.ts";
import { createJudge } from "../origin/judge.ts";
import { openPointerTable, type Pointer } from "../origin/pointer-table.ts";
import { createAuditor } from "./auditor.ts";
import { isLeftBehind } from "./left-behind.ts";
import type { PurgePosition } from "./position.ts";

const root = mkdtempSync(join(tmpdir(), "freshet-audit-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let files = 0;

const clock = { monotonicMs: () => 0, wallMs: () => 0 };
const key = "doc|//h/a/b.jpg";
const pointer = (seq: number, logId = "L"): Pointer => ({
  ...{ content: "c", format: "png", mediaType: null, fetchedAtMs: 0, tags: ["red"] },
  ...{ validators: { etag: null, lastModified: null }, stamp: { logId, seq } },
});
const rowOf = (kind: LogRow["kind"], pattern: string, mode: PurgeMode = "hard", seq = 5): LogRow => {
  return { seq, job: "j", token: "doc", kind, pattern, mode };
};

/** The real table, registry and judge. @param misses rows that the registry never hears of: the fault to be found */
function setUp(rows: readonly LogRow[], misses = false, over: Partial<PurgePosition> = {}) {
  const table = openPointerTable(join(root, String(files++), "pointers.sqlite"));
  const registry = createRegistry();
  if (!misses) for (const row of rows) registry.apply(row);
  const position: PurgePosition = {
    stamp: () => ({ logId: "L", seq: 5 }),
    purgedAt: (...asked) => registry.purgedAt(...asked),
    trust: () => "trusted",
    ...over,
  };
  const lineage = createLineage(openBooks(":memory:"));
  const originals = createMemoryStore(1e6);
  const counts = { looks: 0, violations: 0 };
  const { judge } = createJudge({ clock, position, table, refreshSeconds: 0 });
  const auditor = createAuditor({
    ...{ table, position, judge, isErased: () => true },
    isLeftBehind: (content) => isLeftBehind({ lineage, originals }, content),
    count(isViolation) {
      counts.looks++;
      if (isViolation) counts.violations++;
    },
  });
  auditor.add("L", rows);
  return { table, lineage, originals, counts, auditor };
}

const targets: [LogRow["kind"], string][] = [
  ["original", key],
  ["prefix", "doc|//h/a/"],
  ["prefix", "doc|//h/a/b"],
  ["all", ""],
  ["tag", "doc|#red"],
  ["url", `${key}\n\nw=5`],
  ["variants", `${key}\nw=5`],
];

test.each(targets)(
  "%s %j: an old pointer is not used, and if it were that would be counted",
  async (kind, pattern) => {
    for (const misses of [false, true]) {
      const { table, counts, auditor } = setUp([rowOf(kind, pattern)], misses);
      table.set(key, "", pointer(4));
      await auditor.audit();
      expect(counts).toEqual({ looks: 1, violations: Number(misses) });
      await auditor.audit();
      expect(counts.looks).toBe(1);
    }
  },
);

test.each<[string, number, string, PurgeMode]>([
  ["fetched after the purge", 5, "L", "hard"],
  ["of another log", 9, "M", "hard"],
  ["old, and within the window of a soft purge", 4, "L", "soft"],
])("a pointer is right that is %s", async (_what, seq, logId, mode) => {
  const { table, counts, auditor } = setUp([rowOf("original", key, mode)]);
  table.set(key, "", pointer(seq, logId));
  await auditor.audit();
  expect(counts).toEqual({ looks: 1, violations: 0 });
});

test("what is answered as stale after a hard purge is a violation", async () => {
  const soft = { any: 5, hard: 0, due: 0 };
  const { table, counts, auditor } = setUp([rowOf("all", "", "hard")], true, { purgedAt: () => soft });
  table.set(key, "", pointer(4));
  await auditor.audit();
  expect(counts.violations).toBe(1);
});

test("erased bytes that are still there and written down nowhere are found", async () => {
  for (const isNamed of [false, true]) {
    const { table, counts, auditor, originals, lineage } = setUp([rowOf("original", key, "erase")]);
    table.set(key, "", pointer(4));
    if (isNamed) lineage.addOriginal("doc|//h/other", "c", { logId: "L", seq: 4 });
    await originals.put("c", { bytes: new Uint8Array(1), type: "image/png" });
    await auditor.audit();
    expect(counts).toEqual({ looks: 1, violations: Number(!isNamed) });
  }
});

test("looks at four rows at a time, keeps a hundred, and none while it has no lease", async () => {
  const rows = Array.from({ length: 300 }, (_, at) => rowOf("original", key, "hard", at + 1));
  let trust: "trusted" | "revalidate" = "revalidate";
  const { table, counts, auditor } = setUp(rows, false, { trust: () => trust });
  table.set(key, "", pointer(400));
  await auditor.audit();
  expect(counts.looks).toBe(0);
  trust = "trusted";
  await auditor.audit();
  expect(counts.looks).toBe(4);
  for (let second = 0; second < 50; second++) await auditor.audit();
  expect(counts).toEqual({ looks: 100, violations: 0 });
});
