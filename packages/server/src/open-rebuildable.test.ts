import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "freshet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says that it is there, waits until all are, and opens file after file, each at the same moment as the others. */
const program = `
  import { openRebuildable } from ${JSON.stringify(`${import.meta.dir}/open-rebuildable.ts`)};
  console.log("there");
  const startMs = Number(await Bun.stdin.text());
  for (let at = 0; at < 50; at++) {
    while (Date.now() < startMs + at * 20);
    const prepare = (db) => db.run("CREATE TABLE IF NOT EXISTS t (a)");
    openRebuildable(process.argv[1] + "/" + at + ".sqlite", prepare, console.error).close();
  }`;

test("several processes make the same files at the same time, and none fails", async () => {
  const processes = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, "-e", program, folder], { stdin: "pipe", stdout: "pipe", stderr: "pipe" }),
  );
  for (const { stdout } of processes) await stdout.getReader().read();
  const startMs = String(Date.now() + 100);
  for (const { stdin } of processes) {
    stdin.write(startMs);
    stdin.end();
  }
  const said = await Promise.all(processes.map(({ stderr }) => stderr.text()));
  expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
  expect(said).toEqual(["", "", "", ""]);
}, 60_000);
