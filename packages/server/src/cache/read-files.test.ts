import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReadFiles } from "./read-files.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshet-read-"));
  await writeFile(join(folder, "small"), "small");
  await writeFile(join(folder, "large"), new Uint8Array(300_000));
});
afterAll(() => rm(folder, { recursive: true }));

/** @param readMs how long each look at the clock is after the one before */
function setUp(readMs = 0) {
  const time = { ms: 0, step: readMs };
  const inThreads: string[] = [];
  const read = createReadFiles(
    () => {
      time.ms += time.step;
      return time.ms;
    },
    (path) => {
      inThreads.push(path.slice(folder.length + 1));
      return readFile(path);
    },
  );
  return { time, inThreads, read: (name: string) => read(join(folder, name)) };
}

describe("reading files", () => {
  test("small ones directly, large ones by threads, both whole", async () => {
    const { read, inThreads } = setUp();
    expect(new TextDecoder().decode((await read("small")) ?? undefined)).toBe("small");
    expect((await read("large"))?.byteLength).toBe(300_000);
    expect(inThreads).toEqual(["large"]);
  });

  test("by threads for a quarter of a second after the disk was slow", async () => {
    const { read, inThreads, time } = setUp(6);
    await read("small");
    time.step = 0;
    await read("small");
    time.ms += 249;
    await read("small");
    expect(inThreads).toEqual(["small", "small"]);
    time.ms += 2;
    expect((await read("small"))?.byteLength).toBe(5);
    expect(inThreads.length).toBe(2);
  });

  for (const how of ["directly", "by threads"]) {
    test(`${how}: nothing where there is nothing, and an empty one for a folder`, async () => {
      const { read, time, inThreads } = setUp(how === "directly" ? 0 : 6);
      await read("small");
      time.step = 0;
      expect(await read("nothing")).toBeNull();
      expect(await read("small/below")).toBeNull();
      expect((await read("."))?.byteLength).toBe(0);
      expect(inThreads.length > 0).toBe(how === "by threads");
    });
  }
});
