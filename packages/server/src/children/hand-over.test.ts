import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeEntry } from "../cache/entry.ts";
import { keyOf } from "../cache/store.suite.ts";
import { handOver, takeOver } from "./hand-over.ts";

const folder = mkdtempSync(join(tmpdir(), "freshet-hand-over-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = keyOf(1);
const path = join(folder, key);
const large = new Uint8Array(100_000).map((_, at) => at % 251);
const stored = () => Promise.resolve({ path, key });

function store(file: Uint8Array): void {
  writeFileSync(path, file);
}

describe("a file that lies in the cache", () => {
  test("is read there, and is still there after", async () => {
    store(encodeEntry({ bytes: large, type: "image/jpeg" }, key));
    for (let time = 0; time < 2; time++) {
      const { given, release } = await handOver(large, stored);
      expect(given).toEqual({ stored: { path, key } });
      expect(takeOver(given)).toEqual(large);
      release();
    }
  });

  const whole = encodeEntry({ bytes: large, type: "image/jpeg" }, key);
  const cases: readonly (readonly [string, () => void])[] = [
    ["is not there", () => rmSync(path, { force: true })],
    ["is cut off", () => store(whole.subarray(0, -1))],
    ["has a byte that is another", () => store(whole.with(50_000, 255))],
    ["is that of another key", () => store(encodeEntry({ bytes: large, type: "image/jpeg" }, keyOf(2)))],
    ["is empty", () => store(new Uint8Array(0))],
  ];
  test.each(cases)("and %s is not taken for it", async (_what, meddle) => {
    meddle();
    expect(takeOver((await handOver(large, stored)).given)).toBeNull();
  });

  test("is not looked for where a message is cheaper, and goes another way where it is still written", async () => {
    const small = large.subarray(0, 100);
    const never = () => Promise.reject(new Error("looked for"));
    expect(takeOver((await handOver(small, never)).given)).toEqual(small);
    const { given, release } = await handOver(large, async () => null);
    expect("stored" in given).toBe(false);
    expect(takeOver(given)).toEqual(large);
    release();
  });
});
