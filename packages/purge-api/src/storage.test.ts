import { expect, test } from "bun:test";
import { loadConfig } from "./config.ts";
import { usePostgres } from "./db/postgres-databases.fixture.ts";
import { fakeClock } from "./fake-clock.fixture.ts";
import { originals } from "./log/originals.fixture.ts";
import { strangers } from "./nodes/membership.ts";
import { openPostgresStorage } from "./storage.ts";
import { temporaryFolder } from "./temporary-folder.fixture.ts";

const postgres = usePostgres();

/** A purge-api as it starts, with a clock of its own. */
async function start(database: string) {
  const clock = fakeClock();
  const folder = temporaryFolder();
  const config = loadConfig({
    env: { FRESHET_DATA_DIR: folder.path, FRESHET_DATABASE: database, FRESHET_LEASE_MS: "5000" },
    file: {},
    readFile: () => "",
  });
  const storage = await openPostgresStorage({ ...config, database }, clock, () => {});
  const waitsFor = async () => (await storage.membership.look())(storage.log.head()).map(({ node }) => node);
  return { clock, storage, waitsFor };
}

test("a database in place of another: nothing is DONE before the leases have ended that the other may have granted", async () => {
  const first = await start(await postgres.newDatabase());
  first.clock.advance(6_000);
  expect(await first.waitsFor()).toEqual([]);
  await first.storage.close();

  const second = await start(await postgres.newDatabase());
  await second.storage.log.append("doc", originals("h/1"), 1);
  expect([await second.waitsFor(), second.storage.membership.isSettled()]).toEqual([[strangers], false]);
  second.clock.advance(5_999);
  expect(await second.waitsFor()).toEqual([strangers]);
  second.clock.advance(1);
  expect([await second.waitsFor(), second.storage.membership.isSettled()]).toEqual([[], true]);
  await second.storage.close();
});

test("a purge-api that has run all the while need not wait for one that starts", async () => {
  const url = await postgres.newDatabase();
  const first = await start(url);
  first.clock.advance(6_000);
  const second = await start(url);
  expect([await first.waitsFor(), await second.waitsFor()]).toEqual([[], [strangers]]);
  await Promise.all([first.storage.close(), second.storage.close()]);
});
