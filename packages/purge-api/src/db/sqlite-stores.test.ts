import { afterAll } from "bun:test";
import { join } from "node:path";
import { auditSuite } from "../audit/audit.suite.ts";
import { createSqliteLog } from "../log/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { createAuditStore } from "./audit-store.ts";
import { openDatabase } from "./open.ts";
import { createReboundStore } from "./rebound-store.ts";
import { reboundSuite } from "./rebounds.suite.ts";
import { usageSuite } from "./usage.suite.ts";
import { createUsageStore } from "./usage-store.ts";
import { createWarmupStore } from "./warmup-store.ts";
import { warmupSuite } from "./warmups.suite.ts";

const folder = temporaryFolder();
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
  folder.remove();
});

usageSuite("SQLite", async () => {
  const { db, close } = openDatabase(join(folder.path, String(closers.length), "purge.sqlite"));
  closers.push(close);
  return createUsageStore(db);
});

reboundSuite("SQLite", async () => {
  const { db, close } = openDatabase(join(folder.path, String(closers.length), "purge.sqlite"));
  closers.push(close);
  return { store: createReboundStore(db), next: async () => createReboundStore(db) };
});

warmupSuite("SQLite", async () => {
  const { db, close } = openDatabase(join(folder.path, String(closers.length), "purge.sqlite"));
  closers.push(close);
  return createWarmupStore(db);
});

auditSuite("SQLite", async () => {
  const { db, close } = openDatabase(join(folder.path, String(closers.length), "purge.sqlite"));
  closers.push(close);
  return { log: createSqliteLog(db), audit: createAuditStore(db) };
});
