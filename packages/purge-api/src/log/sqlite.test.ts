import { afterAll } from "bun:test";
import { join } from "node:path";
import { openDatabase } from "../db/open.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { logSuite } from "./log.suite.ts";
import { createSqliteLog } from "./sqlite.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;

logSuite("SQLite", async () => {
  files++;
  const file = join(folder.path, `${files}.sqlite`);
  let database = openDatabase(file);
  return {
    log: createSqliteLog(database.db),
    async reopen() {
      database.close();
      database = openDatabase(file);
      return createSqliteLog(database.db);
    },
  };
});
