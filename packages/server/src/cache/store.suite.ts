import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Entry, Store } from "./store.ts";

export interface Conformance {
  readonly name: string;
  /** Opens an empty store. */
  open(maxBytes: number): Promise<Store>;
  /** Bytes that an entry of type `a/b` takes beside its own. */
  readonly overhead: number;
}

/** An entry whose bytes are all the same number. */
export function entryOf(value: number, length = 100, type = "a/b"): Entry {
  return { bytes: new Uint8Array(length).fill(value), type };
}

/** Keys as they are in use: 32 hex digits, here of a number. */
export function keyOf(number: number): string {
  return new Bun.CryptoHasher("md5").update(String(number)).digest("hex");
}

/** What is stored, in a form that `toEqual` compares: stores differ in which kind of byte array they return. */
export async function contentOf(store: Store, key: string): Promise<[type: string, bytes: number[]] | null> {
  const entry = await store.get(key);
  return entry && [entry.type, [...entry.bytes]];
}

export async function has(store: Store, ...numbers: number[]): Promise<boolean[]> {
  const found: boolean[] = [];
  for (const number of numbers) found.push((await store.get(keyOf(number))) !== null);
  return found;
}

/** Every store keeps these promises. */
export function runStoreSuite(conformance: Conformance): void {
  describe(`the ${conformance.name} store`, () => {
    keepsEntries(conformance);
    staysWithinBounds(conformance);
  });
}

function keepsEntries({ open }: Conformance): void {
  test("has nothing at first", async () => {
    const store = await open(10_000);
    expect(await store.get(keyOf(1))).toBeNull();
    expect(store.size).toBe(0);
  });

  test("gives back the bytes and the type that were put", async () => {
    const store = await open(10_000);
    await store.put(keyOf(1), { bytes: new Uint8Array([1, 2, 3]), type: "image/webp" });
    await store.put(keyOf(2), { bytes: new Uint8Array(0), type: "" });
    expect(await contentOf(store, keyOf(1))).toEqual(["image/webp", [1, 2, 3]]);
    expect(await contentOf(store, keyOf(2))).toEqual(["", []]);
  });

  test("changes nothing when what is there is put again", async () => {
    const store = await open(10_000);
    await store.put(keyOf(1), entryOf(1));
    const { size } = store;
    await store.put(keyOf(1), entryOf(1));
    expect(store.size).toBe(size);
    expect(await contentOf(store, keyOf(1))).toEqual(["a/b", [...entryOf(1).bytes]]);
  });

  test("takes an entry out for good, says how much that was, and takes it again", async () => {
    const store = await open(10_000);
    await store.put(keyOf(1), entryOf(1));
    const { size } = store;
    await store.put(keyOf(2), entryOf(2));
    expect(await store.remove(keyOf(2))).toBeGreaterThanOrEqual(100);
    expect(await store.remove(keyOf(2))).toBe(0);
    expect(store.size).toBe(size);
    expect(await has(store, 1, 2)).toEqual([true, false]);
    await store.put(keyOf(2), entryOf(2));
    expect(await has(store, 1, 2)).toEqual([true, true]);
  });

  test("takes the same entry from many at once, and counts it once", async () => {
    const store = await open(10_000);
    await store.put(keyOf(1), entryOf(1));
    const { size } = store;
    await Promise.all(Array.from({ length: 20 }, () => store.put(keyOf(2), entryOf(2))));
    expect(store.size).toBe(2 * size);
    expect(await has(store, 1, 2)).toEqual([true, true]);
  });

  test("is not confused by an entry that was taken from bytes in the middle of others", async () => {
    const store = await open(10_000);
    await store.put(keyOf(1), { bytes: new Uint8Array([9, 9, 1, 2, 9]).subarray(2, 4), type: "a/b" });
    expect(await contentOf(store, keyOf(1))).toEqual(["a/b", [1, 2]]);
  });
}

function staysWithinBounds({ open, overhead }: Conformance): void {
  const each = 100 + overhead;

  test("drops what was put first when there is no more room", async () => {
    const store = await open(each * 5);
    for (let number = 1; number <= 7; number++) await store.put(keyOf(number), entryOf(number));
    expect(await has(store, 1, 2, 3, 4, 5, 6, 7)).toEqual([false, false, true, true, true, true, true]);
    expect(store.size).toBe(each * 5);
  });

  test("keeps what was used, and drops what was not", async () => {
    const store = await open(each * 5);
    for (let number = 1; number <= 5; number++) await store.put(keyOf(number), entryOf(number));
    await store.get(keyOf(1));
    await store.get(keyOf(3));
    for (let number = 6; number <= 8; number++) await store.put(keyOf(number), entryOf(number));
    expect(await has(store, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test("does not keep what is larger than itself, and loses nothing to it", async () => {
    const store = await open(each * 5);
    await store.put(keyOf(1), entryOf(1));
    await store.put(keyOf(2), entryOf(2, each * 5 + 1));
    expect(await has(store, 1, 2)).toEqual([true, false]);
    expect(store.size).toBe(each);
  });

  test("never holds more than it may, and never gives bytes under another key's name", async () => {
    const step = fc.record({ put: fc.boolean(), number: fc.nat(12), length: fc.nat(300) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const store = await open(1_000);
        const seen = new Map<number, number>();
        for (const { put, number, length } of steps) {
          if (put) {
            // The same key always means the same bytes.
            if (!seen.has(number)) seen.set(number, length);
            await store.put(keyOf(number), entryOf(number, seen.get(number) as number));
          } else {
            const entry = await store.get(keyOf(number));
            if (entry)
              expect([...entry.bytes]).toEqual([...entryOf(number, seen.get(number) as number).bytes]);
          }
          expect(store.size).toBeLessThanOrEqual(1_000);
          expect(store.size).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 15 },
    );
  });
}
