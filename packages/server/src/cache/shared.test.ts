import { describe, expect, test } from "bun:test";
import { barrier } from "../origin/test-origin.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import type { ObjectStore } from "./s3.ts";
import { createSharedStore, type SharedResult, type SharedStoreOptions } from "./shared.ts";
import { entryOf, keyOf } from "./store.suite.ts";
import type { Entry } from "./store.ts";

const turn = () => new Promise((next) => setImmediate(next));

/** A bucket in memory, which can be told to fail or to hold writes back. */
function setUp(over: Partial<SharedStoreOptions> = {}) {
  const objects = new Map<string, Uint8Array>();
  const results: SharedResult[] = [];
  const reported: unknown[] = [];
  const calls: string[] = [];
  const state = { down: false, nowMs: 0, trusted: true, gate: null as Promise<void> | null };
  const bucket: ObjectStore = {
    async get(key) {
      calls.push("get");
      if (state.down) throw new Error("down");
      return objects.get(key) ?? null;
    },
    async put(key, bytes, signal) {
      calls.push("put");
      const aborted = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
      aborted.catch(() => {});
      await Promise.race([state.gate ?? Promise.resolve(), aborted]);
      if (state.down) throw new Error("down");
      objects.set(key, bytes);
    },
    async remove(key) {
      calls.push("remove");
      if (state.down) throw new Error("down");
      objects.delete(key);
    },
  };
  const unnamed = new Set<string>();
  const store = createSharedStore({
    objects: bucket,
    timeoutMs: 50,
    now: () => state.nowMs,
    isNamed: (key) => !unnamed.has(key),
    mayWrite: () => state.trusted,
    count: (result) => results.push(result),
    report: (error) => reported.push(error),
    ...over,
  });
  return { store, objects, results, reported, calls, state, unnamed };
}

describe("the shared store", () => {
  test("gives back what was offered, once it is written", async () => {
    const { store, objects, results } = setUp();
    expect(await store.find(keyOf(1))).toBeNull();
    store.offer(keyOf(1), entryOf(1));
    await turn();
    expect(decodeEntry(objects.get(keyOf(1)) as Uint8Array, keyOf(1))).toEqual(entryOf(1));
    expect(await store.find(keyOf(1))).toEqual(entryOf(1));
    expect(results).toEqual(["miss", "written", "hit"]);
  });

  const damages: readonly [what: string, damaged: (file: Uint8Array) => Uint8Array][] = [
    ["truncated", (file) => file.subarray(0, 60)],
    ["altered", (file) => Buffer.from(file).fill(9, 50, 51)],
    ["another's", () => encodeEntry(entryOf(2), keyOf(2))],
    ["no entry", () => Buffer.from("<html>")],
  ];
  for (const [what, damage] of damages) {
    test(`does not give back what is ${what}, and takes it again`, async () => {
      const { store, objects, results } = setUp();
      objects.set(keyOf(1), damage(encodeEntry(entryOf(1), keyOf(1))));
      expect(await store.find(keyOf(1))).toBeNull();
      expect(results).toEqual(["damaged"]);
      store.offer(keyOf(1), entryOf(1));
      await turn();
      expect(await store.find(keyOf(1))).toEqual(entryOf(1));
    });
  }

  test("is asked three times in vain, then in the background only, until it answers", async () => {
    const { store, state, calls, results, reported, objects } = setUp();
    objects.set(keyOf(1), encodeEntry(entryOf(1), keyOf(1)));
    state.down = true;
    for (let at = 0; at < 10; at++) expect(await store.find(keyOf(1))).toBeNull();
    expect(calls).toEqual(["get", "get", "get"]);
    expect(results.slice(2, 5)).toEqual(["failed", "skipped", "skipped"]);
    expect(reported).toEqual([new Error("down")]);
    store.offer(keyOf(2), entryOf(2));
    expect(calls).toHaveLength(3);
    state.nowMs = 5_000;
    await store.find(keyOf(1));
    await turn();
    expect(calls).toHaveLength(4);
    state.nowMs = 10_000;
    state.down = false;
    expect(await store.find(keyOf(1))).toBeNull();
    await turn();
    expect(await store.find(keyOf(1))).toEqual(entryOf(1));
  });

  test("drops what does not fit into its queue, and writes four at a time", async () => {
    const { store, state, calls, results } = setUp();
    const gate = barrier();
    state.gate = gate.passed;
    const large: Entry = { bytes: new Uint8Array(16 * 1024 * 1024), type: "a/b" };
    for (let number = 0; number < 12; number++) store.offer(keyOf(number), large);
    expect(calls).toHaveLength(4);
    expect(results.filter((result) => result === "dropped")).toHaveLength(4);
    gate.pass();
    await store.close();
    for (let wait = 0; wait < 50 && calls.length < 8; wait++) await turn();
    expect(results).not.toContain("failed");
  });

  test("removes what is being written once it is written, and never writes what waited", async () => {
    const { store, state, objects, calls } = setUp();
    const gate = barrier();
    state.gate = gate.passed;
    for (let number = 0; number < 6; number++) store.offer(keyOf(number), entryOf(number));
    const removing = Promise.all([0, 1, 5].map((number) => store.remove(keyOf(number))));
    await turn();
    // The one that only waited is not waited for.
    expect(calls.filter((call) => call === "remove")).toHaveLength(1);
    gate.pass();
    await removing;
    await turn();
    await turn();
    expect([...objects.keys()].sort()).toEqual([keyOf(2), keyOf(3), keyOf(4)].sort());
  });

  test("says so when it cannot remove", async () => {
    const { store, state } = setUp();
    state.down = true;
    await expect(store.remove(keyOf(1))).rejects.toThrow("down");
  });

  test("writes nothing that has lost its name, and nothing without a lease", async () => {
    const { store, state, objects, unnamed, results } = setUp();
    unnamed.add(keyOf(1));
    store.offer(keyOf(1), entryOf(1));
    state.trusted = false;
    store.offer(keyOf(2), entryOf(2));
    await turn();
    expect([objects.size, results]).toEqual([0, ["skipped"]]);
  });

  test("breaks off what it is writing when the lease ends", async () => {
    const { store, state, objects, results } = setUp();
    state.gate = barrier().passed;
    store.offer(keyOf(1), entryOf(1));
    state.trusted = false;
    await store.close();
    expect([objects.size, results]).toEqual([0, ["failed"]]);
  });
});
