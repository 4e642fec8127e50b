import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogRow, surrogateTags } from "@freshet/core";
import { openDiskStore } from "../cache/disk.ts";
import { openLineage } from "../cache/lineage.ts";
import { createMemoryStore } from "../cache/memory.ts";
import { createTieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import { barrier } from "../origin/test-origin.ts";
import { createEraser } from "./eraser.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freshet-erase-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const name = (text: string) => hashText(text).slice(0, 32);
const entry = { bytes: new Uint8Array(100), type: "image/png" };
const row = (kind: LogRow["kind"], pattern: string): LogRow => {
  return { seq: 1, job: "j", token: "doc", mode: "erase", kind, pattern };
};

/** Real stores on a disk. Each original `doc|//h/…` has the content `c:…` and variants `v:…:0`, `v:…:1`. */
async function setUp(tags: Record<string, string[]> = {}, beforePut: Promise<void> = Promise.resolve()) {
  const open = async (part: string) => {
    const disk = await openDiskStore(join(folder, part), 1e6, Date.now);
    const put: typeof disk.put = (key, one) => beforePut.then(() => disk.put(key, one));
    return createTieredStore(createMemoryStore(1e6), { ...disk, put });
  };
  const [originals, variants] = [await open("originals"), await open("variants")];
  const lineage = openLineage(join(folder, "lineage.sqlite"));
  const table = { tagsOf: (key: string) => tags[key] ?? [] };
  const add = async (key: string, content = key) => {
    lineage.addOriginal(key, name(`c:${content}`));
    await originals.put(name(`c:${content}`), entry);
    for (const at of [0, 1]) {
      lineage.addVariant([name(`c:${content}`)], name(`v:${content}:${at}`));
      await variants.put(name(`v:${content}:${at}`), entry);
    }
  };
  const left = async (...contents: string[]) => {
    const found: boolean[] = [];
    for (const content of contents) found.push((await originals.get(name(`c:${content}`))) !== null);
    return found;
  };
  return {
    originals,
    variants,
    lineage,
    add,
    left,
    erase: createEraser({ originals, variants, lineage, table }),
  };
}

const files = () =>
  readdirSync(folder, { recursive: true }).filter((path) => /[0-9a-f]{32}$/.test(String(path)));

test("an original goes with its variants, from memory and disk, and nothing else does", async () => {
  const { add, erase, left } = await setUp();
  await add("doc|//h/a");
  await add("doc|//h/ab");
  const gone = await erase(row("original", "doc|//h/a"));
  expect(gone).toMatchObject({ originals: 1, variants: 2 });
  expect(gone.bytes).toBeGreaterThanOrEqual(300);
  expect(await left("doc|//h/a", "doc|//h/ab")).toEqual([false, true]);
  expect(files()).toHaveLength(3);
  expect(await erase(row("original", "doc|//h/a"))).toEqual({ originals: 0, variants: 0, bytes: 0 });
});

test.each<[LogRow["kind"], string, boolean[]]>([
  ["original", "doc|//h/a", [false, false, true, true]],
  ["original", "doc|//h/a?v=1", [true, false, true, true]],
  ["prefix", "doc|//h/a", [false, false, false, true]],
  ["prefix", "doc|//h/a/", [true, true, false, true]],
  ["all", "", [false, false, false, true]],
  ["url", "doc|//h/a\n\nw=5", [false, false, true, true]],
  ["variants", "doc|//h/a/b\nw=5", [true, true, false, true]],
  ["tag", "doc|#red", [true, false, true, true]],
  [
    "tag",
    `doc|#${surrogateTags("doc", [{ key: "doc|//h/a/b", pathKey: "doc|//h/a/b" }], hashText)[1]}`,
    [true, true, false, true],
  ],
])("%s %j leaves %j", async (kind, pattern, expected) => {
  const all = ["doc|//h/a", "doc|//h/a?v=1", "doc|//h/a/b", "docs|//h/a"];
  const { add, erase, left } = await setUp({ "doc|//h/a?v=1": ["blue", "red"] });
  for (const key of all) await add(key);
  await erase(row(kind, pattern));
  expect(await left(...all)).toEqual(expected);
});

test("everything that was ever fetched for it goes, and what it is laid on as a watermark", async () => {
  const { add, erase, left, lineage, variants } = await setUp();
  await add("doc|//h/a", "first");
  await add("doc|//h/a", "second");
  await add("doc|//h/big");
  lineage.addVariant([name("c:doc|//h/big"), name("c:first")], name("both"));
  await variants.put(name("both"), entry);
  expect(await erase(row("original", "doc|//h/a"))).toMatchObject({ originals: 2, variants: 5 });
  expect(await left("first", "second", "doc|//h/big")).toEqual([false, false, true]);
  expect(await variants.get(name("both"))).toBeNull();
});

test("bytes that another original has as well go, too", async () => {
  const { add, erase, left } = await setUp();
  await add("doc|//h/a", "same");
  await add("other|//h/a", "same");
  expect(await erase(row("original", "doc|//h/a"))).toMatchObject({ originals: 1, variants: 2 });
  expect(await left("same")).toEqual([false]);
});

test("what was being put when the purge came is waited for, and goes", async () => {
  const disk = barrier();
  const { erase, lineage, originals } = await setUp({}, disk.passed);
  lineage.addOriginal("doc|//h/a", name("c"));
  const putting = originals.put(name("c"), entry);
  const erasing = erase(row("original", "doc|//h/a"));
  for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
  disk.pass();
  await putting;
  expect((await erasing).originals).toBe(1);
  expect(files()).toEqual([]);
});

test("at the next start, what nobody knows the origin of is gone, and what is known is kept", async () => {
  const first = await setUp();
  await first.add("doc|//h/a");
  await first.originals.put(name("unknown"), entry);
  await first.variants.put(name("unknown"), entry);
  first.lineage.addOriginal("doc|//h/lost", name("lost"));
  await Promise.all([first.originals.settled(), first.variants.settled()]);
  first.lineage.close();
  const { erase, left, originals, lineage } = await setUp();
  await erase(row("original", "doc|//h/none"));
  expect(await left("doc|//h/a")).toEqual([true]);
  expect(await originals.get(name("unknown"))).toBeNull();
  expect(files()).toHaveLength(3);
  expect(lineage.contentsOf(row("original", "doc|//h/lost"), () => false)).toEqual([]);
});
