import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiskStore, openDiskStore } from "./disk.ts";
import { createMemoryStore } from "./memory.ts";
import { entryOf, has, keyOf, runStoreSuite } from "./store.suite.ts";
import type { Entry } from "./store.ts";
import { createTieredStore } from "./tiered.ts";
import { createTolerantStore } from "./tolerant.ts";

const root = mkdtempSync(join(tmpdir(), "freshet-tiered-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const each = 117;

// Each look at the clock is a minute and a half after the last, so that each use counts at once.
let nowMs = 0;
const openDisk = (maxBytes: number) =>
  openDiskStore(join(root, String(folders++)), maxBytes, () => (nowMs += 90_000));

runStoreSuite({
  name: "tiered",
  open: async (maxBytes) => createTieredStore(createMemoryStore(100), await openDisk(maxBytes)),
  overhead: 17,
});

describe("the tiered store", () => {
  test("finds in memory what was just put, and fills it from the disk", async () => {
    const disk = await openDisk(10_000);
    const store = createTieredStore(createMemoryStore(10_000), disk);
    expect(await store.find(keyOf(1))).toBeNull();
    await store.put(keyOf(1), entryOf(1));
    expect(await store.find(keyOf(1))).toEqual({ entry: entryOf(1), tier: "memory" });
    const restarted = createTieredStore(createMemoryStore(10_000), disk);
    expect((await restarted.find(keyOf(1)))?.tier).toBe("disk");
    expect((await restarted.find(keyOf(1)))?.tier).toBe("memory");
  });

  test("keeps on the disk what is used all the time from memory", async () => {
    const disk = await openDisk(each * 3);
    const store = createTieredStore(createMemoryStore(1_000), disk);
    for (let number = 1; number <= 5; number++) {
      await store.put(keyOf(number), entryOf(number));
      expect((await store.find(keyOf(1)))?.tier).toBe("memory");
    }
    expect(await has(disk, 1, 2, 3, 4, 5)).toEqual([true, false, false, true, true]);
  });
});

describe("a tolerant store", () => {
  const broken: DiskStore = {
    get: () => Promise.reject(new Error("cannot read")),
    put: () => Promise.reject(new Error("disk full")),
    touch: () => {},
    remove: () => Promise.reject(new Error("read-only")),
    keys: () => [],
    size: 7,
  };

  test("reports what goes wrong, and has stored nothing", async () => {
    const reported: unknown[] = [];
    const store = createTolerantStore(broken, (error) => reported.push(error));
    await store.put(keyOf(1), entryOf(1));
    expect([await store.get(keyOf(1)), store.size]).toEqual([null, 7]);
    expect(reported).toEqual([new Error("disk full"), new Error("cannot read")]);
  });

  test("leaves the memory tier above it working", async () => {
    const store = createTieredStore(
      createMemoryStore(1_000),
      createTolerantStore(broken, () => {}),
    );
    await store.put(keyOf(1), entryOf(1));
    expect((await store.find(keyOf(1)))?.entry as Entry).toEqual(entryOf(1));
  });
});
