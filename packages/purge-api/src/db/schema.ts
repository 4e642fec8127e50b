import type { Invalidation, JobStatus, PurgeMode, PurgeTarget } from "@freshet/core";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { AuditAction } from "../audit/audit.ts";
import type { PendingRebound } from "../fronts/rebound-store.ts";
import type { NodeRewarm } from "../log/log.ts";
import type { Warmup } from "../warmups/warmup.ts";

/** One row: the identity of the log. Read when nodes say hello. */
export const meta = sqliteTable("meta", {
  id: integer("id").primaryKey(),
  logId: text("log_id").notNull(),
  /** What the file beside the database looked like when the record of holders was last known to be whole. */
  witness: text("witness"),
});

/**
 * The purge log. Rows are added, and later dropped or widened where that purges no less; AUTOINCREMENT, so that a number
 * is never used twice. Read by nodes.
 */
export const purgeLog = sqliteTable("purge_log", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  job: text("job").notNull(),
  token: text("token").notNull(),
  kind: text("kind").$type<PurgeTarget["kind"]>().notNull(),
  pattern: text("pattern").notNull(),
  mode: text("mode").$type<PurgeMode>().notNull(),
});

/** One row per accepted invalidation. Read by the API and, while it is open, by the settler. */
export const jobs = sqliteTable(
  "job",
  {
    number: integer("number").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    token: text("token").notNull(),
    scope: text("scope").$type<Invalidation["scope"]>().notNull(),
    received: text("received", { mode: "json" }).$type<readonly string[] | null>(),
    invalidated: text("invalidated", { mode: "json" }).$type<readonly string[]>().notNull(),
    failed: text("failed", { mode: "json" }).$type<readonly { url: string; reason: string }[]>().notNull(),
    status: text("status").$type<JobStatus>().notNull(),
    error: text("error"),
    /** Last row of the log that belongs to the job: nodes that applied it have applied the whole job. */
    seqTo: integer("seq_to").notNull(),
    /** Microseconds since 1970. */
    addedAt: integer("added_at").notNull(),
    doneAt: integer("done_at"),
    rewarm: integer("rewarm").notNull(),
    rewarmed: text("rewarmed", { mode: "json" }).$type<readonly NodeRewarm[] | null>(),
  },
  (table) => [index("job_by_token").on(table.token, table.number), index("job_by_status").on(table.status)],
);

/** Processes of registered nodes. Read when purge-api starts: a lease that it granted before may still be valid. */
export const holders = sqliteTable("holder", {
  boot: text("boot").primaryKey(),
  node: text("node").notNull(),
  fence: text("fence").$type<"revalidate" | "refuse" | "serve">().notNull(),
  /** When it was seen to have no lease and no connection, ms since 1970; NULL while it may hold a lease. */
  lapsedAt: integer("lapsed_at"),
});

/** Idempotency keys of accepted invalidations. Read when one comes again; deleted when their time is over. */
export const onceKeys = sqliteTable(
  "once_key",
  {
    token: text("token").notNull(),
    key: text("key").notNull(),
    bodyHash: text("body_hash").notNull(),
    job: text("job").notNull(),
    /** Microseconds since 1970. */
    until: integer("until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.token, table.key] }), index("once_key_by_time").on(table.until)],
);

/** Client keys, as SHA-256 in hex. Read on every request. */
export const clientKeys = sqliteTable("client_key", {
  hash: text("hash").primaryKey(),
  token: text("token").notNull(),
});

/** What nodes erased, one row for each row of the log with mode `erase`. Read when a job is looked at. */
export const erasures = sqliteTable(
  "erasure",
  {
    number: integer("number").primaryKey(),
    job: text("job").notNull(),
    node: text("node").notNull(),
    seq: integer("seq").notNull(),
    originals: integer("originals").notNull(),
    variants: integer("variants").notNull(),
    bytes: integer("bytes").notNull(),
  },
  (table) => [unique().on(table.job, table.node, table.seq)],
);

/** Who did what. Read by `GET /audit`; the oldest are removed when they are too many or too old. */
export const audit = sqliteTable(
  "audit",
  {
    number: integer("number").primaryKey({ autoIncrement: true }),
    /** Microseconds since 1970; of a run of a job, the job's `added_at` of that run. */
    at: integer("at").notNull(),
    action: text("action").$type<AuditAction>().notNull(),
    token: text("token"),
    key: text("key"),
    address: text("address"),
    job: text("job"),
    scope: text("scope").$type<Invalidation["scope"]>(),
    mode: text("mode"),
    targets: text("targets", { mode: "json" }).$type<readonly string[]>().notNull(),
    count: integer("count").notNull(),
    /** These two are NULL as long as they stand in the job. */
    outcome: text("outcome"),
    endedAt: integer("ended_at"),
  },
  (table) => [
    index("audit_by_token").on(table.token, table.number),
    index("audit_by_time").on(table.at),
    index("audit_refused").on(table.number).where(sql`action = 'refused'`),
  ],
);

/** Jobs that are DONE and whose fronts are to be purged once more. Read at start, and each second. */
export const rebounds = sqliteTable(
  "rebound",
  {
    job: text("job").notNull(),
    seqTo: integer("seq_to").notNull(),
    rows: text("rows", { mode: "json" }).$type<PendingRebound["rows"]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.job, table.seqTo] })],
);

/** What each token used, by day, summed over all servers. Read by `GET /stats/general`. */
export const usage = sqliteTable(
  "usage",
  {
    day: integer("day").notNull(),
    token: text("token").notNull(),
    bytes: integer("bytes").notNull(),
    renders: integer("renders").notNull(),
    downloads: integer("downloads").notNull(),
    stored: integer("stored").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.token] })],
);

/** The last report of each server process: one that comes again is not counted again. */
export const usageReports = sqliteTable("usage_report", {
  boot: text("boot").primaryKey(),
  number: integer("number").notNull(),
  /** Days since 1970. */
  day: integer("day").notNull(),
});

/** Pictures that are to be ready before they are asked for. Read while one runs, and when somebody asks how far it is. */
export const warmups = sqliteTable(
  "warmup",
  {
    number: integer("number").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    token: text("token").notNull(),
    accept: text("accept").notNull(),
    onceKey: text("once_key"),
    bodyHash: text("body_hash"),
    total: integer("total").notNull(),
    nodes: text("nodes", { mode: "json" }).$type<Warmup["nodes"]>().notNull(),
    failures: text("failures", { mode: "json" }).$type<Warmup["failures"]>().notNull(),
    /** Microseconds since 1970. */
    addedAt: integer("added_at").notNull(),
    doneAt: integer("done_at"),
  },
  (table) => [
    unique().on(table.token, table.onceKey),
    index("warmup_that_runs").on(table.number).where(sql`done_at IS NULL`),
  ],
);

/** What of a warm-up waits for its turn. */
export const warmupUrls = sqliteTable(
  "warmup_url",
  {
    warmup: text("warmup").notNull(),
    number: integer("number").notNull(),
    url: text("url").notNull(),
  },
  (table) => [primaryKey({ columns: [table.warmup, table.number] })],
);
