import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBooks } from "./books.ts";
import { type DiskStore, openDiskStore } from "./disk.ts";
import { createMemoryStore } from "./memory.ts";
import { entryOf, has, keyOf, runStoreSuite } from "./store.suite.ts";
import type { Entry, Store } from "./store.ts";
import { createTieredStore } from "./tiered.ts";
import { createTolerantStore } from "./tolerant.ts";

const root = mkdtempSync(join(tmpdir(), "freshet-tiered-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const each = 117;

// Each look at the clock is a minute and a half after the last, so that each use counts at once.
let nowMs = 0;
const openDisk = (maxBytes: number) => {
  const folder = join(root, String(folders++));
  const place = { store: "variants" as const, folder, maxBytes, named: false, forgets: false };
  return openDiskStore({ ...place, books: openBooks(`${folder}.sqlite`), now: () => (nowMs += 90_000) });
};

/** Its size is what the disk holds, so each write is waited for. */
const openSettling = async (maxBytes: number): Promise<Store> => {
  const store = createTieredStore(createMemoryStore(100), await openDisk(maxBytes));
  const put: Store["put"] = (key, entry) => store.put(key, entry).then(store.settled);
  return Object.defineProperty({ ...store, put }, "size", { get: () => store.size });
};

runStoreSuite({ name: "tiered", open: openSettling, overhead: 17 });

describe("the tiered store", () => {
  test("finds in memory what was just put, and fills it from the disk", async () => {
    const disk = await openDisk(10_000);
    const store = createTieredStore(createMemoryStore(10_000), disk);
    expect(await store.find(keyOf(1))).toBeNull();
    await store.put(keyOf(1), entryOf(1));
    expect(await store.find(keyOf(1))).toEqual({ entry: entryOf(1), tier: "memory" });
    await store.settled();
    const restarted = createTieredStore(createMemoryStore(10_000), disk);
    expect((await restarted.find(keyOf(1)))?.tier).toBe("disk");
    expect((await restarted.find(keyOf(1)))?.tier).toBe("memory");
  });

  test("keeps on the disk what is used all the time from memory", async () => {
    const disk = await openDisk(each * 3);
    const store = createTieredStore(createMemoryStore(1_000), disk);
    for (let number = 1; number <= 5; number++) {
      await store.put(keyOf(number), entryOf(number));
      await store.settled();
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
    fileOf: (key) => ({ path: "nowhere", key }),
    remove: () => Promise.reject(new Error("read-only")),
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

describe("writes behind", () => {
  /** A disk that writes only when it is told to. */
  function slowDisk(disk: DiskStore) {
    const gates: (() => void)[] = [];
    const put: DiskStore["put"] = async (key, entry) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      await disk.put(key, entry);
    };
    return {
      disk: { ...disk, put },
      writes: () => gates.length,
      release() {
        for (const open of gates.splice(0)) open();
      },
    };
  }

  test("do not keep who puts waiting, and are read until they end, even what memory does not keep", async () => {
    const real = await openDisk(10_000);
    const slow = slowDisk(real);
    const store = createTieredStore(createMemoryStore(100), slow.disk);
    await store.put(keyOf(1), entryOf(1, 500));
    expect(real.size).toBe(0);
    expect(await store.find(keyOf(1))).toEqual({ entry: entryOf(1, 500), tier: "memory" });
    slow.release();
    await store.settled();
    expect(await has(real, 1)).toEqual([true]);
    expect((await store.find(keyOf(1)))?.tier).toBe("disk");
  });

  test("are begun once, however often the same is put meanwhile", async () => {
    const slow = slowDisk(await openDisk(10_000));
    const store = createTieredStore(createMemoryStore(100), slow.disk);
    for (let time = 0; time < 3; time++) await store.put(keyOf(1), entryOf(1));
    expect(slow.writes()).toBe(1);
    slow.release();
  });

  test("are waited for by who puts more than the disk keeps up with", async () => {
    const slow = slowDisk(await openDisk(10_000));
    const store = createTieredStore(createMemoryStore(100), slow.disk, { maxWritingBytes: 250 });
    await store.put(keyOf(1), entryOf(1));
    await store.put(keyOf(2), entryOf(2));
    let isPut = false;
    const third = store.put(keyOf(3), entryOf(3)).then(() => {
      isPut = true;
    });
    await store.find(keyOf(9));
    expect(isPut).toBe(false);
    slow.release();
    await third;
    await store.settled();
    await store.put(keyOf(4), entryOf(4));
    expect(slow.writes()).toBe(1);
    slow.release();
  });

  test("are waited for by who asks for a file, but not for long", async () => {
    const real = await openDisk(10_000);
    const slow = slowDisk(real);
    const store = createTieredStore(createMemoryStore(0), slow.disk);
    await store.put(keyOf(1), entryOf(1));
    // Nobody lets it go on.
    expect(await store.fileOf(keyOf(1))).toBeNull();
    const asked = store.fileOf(keyOf(1));
    slow.release();
    expect(await asked).toEqual(real.fileOf(keyOf(1)));
    expect(await has(real, 1)).toEqual([true]);
    expect(await store.fileOf(keyOf(2))).toEqual(real.fileOf(keyOf(2)));
  });

  test("are ended before an entry is taken out, and it is not read meanwhile", async () => {
    const real = await openDisk(10_000);
    const slow = slowDisk(real);
    const store = createTieredStore(createMemoryStore(10_000), slow.disk);
    await store.put(keyOf(1), entryOf(1));
    const removing = store.remove(keyOf(1));
    expect(await store.find(keyOf(1))).toBeNull();
    slow.release();
    expect(await removing).toBeGreaterThanOrEqual(100);
    expect([real.size, await store.find(keyOf(1))]).toEqual([0, null]);
  });

  test("that fail leave nothing behind, and hold up nobody", async () => {
    const disk = await openDisk(10_000);
    const broken = { ...disk, put: () => Promise.reject(new Error("disk full")) };
    const store = createTieredStore(createMemoryStore(0), broken, { maxWritingBytes: 50 });
    await store.put(keyOf(1), entryOf(1));
    await store.settled();
    expect(await store.find(keyOf(1))).toBeNull();
  });
});
