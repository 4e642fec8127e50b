/**
 * `bun bench/fresh-memory.ts`: processor time for a megabyte that is written to a new file, in memory that the system has had
 * in use before, and in memory that it has not. On a virtual machine whose host hands out memory when it is first touched the
 * second is several times as much. It falls on whoever keeps what he fetches, and on none of the peers that keep nothing: to
 * be borne in mind with the rows of `bench/matrix.ts` whose originals are large.
 */

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable } from "./report.ts";

const fileBytes = 2_400_000;
const count = 200;
const bytes = new Uint8Array(fileBytes).map((_, at) => at * 7);

/** @returns milliseconds a megabyte */
function writeFiles(folder: string): number {
  mkdirSync(folder);
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) {
    const file = openSync(join(folder, `${at}`), "wx");
    for (let written = 0; written < fileBytes; ) written += writeSync(file, bytes, written);
    closeSync(file);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count / (fileBytes / 1e6);
}

async function measure(): Promise<readonly [fresh: number, used: number]> {
  const folder = await mkdtemp(join(tmpdir(), "freshet-memory-"));
  try {
    const fresh = writeFiles(join(folder, "a"));
    await rm(join(folder, "a"), { recursive: true });
    return [fresh, writeFiles(join(folder, "b"))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [fresh, used] = await measure();
console.log(`${count} new files of ${fileBytes / 1e6} MB, processor time\n`);
console.log(
  markdownTable(
    ["memory", "ms a MB"],
    [
      ["as the system gives it", fresh.toFixed(2)],
      ["that was in use just before", used.toFixed(2)],
    ],
  ),
);
