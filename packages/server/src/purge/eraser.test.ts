import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type LogRow, surrogateTags } from "@freshet/core";
import { openBooks } from "../cache/books.ts";
import { openDiskStore } from "../cache/disk.ts";
import { createErasures } from "../cache/erasures.ts";
import { pathOf } from "../cache/file-books.ts";
import { createLineage } from "../cache/lineage.ts";
import { createMemoryStore } from "../cache/memory.ts";
import { reconcile } from "../cache/reconcile.ts";
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
const row = (kind: LogRow["kind"], pattern: string, seq = 1): LogRow => {
  return { seq, job: "j", token: "doc", mode: "erase", kind, pattern };
};

const now = { logId: "L", seq: 0 };

/** Real stores on a disk, as a process opens them: originals as files, variants in the books. Each original `doc|//h/…` has the content `c:…` and variants `v:…:0`, `v:…:1`. */
async function setUp(tags: Record<string, string[]> = {}, beforePut: Promise<void> = Promise.resolve()) {
  const books = openBooks(join(folder, "books.sqlite"));
  const lineage = createLineage(books);
  const open = async (store: "originals" | "variants") => {
    const place = { books, store, folder: join(folder, store), maxBytes: 1e6, named: true, forgets: true };
    const inBooksBytes = store === "variants" ? 1_000 : 0;
    const disk = await openDiskStore({ ...place, now: Date.now, inBooksBytes });
    const put: typeof disk.put = (key, one) => beforePut.then(() => disk.put(key, one));
    const memory = createMemoryStore(1e6);
    return { memory, tiers: createTieredStore(memory, { ...disk, put }) };
  };
  const [{ tiers: originals, memory }, { tiers: variants, memory: variantMemory }] = [
    await open("originals"),
    await open("variants"),
  ];
  const table = { tagsOf: (key: string) => tags[key] ?? [] };
  const settled = () => Promise.all([originals.settled(), variants.settled()]);
  const add = async (key: string, content = key, stamp = now) => {
    if (lineage.addOriginal(key, name(`c:${content}`), stamp))
      await originals.put(name(`c:${content}`), entry);
    for (const at of [0, 1]) {
      if (lineage.addVariant([name(`c:${content}`)], name(`v:${content}:${at}`), stamp))
        await variants.put(name(`v:${content}:${at}`), entry);
    }
    await settled();
  };
  const left = async (...contents: string[]) => {
    const found: boolean[] = [];
    for (const content of contents) found.push((await originals.get(name(`c:${content}`))) !== null);
    return found;
  };
  const folders = { originals: join(folder, "originals"), variants: join(folder, "variants") };
  const walked = reconcile({ books, folders, lockFile: join(folder, "walk.lock"), boot: "boot" });
  const erasures = createErasures(books, lineage);
  const pixelsForgotten: (string | undefined)[] = [];
  const forgetPixels = (content?: string) => void pixelsForgotten.push(content);
  const erase = createEraser({ originals, variants, lineage, erasures, table, walked, forgetPixels });
  return {
    books,
    pixelsForgotten,
    memory,
    variantMemory,
    originals,
    variants,
    lineage,
    erasures,
    add,
    left,
    erase: (one: LogRow) => erase(one, "L"),
  };
}

const file = (store: string, key: string) => {
  const path = pathOf(join(folder, store), key);
  mkdirSync(dirname(path), { recursive: true });
  return path;
};
/** All there are, in the folders and in the books. */
function files(): string[] {
  const inFolders = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const books = openBooks(join(folder, "books.sqlite"));
  const inBooks = books.db.query<{ key: string }, []>("SELECT key FROM content").all();
  books.close();
  return [...inFolders.filter((path) => /[0-9a-f]{32}$/.test(path)), ...inBooks.map(({ key }) => key)];
}

