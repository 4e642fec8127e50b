import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyTag } from "@freshet/core";
import fc from "fast-check";
import { openPointerTable, type Pointer } from "./pointer-table.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freshet-tagged-"));
  file = join(folder, "pointers.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

const pointer = (tags: readonly string[], seq: number): Pointer => ({
  ...{ content: "c", format: "png", mediaType: null, validators: { etag: null, lastModified: null } },
  ...{ stamp: { logId: "l", seq }, fetchedAtMs: 0, tags },
});
const goOn = async () => true;
const open = () =>
  openPointerTable(file, (error) => {
    throw error;
  });

const tag: fc.Arbitrary<string> = fc.constantFrom("red", "blue", "back\\slash", "it's", "[]", "%2C", anyTag);
const set = fc.record({
  origin: fc.constantFrom("doc|//h/a", "doc|//h/b", "doc|//h/b?x", "shop|//h/a"),
  version: fc.constantFrom("", "1"),
  tags: fc.uniqueArray(tag),
});

test("finds by a tag what a look at all pointers finds, whatever was written over what", async () => {
  const table = open();
  const other = new Database(file);
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(set, { maxLength: 12 }),
      fc.uniqueArray(tag, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(null, (origin: string) => origin.endsWith("a")),
      async (sets, tags, isNamed) => {
        other.run("DELETE FROM pointer");
        const now = new Map<string, readonly string[]>();
        for (const { origin, version, tags } of sets) {
          table.set(origin, version, pointer(tags, seq++));
          now.set(`${origin} ${version}`, tags);
        }
        const has = (given: readonly string[]) => given.some((one) => one === anyTag || tags.includes(one));
        const wanted = [...now].flatMap(([key, given]) => {
          const origin = key.split(" ", 1)[0] as string;
          return origin.startsWith("doc|") && (has(given) || isNamed?.(origin)) ? [origin] : [];
        });
        const found = await table.taggedOrigins({ token: "doc", tags, isNamed }, goOn);
        expect(found.keys.toSorted()).toEqual([...new Set(wanted)].sort());
        expect(found).toMatchObject({ more: 0, cut: false });
        const [first = ""] = tags;
        const sample = table.sample({ token: "doc", kind: "tag", pattern: `doc|#${first}` }, 100);
        for (const { originKey, version } of sample) {
          const given = now.get(`${originKey} ${version}`) ?? [];
          expect(given.includes(first) || given.includes(anyTag)).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
  other.close();
  table.close();
});

test("a table from before there was an index is looked through when it is opened, and pointers that go leave it", async () => {
  const before = open();
  before.set("doc|//h/a", "", pointer(["red", "big"], 1));
  before.set("doc|//h/b", "", pointer([], 1));
  before.close();
  const db = new Database(file);
  for (const name of ["tags_come", "tags_change", "tags_go"]) db.run(`DROP TRIGGER ${name}`);
  db.run("DROP TABLE tagged");
  db.close();
  const table = open();
  const red = async () =>
    (await table.taggedOrigins({ token: "doc", tags: ["red"], isNamed: null }, goOn)).keys;
  expect(await red()).toEqual(["doc|//h/a"]);
  const other = new Database(file);
  other.run("DELETE FROM pointer");
  expect(other.query("SELECT count(*) AS n FROM tagged").get()).toEqual({ n: 0 });
  other.close();
  expect(await red()).toEqual([]);
  table.close();
});

test("of many the first are named and the others counted, and who has no time is told so", async () => {
  const table = open();
  const db = new Database(file);
  db.run(`WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 12000)
    INSERT INTO pointer SELECT 'doc|//h/' || n, '', 'c', 'png', NULL, NULL, 'l', 1, 0, NULL,
      iif(n % 2 = 0, 'red big', 'red') FROM number`);
  db.close();
  const search = { token: "doc", tags: ["big", "red"], isNamed: null };
  const found = await table.taggedOrigins(search, goOn);
  expect([found.keys.length, found.more, found.cut]).toEqual([10_000, 2_000, false]);
  expect(new Set(found.keys).size).toBe(10_000);
  const cut = await table.taggedOrigins(search, async () => false);
  expect([cut.keys.length, cut.cut]).toEqual([1_000, true]);
  table.close();
});
