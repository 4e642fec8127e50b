import { describe, expect, test } from "bun:test";
import { createMemoryStore } from "./memory.ts";
import { entryOf, has, keyOf, runStoreSuite } from "./store.suite.ts";

runStoreSuite({ name: "memory", open: async (maxBytes) => createMemoryStore(maxBytes), overhead: 0 });

describe("the memory store", () => {
  test("answers without a promise", async () => {
    const store = createMemoryStore(1_000);
    await store.put(keyOf(1), entryOf(1));
    expect(store.peek(keyOf(1))).toEqual(entryOf(1));
    expect(store.peek(keyOf(2))).toBeNull();
  });

  test("does not let one large entry push out all others", async () => {
    const store = createMemoryStore(1_000);
    for (let number = 1; number <= 10; number++) await store.put(keyOf(number), entryOf(number));
    await store.put(keyOf(11), entryOf(11, 251));
    expect(await has(store, 1, 11)).toEqual([true, false]);
    await store.put(keyOf(12), entryOf(12, 250));
    expect(await has(store, 12)).toEqual([true]);
  });

  test("of no size keeps nothing", async () => {
    const store = createMemoryStore(0);
    await store.put(keyOf(1), entryOf(1));
    expect([store.peek(keyOf(1)), store.size]).toEqual([null, 0]);
  });
});
