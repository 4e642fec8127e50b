/**
 * `bun bench/full-cache.ts [--variants 100000]`, after `npm run build`: from starting the binary to its first answer, a
 * picture from its cache, on a folder that holds only that one, on one that is full, and on a full one for the first time
 * since the machine was started, when all files are compared with what is written down of them; alternating, medians.
 * Filling takes most of the time: 1 to 2 minutes.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBooks } from "../packages/server/src/cache/books.ts";
import { openDiskStore } from "../packages/server/src/cache/disk.ts";
import { dataFolder, startServer } from "../test/processes.ts";
import { markdownTable, median } from "./report.ts";

const { values } = parseArgs({ options: { variants: { type: "string", default: "100000" } } });
const variants = Number(values.variants);
const rounds = 5;
const entry = { bytes: new Uint8Array(2_000), type: "image/jpeg" };
const path = "/sample.li/flat.jpg?w=500";

async function fill(dataDir: string): Promise<void> {
  const books = openBooks(join(dataDir, "books.sqlite"), console.error);
  const store = await openDiskStore({
    ...{ books, store: "variants", folder: join(dataDir, "variants"), maxBytes: 10 * 1024 ** 3 },
    ...{ named: false, forgets: true, now: Date.now },
  });
  let left = variants;
  const worker = async () => {
    while (left-- > 0) await store.put(Bun.hash.wyhash(String(left)).toString(16).padStart(32, "0"), entry);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  books.close();
}

async function firstAnswer(dataDir: string): Promise<{ ms: number; status: string }> {
  const startMs = performance.now();
  const server = await startServer({ dataDir, binary: join(import.meta.dir, "../dist/freshet-server") });
  const response = await fetch(server.url + path);
  await response.bytes();
  const ms = performance.now() - startMs;
  await server.stop();
  return { ms, status: response.headers.get("cache-status") ?? "" };
}

/** As after a start of the machine. */
function forgetWalk(dataDir: string): void {
  const books = openBooks(join(dataDir, "books.sqlite"), console.error);
  books.db.run("DELETE FROM walked");
  books.close();
}

const folders = { "1 variant": dataFolder(), [`${variants.toLocaleString("en")} variants`]: dataFolder() };
try {
  const [, full] = Object.values(folders);
  // The server names the folder first.
  for (const { path } of Object.values(folders)) await firstAnswer(path);
  const fillMs = performance.now();
  await fill(full?.path ?? "");
  console.error(`filled in ${((performance.now() - fillMs) / 1000).toFixed(0)} s`);
  const cases = Object.entries(folders).map(([name, { path }]) => ({ name, path, isBoot: false }));
  cases.push({ name: "as many, the machine's first", path: full?.path ?? "", isBoot: true });
  const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, path, isBoot } of cases) {
      if (isBoot) forgetWalk(path);
      const { ms, status } = await firstAnswer(path);
      if (!status.includes("hit")) throw new Error(`not from the cache: ${status}`);
      times.get(name)?.push(ms);
    }
  }
  const [few = Number.NaN] = [...times.values()].map(median);
  const rows = [...times].map(([name, all]) => [
    ...[name, median(all).toFixed(0), Math.max(...all).toFixed(0)],
    (few / median(all)).toFixed(2),
  ]);
  console.log(`\nStarts of the binary until its first answer, ${rounds} alternating rounds\n`);
  console.log(markdownTable(["on a folder with", "median, ms", "the longest, ms", "ratio"], rows));
} finally {
  for (const { remove } of Object.values(folders)) remove();
}
