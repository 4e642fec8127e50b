import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsSources } from "@freshet/core";
import { loadConfig } from "../config.ts";
import { fakeClock } from "../fake-clock.fixture.ts";
import { originals } from "../log/originals.fixture.ts";
import { openSqliteStorage } from "../storage.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openHighWater } from "./high-water.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test("remembers the last number, also a lower one, and takes what it cannot read for none", () => {
  const file = join(folder.path, "purge.head");
  const run = (...heads: number[]) => {
    const { found, note, close } = openHighWater(file);
    for (const head of heads) note(head);
    close();
    return found;
  };
  expect([run(7, 2 ** 50), run(5), run()]).toEqual([0, 2 ** 50, 5]);
  writeFileSync(file, "torn");
  expect([run(3), run()]).toEqual([0, 3]);
});

/** A storage on a folder whose write-ahead log stays where it is, since nobody closes it properly. */
async function open(dataDir: string) {
  const env = {
    FRESHET_DATA_DIR: dataDir,
    FRESHET_CLIENT_KEY: "a-key-of-this-test",
    FRESHET_NODE_KEY: "n".repeat(32),
  };
  const readFile = () => {
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  };
  const config = loadConfig(settingsSources({ argv: [], env, readFile, parseToml: Bun.TOML.parse }));
  const clock = fakeClock();
  const storage = await openSqliteStorage(config, clock);
  return { ...storage, clock };
}

test("a log that lost its last rows, as by a write-ahead log that was cut short, gets a new identity and says DONE to nobody for a lease", async () => {
  const live = join(folder.path, "live");
  const first = await open(live);
  first.clock.advance(10_000);
  first.membership.statesFor(0); // One lease has passed: from now on the record is known to be whole.
  await first.log.append("doc", originals("h/1"), 1);
  const size = readFileSync(join(live, "purge.sqlite-wal")).length;
  await first.log.append("doc", originals("h/2"), 2);
  const id = first.log.logId();

  // What a process that was killed leaves, but for the end of its write-ahead log. The other files are not touched: the
  // witness tells by their numbers on the disk and their times.
  const files = ["purge.sqlite", "purge.sqlite-wal"].map((name) => join(live, name));
  const left = files.map((file) => readFileSync(file));
  await first.close();
  for (const [at, file] of files.entries()) writeFileSync(file, left[at] as Uint8Array);
  truncateSync(files[1] as string, size);

  const cut = await open(live);
  expect(cut.log.head()).toBe(1);
  expect(cut.log.logId()).not.toBe(id);
  expect(cut.membership.statesFor(1)).toMatchObject([{ state: "waiting" }]);
  cut.clock.advance(10_000);
  expect(cut.membership.statesFor(1)).toEqual([]);
  const second = cut.log.logId();
  await cut.close();

  // That was dealt with: the next start waits for nobody.
  const whole = await open(live);
  expect([whole.log.head(), whole.log.logId(), whole.membership.statesFor(1)]).toEqual([1, second, []]);
  await whole.close();
});
