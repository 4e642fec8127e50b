import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskStore } from "./disk.ts";
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

const open = (folder: string, maxBytes = 10_000, now = () => noon) => openDiskStore(folder, maxBytes, now);

runStoreSuite({ name: "disk", open: (maxBytes) => open(newFolder(), maxBytes), overhead });

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

function pathOf(folder: string, number: number): string {
  const key = keyOf(number);
  return join(folder, key.slice(0, 2), key.slice(2, 4), key);
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
    for (let number = 1; number <= 3; number++) {
      await before.put(keyOf(number), entryOf(number));
      utimesSync(pathOf(folder, number), noon / 1000, noon / 1000 + number);
    }
    nowMs += 2 * minute;
    await before.get(keyOf(1));
    before.touch(keyOf(2));
    const isMarked = () => [1, 2].every((number) => statSync(pathOf(folder, number)).mtimeMs === nowMs);
    while (!isMarked()) await new Promise(setImmediate);
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
    for (let number = 1; number <= 5; number++) {
      await before.put(keyOf(number), entryOf(number));
      utimesSync(pathOf(folder, number), noon / 1000, noon / 1000 + number);
    }
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

  test("removes what an interrupted write left, and minds no other file", async () => {
    const folder = newFolder();
    await (await open(folder)).put(keyOf(1), entryOf(1));
    writeFileSync(join(folder, ".4711-0.tmp"), "half of an entry");
    writeFileSync(join(folder, "readme.txt"), "put here by a person");
    const store = await open(folder);
    expect(store.size).toBe(each);
    expect(filesIn(folder).some((name) => name.endsWith(".tmp"))).toBe(false);
    expect(filesIn(folder)).toContain("readme.txt");
  });

  test("fails to put where it cannot write, leaves nothing behind, and goes on", async () => {
    const folder = newFolder();
    const store = await open(folder);
    const key = keyOf(1);
    writeFileSync(join(folder, key.slice(0, 2)), "a file where a folder should be");
    await expect(store.put(key, entryOf(1))).rejects.toThrow();
    expect([await store.get(key), store.size]).toEqual([null, 0]);
    await store.put(keyOf(2), entryOf(2));
    expect(await has(store, 2)).toEqual([true]);
    expect(filesIn(folder).some((name) => name.endsWith(".tmp"))).toBe(false);
  });

  test("removes the half that it wrote when it cannot put the whole in place", async () => {
    const folder = newFolder();
    const store = await open(folder);
    await open(pathOf(folder, 1)); // A folder where the file should be.
    await expect(store.put(keyOf(1), entryOf(1))).rejects.toThrow();
    expect(filesIn(folder)).toEqual([]);
  });

  test("cannot be opened where there is a file instead of a folder", async () => {
    const folder = newFolder();
    writeFileSync(folder, "");
    await expect(open(folder)).rejects.toThrow();
  });

  test("does not take back into its books what was dropped while it was read", async () => {
    const folder = newFolder();
    const store = await open(folder, each * 2);
    for (const number of [1, 2]) await store.put(keyOf(number), entryOf(number));
    // A pipe in the file's place holds the reading still, until something is written into it.
    const file = readFileSync(pathOf(folder, 1));
    rmSync(pathOf(folder, 1));
    Bun.spawnSync(["mkfifo", pathOf(folder, 1)]);
    const pipe = openSync(pathOf(folder, 1), "r+");
    const reading = store.get(keyOf(1));
    await store.put(keyOf(3), entryOf(3));
    expect(store.size).toBe(each * 2);
    writeSync(pipe, file);
    closeSync(pipe);
    expect(await reading).not.toBeNull();
    expect(await has(store, 1, 2, 3)).toEqual([false, true, true]);
    expect(store.size).toBe(each * 2);
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
