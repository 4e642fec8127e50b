import { afterAll, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openBooks } from "./books.ts";
import { openDiskStore } from "./disk.ts";
import { type Claim, createFileBooks, type FileBooks, pathOf as pathIn } from "./file-books.ts";
import { contentOf, entryOf, has, keyOf, runStoreSuite } from "./store.suite.ts";

const root = mkdtempSync(join(tmpdir(), "freshet-disk-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

/** Magic, hash, length of the type, and the type `a/b`. */
const overhead = 17;
const each = 100 + overhead;
const noon = Date.UTC(2026, 5, 1, 12);
const minute = 60_000;

/** As one process opens it: each time, with books of its own. They lie beside the files. */
function optionsFor(folder: string, maxBytes = 10_000) {
  const books = openBooks(`${folder}.sqlite`);
  return { books, store: "variants" as const, folder, maxBytes, named: false, forgets: false };
}

const open = (folder: string, maxBytes = 10_000, now = () => noon, inBooksBytes = 0) =>
  openDiskStore({ ...optionsFor(folder, maxBytes), now, inBooksBytes });

runStoreSuite({ name: "disk", open: (maxBytes) => open(newFolder(), maxBytes), overhead });
runStoreSuite({
  name: "disk of small files, kept in its books",
  open: (maxBytes) => open(newFolder(), maxBytes, () => noon, 1_000_000),
  overhead,
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** Of key 1. */
function claimed(books: FileBooks): Claim {
  const claim = books.claim(keyOf(1), each, noon);
  expect(claim).not.toBeNull();
  return claim as Claim;
}

/** Files and folders. */
function tmpIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"));
}

function pathOf(folder: string, number: number): string {
  return pathIn(folder, keyOf(number));
}

describe("the disk store", () => {
  test("has after reopening what it had before", async () => {
    const folder = newFolder();
    const before = await open(folder);
    await before.put(keyOf(1), entryOf(1));
    await before.put(keyOf(2), entryOf(2));
    const after = await open(folder);
    expect(after.size).toBe(before.size);
    expect(await contentOf(after, keyOf(1))).toEqual(["a/b", [...entryOf(1).bytes]]);
    expect(await has(after, 2, 3)).toEqual([true, false]);
  });

  test("remembers over a restart what was used last", async () => {
    const folder = newFolder();
    let nowMs = noon;
    const before = await open(folder, each * 3, () => nowMs);
    for (let number = 1; number <= 3; number++) await before.put(keyOf(number), entryOf(number));
    nowMs += 2 * minute;
    await before.get(keyOf(1));
    before.touch(keyOf(2));
    // Uses are written down together: at the latest when the next file is put.
    await before.put(keyOf(3), entryOf(3));
    const after = await open(folder, each * 3, () => nowMs);
    await after.put(keyOf(4), entryOf(4));
    expect(await has(after, 1, 2, 3, 4)).toEqual([true, true, false, true]);
  });

  test("is told by touch that something was used elsewhere", async () => {
    let nowMs = noon;
    const store = await open(newFolder(), each * 3, () => nowMs);
    for (let number = 1; number <= 3; number++) await store.put(keyOf(number), entryOf(number));
    nowMs += 2 * minute;
    store.touch(keyOf(1));
    store.touch(keyOf(99));
    await store.put(keyOf(4), entryOf(4));
    expect(await has(store, 1, 2, 3, 4)).toEqual([true, false, true, true]);
  });

  test("makes room at once when it is reopened with less", async () => {
    const folder = newFolder();
    const before = await open(folder);
    for (let number = 1; number <= 5; number++) await before.put(keyOf(number), entryOf(number));
    const after = await open(folder, each * 2);
    expect(after.size).toBe(each * 2);
    expect(await has(after, 3, 4, 5)).toEqual([false, true, true]);
    expect(filesIn(folder).length).toBe(2);
  });

  const damages: readonly [what: string, damage: (path: string) => void][] = [
    ["truncated", (path) => truncateSync(path, 50)],
    ["empty", (path) => truncateSync(path, 0)],
    ["altered", (path) => writeFileSync(path, readFileSync(path).fill(7, 60, 61))],
    ["replaced", (path) => writeFileSync(path, "something else altogether")],
    ["removed", (path) => rmSync(path)],
  ];
  for (const [what, damage] of damages) {
    test(`answers null for a file that was ${what}, and takes the entry again`, async () => {
      const folder = newFolder();
      const store = await open(folder);
      await store.put(keyOf(1), entryOf(1));
      await store.put(keyOf(2), entryOf(2));
      damage(pathOf(folder, 1));
      expect(await store.get(keyOf(1))).toBeNull();
      expect(store.size).toBe(each);
      expect(filesIn(folder).length).toBe(1);
      await store.put(keyOf(1), entryOf(1));
      expect(await has(store, 1, 2)).toEqual([true, true]);
    });
  }

  test("counts what an interrupted write left, and writes it again a minute later", async () => {
    const folder = newFolder();
    const dead = createFileBooks(optionsFor(folder));
    const store = await open(folder);
    const claim = claimed(dead);
    mkdirSync(dirname(claim.path), { recursive: true });
    writeFileSync(claim.path, "half of an entry");
    await store.put(keyOf(1), entryOf(1));
    expect([await store.get(keyOf(1)), store.size]).toEqual([null, each]);
    const later = await open(folder, 10_000, () => noon + 2 * minute);
    await later.put(keyOf(1), entryOf(1));
    expect(await has(later, 1)).toEqual([true]);
    expect(filesIn(folder)).toHaveLength(1);
    expect(later.size).toBe(each);
  });

  test("fails to put where it cannot write, leaves nothing behind, and goes on", async () => {
    const folder = newFolder();
    const store = await open(folder);
    const key = keyOf(1);
    writeFileSync(join(folder, key.slice(0, 1)), "a file where a folder should be");
    await expect(store.put(key, entryOf(1))).rejects.toThrow();
    expect([await store.get(key), store.size]).toEqual([null, 0]);
    const other = [2, 3, 4].find((number) => keyOf(number)[0] !== key[0]) as number;
    await store.put(keyOf(other), entryOf(other));
    expect(await has(store, other)).toEqual([true]);
    expect(filesIn(folder).some((name) => name.endsWith(".tmp"))).toBe(false);
  });

  test("removes the half that it wrote when it cannot put the whole in place", async () => {
    const folder = newFolder();
    const store = await open(folder);
    mkdirSync(join(pathOf(folder, 1), "inside"), { recursive: true }); // A folder where the file should be.
    await expect(store.put(keyOf(1), entryOf(1))).rejects.toThrow();
    expect(filesIn(folder)).toEqual([]);
  });

  test("cannot be opened where there is a file instead of a folder", async () => {
    const folder = newFolder();
    writeFileSync(folder, "");
    await expect(open(folder)).rejects.toThrow();
  });

  test("does not take back into its books what was removed after it was used", async () => {
    const folder = newFolder();
    const store = await open(folder);
    const other = await open(folder);
    await store.put(keyOf(1), entryOf(1));
    await store.get(keyOf(1));
    await other.remove(keyOf(1));
    // Notes the uses so far.
    await store.put(keyOf(2), entryOf(2));
    expect([await has(store, 1, 2), store.size]).toEqual([[false, true], each]);
  });

  test("what two claim is written by one, or by another a minute later", async () => {
    const folder = newFolder();
    const [first, second] = [createFileBooks(optionsFor(folder)), createFileBooks(optionsFor(folder))];
    claimed(first);
    expect(second.claim(keyOf(1), each, noon)).toBeNull();
    expect(second.claim(keyOf(1), each, noon + 2 * minute)).not.toBeNull();
  });

  const removals: readonly [when: string, isWritten: boolean][] = [
    ["before it is written", false],
    ["after it was written", true],
  ];
  for (const [when, isWritten] of removals) {
    test(`what is removed by another process ${when} gets no name`, () => {
      const folder = newFolder();
      const writer = createFileBooks(optionsFor(folder));
      const other = createFileBooks(optionsFor(folder));
      const claim = claimed(writer);
      mkdirSync(dirname(claim.path), { recursive: true });
      const write = () => writeFileSync(claim.path, "bytes", { flag: "wx" });
      if (isWritten) write();
      expect(other.remove(keyOf(1))).toBe(each);
      if (isWritten) expect(() => renameSync(claim.path, join(folder, "name"))).toThrow("ENOENT");
      else expect(write).toThrow("EEXIST");
      writer.giveUp(keyOf(1), claim);
      expect([tmpIn(folder), filesIn(folder), other.size]).toEqual([[], [], 0]);
    });
  }

  test("what is removed between getting its name and being whole is gone, and leaves nothing in the way", () => {
    const folder = newFolder();
    const writer = createFileBooks(optionsFor(folder));
    const claim = claimed(writer);
    mkdirSync(dirname(claim.path), { recursive: true });
    writeFileSync(claim.path, "bytes", { flag: "wx" });
    renameSync(claim.path, pathOf(folder, 1));
    expect(createFileBooks(optionsFor(folder)).remove(keyOf(1))).toBe(each);
    writer.finish(keyOf(1), claim);
    expect([tmpIn(folder), filesIn(folder), writer.size]).toEqual([[], [], 0]);
  });

  test("is not given what was removed while it was on its way", async () => {
    const folder = newFolder();
    const store = await open(folder);
    const other = await open(folder);
    const putting = store.put(keyOf(1), entryOf(1));
    while (other.size === 0) await new Promise(setImmediate);
    expect(await other.remove(keyOf(1))).toBe(each);
    await putting;
    expect([tmpIn(folder), filesIn(folder), await store.get(keyOf(1)), store.size]).toEqual([
      [],
      [],
      null,
      0,
    ]);
  });

  test("shares a folder: what one has put all have, and together they keep within its size", async () => {
    const folder = newFolder();
    const stores = await Promise.all(Array.from({ length: 4 }, () => open(folder, each * 10)));
    await Promise.all(
      stores.map(async (store, at) => {
        for (let number = 0; number < 40; number++) {
          await store.put(keyOf((number * (at + 1)) % 30), entryOf((number * (at + 1)) % 30));
          expect(store.size).toBeLessThanOrEqual(each * 10);
        }
      }),
    );
    const found = await Promise.all(
      stores.map((store) => has(store, ...Array.from({ length: 30 }, (_, at) => at))),
    );
    expect(found[0]?.filter(Boolean)).toHaveLength(10);
    for (const one of found) expect(one).toEqual(found[0] as boolean[]);
    expect(filesIn(folder)).toHaveLength(10);
  });

  test("keeps its books in order while many read, write and make room at once", async () => {
    const folder = newFolder();
    const store = await open(folder, each * 10);
    for (let round = 0; round < 10; round++) {
      const work = Array.from({ length: 60 }, (_, at) => {
        const number = (at * 7 + round * 3) % 25;
        return at % 3 === 0 ? store.put(keyOf(number), entryOf(number)) : store.get(keyOf(number));
      });
      await Promise.all(work);
    }
    expect(store.size).toBeLessThanOrEqual(each * 10);
    // What is in the books is on the disk, and the other way round.
    const onDisk = filesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(store.size).toBe(onDisk);
  });
});

describe("small files", () => {
  const openMixed = (folder: string, now = () => noon) => open(folder, 100_000, now, each);
  const large = { type: "a/b", bytes: new Uint8Array(101).fill(9) };

  test("are kept in the books, larger ones in the folder, and both are there for other processes and later ones", async () => {
    const folder = newFolder();
    const [store, other] = [await openMixed(folder), await openMixed(folder)];
    await store.put(keyOf(1), entryOf(1));
    await store.put(keyOf(2), large);
    expect(filesIn(folder)).toHaveLength(1);
    for (const one of [store, other, await openMixed(folder)]) {
      expect(await contentOf(one, keyOf(1))).toEqual(["a/b", [...entryOf(1).bytes]]);
      expect(await contentOf(one, keyOf(2))).toEqual(["a/b", [...large.bytes]]);
      expect(one.size).toBe(2 * each + 1);
    }
  });

  test("are gone for all when one process removes them, and can be put again", async () => {
    const folder = newFolder();
    const [store, other] = [await openMixed(folder), await openMixed(folder)];
    await store.put(keyOf(1), entryOf(1));
    expect(await other.remove(keyOf(1))).toBe(each);
    expect([await store.get(keyOf(1)), store.size]).toEqual([null, 0]);
    expect(openBooks(`${folder}.sqlite`).db.query("SELECT * FROM content").all()).toEqual([]);
    await store.put(keyOf(1), entryOf(1));
    expect(await has(other, 1)).toEqual([true]);
  });

  test("that were altered are not answered, and are dropped", async () => {
    const folder = newFolder();
    const store = await openMixed(folder);
    await store.put(keyOf(1), entryOf(1));
    openBooks(`${folder}.sqlite`).db.run("UPDATE content SET file = zeroblob(length(file))");
    expect([await store.get(keyOf(1)), store.size]).toEqual([null, 0]);
  });
});