test("an original goes with its variants, from memory and disk, and nothing else does", async () => {
  const { add, erase, left, pixelsForgotten } = await setUp();
  await add("doc|//h/a");
  await add("doc|//h/ab");
  const gone = await erase(row("original", "doc|//h/a"));
  expect(new Set(pixelsForgotten)).toEqual(new Set([name("c:doc|//h/a")]));
  expect(gone).toMatchObject({ originals: 1, variants: 2 });
  expect(gone.bytes).toBeGreaterThanOrEqual(300);
  expect(await left("doc|//h/a", "doc|//h/ab")).toEqual([false, true]);
  expect(files()).toHaveLength(3);
  expect(await erase(row("original", "doc|//h/a", 2))).toEqual({ originals: 0, variants: 0, bytes: 0 });
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
  lineage.addVariant([name("c:doc|//h/big"), name("c:first")], name("both"), now);
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

test("what was being put when the purge came is not there after", async () => {
  const disk = barrier();
  const { erase, lineage, originals, memory } = await setUp({}, disk.passed);
  lineage.addOriginal("doc|//h/a", name("c"), now);
  await originals.put(name("c"), entry);
  const erasing = erase(row("original", "doc|//h/a"));
  for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
  disk.pass();
  await erasing;
  await originals.settled();
  expect(files()).toEqual([]);
  expect(memory.peek(name("c"))).toBeNull();
});

test("when the machine was started anew, what nobody knows the origin of goes, and what is known is kept", async () => {
  const first = await setUp();
  await first.add("doc|//h/a");
  for (const store of ["originals", "variants"]) writeFileSync(file(store, name("unknown")), "bytes");
  // The last lines were lost with the power; what they named has a name, or has not.
  first.books.db.run("DELETE FROM file WHERE key = ?", [name("c:doc|//h/a")]);
  first.books.db.run("DELETE FROM walked");
  first.lineage.addOriginal("doc|//h/lost", name("lost"), now);
  await first.originals.put(name("lost"), entry);
  await first.originals.settled();
  rmSync(file("originals", name("lost")));
  const { erase, left, books } = await setUp();
  await erase(row("original", "doc|//h/none"));
  expect(await left("doc|//h/a")).toEqual([true]);
  expect(files()).toHaveLength(3);
  const lines = books.db.query("SELECT store, count(*) AS n FROM file GROUP BY store").all();
  expect(lines).toEqual([
    { store: "originals", n: 1 },
    { store: "variants", n: 2 },
  ]);
});

test("of two processes, each takes away what is left, and one counts it", async () => {
  const [a, b] = [await setUp(), await setUp()];
  await a.add("doc|//h/a");
  await b.variants.get(name("v:doc|//h/a:0"));
  const gone = await Promise.all([a, b].map(({ erase }) => erase(row("original", "doc|//h/a"))));
  expect(gone.map(({ originals, variants }) => [originals, variants]).sort()).toEqual([
    [0, 0],
    [1, 2],
  ]);
  expect(files()).toEqual([]);
  for (const { variantMemory } of [a, b]) expect(variantMemory.size).toBe(0);
});

test("a process that died in the middle leaves the others everything to go on with", async () => {
  const [a, b] = [await setUp(), await setUp()];
  await a.add("doc|//h/a");
  a.erasures.begin("L", 1);
  a.erasures.doom(name("c:doc|//h/a"), 1);
  await b.erase(row("original", "doc|//h/a"));
  expect(files()).toEqual([]);
});

test("who has not heard of an erasure that another has begun puts nothing", async () => {
  const [a, b] = [await setUp(), await setUp()];
  await a.erase(row("original", "doc|//h/a", 5));
  await b.add("doc|//h/a", "old", { logId: "L", seq: 4 });
  expect(files()).toEqual([]);
  await b.add("doc|//h/a", "new", { logId: "L", seq: 5 });
  expect(files()).toHaveLength(3);
  // Nor does it take away again, when it hears of it, what came after.
  await b.erase(row("original", "doc|//h/a", 5));
  expect(files()).toHaveLength(3);
});

test("many variants go a hundred at a time", async () => {
  const { add, erase, lineage, variants } = await setUp();
  await add("doc|//h/a");
  for (let at = 0; at < 250; at++) {
    lineage.addVariant([name("c:doc|//h/a")], name(`many:${at}`), now);
    await variants.put(name(`many:${at}`), entry);
  }
  expect(await erase(row("original", "doc|//h/a"))).toMatchObject({ originals: 1, variants: 252 });
  expect(files()).toEqual([]);
});

test.each(["before", "after"])(
  "bytes that come back for another original %s they were taken off the disk are still named, and found",
  async (moment) => {
    const { add, lineage, originals, variants, erasures } = await setUp();
    await add("doc|//h/a", "same");
    const [reached, held] = [barrier(), barrier()];
    const hold = () => {
      reached.pass();
      return held.passed;
    };
    const slow = {
      ...originals,
      async remove(key: string) {
        if (moment === "before") await hold();
        const bytes = await originals.remove(key);
        if (moment === "after") await hold();
        return bytes;
      },
    };
    const table = { tagsOf: () => [] };
    const erase = createEraser({ originals: slow, variants, lineage, erasures, table });
    const erasing = erase(row("original", "doc|//h/a"), "L");
    await reached.passed;
    await add("doc|//h/b", "same", { logId: "L", seq: 1 });
    held.pass();
    await erasing;
    expect(lineage.isNamed(name("c:same"))).toBe(true);
    await erase(row("original", "doc|//h/b", 2), "L");
    expect(files()).toEqual([]);
    expect(await originals.get(name("c:same"))).toBeNull();
  },
);
