import type { Answer, Invalidation, JobStatus, PurgeMode, PurgeTarget, Question } from "@freshet/core";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import type { AuditAction } from "../audit/audit.ts";
import type { PendingRebound } from "../fronts/rebound-store.ts";
import type { NodeRewarm } from "../log/log.ts";
import type { Warmup } from "../warmups/warmup.ts";
import { escapeNul, unescapeNul } from "./nul.ts";

/** Any text at all: Postgres itself takes no NUL. */
const anyText = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  toDriver: escapeNul,
  fromDriver: unescapeNul,
});

/** JSON as it was written: `jsonb` takes no NUL either, and orders members anew. */
const jsonText = customType<{ data: unknown; driverData: string }>({
  dataType: () => "text",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (raw) => JSON.parse(raw),
});

const position = (name: string) => bigint(name, { mode: "number" });

/** One row: the identity of the log, and its head, whose lock gives out numbers. */
export const meta = pgTable("meta", {
  id: integer("id").primaryKey(),
  logId: text("log_id").notNull(),
  head: position("head").notNull(),
});

/** The purge log: rows as in SQLite, numbered under the lock of the head. Read by nodes. */
export const purgeLog = pgTable("purge_log", {
  seq: position("seq").primaryKey(),
  job: text("job").notNull(),
  token: text("token").notNull(),
  kind: text("kind").$type<PurgeTarget["kind"]>().notNull(),
  pattern: anyText("pattern").notNull(),
  mode: text("mode").$type<PurgeMode>().notNull(),
});

/** One row per accepted invalidation. Read by the API and, while it is open, by whoever settles it. */
export const jobs = pgTable(
  "job",
  {
    number: position("number").primaryKey().generatedAlwaysAsIdentity(),
    uuid: anyText("uuid").notNull().unique(),
    token: text("token").notNull(),
    scope: text("scope").$type<Invalidation["scope"]>().notNull(),
    received: jsonText("received").$type<readonly string[] | null>(),
    invalidated: jsonText("invalidated").$type<readonly string[]>().notNull(),
    failed: jsonText("failed").$type<readonly { url: string; reason: string }[]>().notNull(),
    status: text("status").$type<JobStatus>().notNull(),
    error: anyText("error"),
    seqTo: position("seq_to").notNull(),
    /** Microseconds since 1970. */
    addedAt: position("added_at").notNull(),
    doneAt: position("done_at"),
    /** The process that settles it, and until when nobody else does, by the database's clock, s since 1970. */
    owner: text("owner"),
    ownedUntil: position("owned_until"),
    rewarm: position("rewarm").notNull(),
    rewarmed: jsonText("rewarmed").$type<readonly NodeRewarm[] | null>(),
  },
  (table) => [index("job_by_token").on(table.token, table.number), index("job_by_status").on(table.status)],
);

/** Processes that may hold a lease, whichever replica granted it. Read by all that settle jobs. */
export const holders = pgTable("holder", {
  boot: text("boot").primaryKey(),
  node: text("node").notNull(),
  fence: text("fence").$type<"revalidate" | "refuse" | "serve">().notNull(),
  /** Its connection to a replica; NULL if there is none. Whatever comes from another one is void. */
  session: text("session"),
  /** It has caught up in this session: its lease may be renewed. */
  trusted: boolean("trusted").notNull(),
  acked: position("acked").notNull(),
  /** Names the lease that was granted last, never twice the same; NULL if it holds none. */
  lease: text("lease"),
  beats: position("beats").notNull(),
  /** When it was seen to have neither lease nor connection, ms since 1970 by the database's clock. */
  lapsedAt: position("lapsed_at"),
  /** How far it must have applied to be trusted, if it is waited for until then; NULL before it is set. */
  goal: position("goal"),
});

/** Idempotency keys of accepted invalidations. Read when one comes again; deleted when their time is over. */
export const onceKeys = pgTable(
  "once_key",
  {
    token: text("token").notNull(),
    key: anyText("key").notNull(),
    bodyHash: text("body_hash").notNull(),
    job: text("job").notNull(),
    /** Microseconds since 1970. */
    until: position("until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.token, table.key] }), index("once_key_by_time").on(table.until)],
);

/** Client keys, as SHA-256 in hex. Read at start. */
export const clientKeys = pgTable("client_key", {
  hash: text("hash").primaryKey(),
  token: text("token").notNull(),
});

/** What nodes erased, one row for each row of the log with mode `erase`. Read when a job is looked at. */
export const erasures = pgTable(
  "erasure",
  {
    number: position("number").primaryKey().generatedAlwaysAsIdentity(),
    job: text("job").notNull(),
    node: text("node").notNull(),
    seq: position("seq").notNull(),
    originals: position("originals").notNull(),
    variants: position("variants").notNull(),
    bytes: position("bytes").notNull(),
  },
  (table) => [unique().on(table.job, table.node, table.seq)],
);

/** Who did what. Read by `GET /audit`; the oldest are removed when they are too many or too old. */
export const audit = pgTable(
  "audit",
  {
    number: position("number").primaryKey().generatedAlwaysAsIdentity(),
    /** Microseconds since 1970; of a run of a job, the job's `added_at` of that run. */
    at: position("at").notNull(),
    action: text("action").$type<AuditAction>().notNull(),
    token: text("token"),
    key: anyText("key"),
    address: text("address"),
    job: anyText("job"),
    scope: text("scope").$type<Invalidation["scope"]>(),
    mode: text("mode"),
    targets: jsonText("targets").$type<readonly string[]>().notNull(),
    count: position("count").notNull(),
    /** These two are NULL as long as they stand in the job. */
    outcome: anyText("outcome"),
    endedAt: position("ended_at"),
  },
  (table) => [
    index("audit_by_token").on(table.token, table.number),
    index("audit_by_time").on(table.at),
    index("audit_refused").on(table.number).where(sql`action = 'refused'`),
  ],
);

/** Jobs that are DONE and whose fronts are to be purged once more. Read at start, and each second. */
export const rebounds = pgTable(
  "rebound",
  {
    job: text("job").notNull(),
    seqTo: position("seq_to").notNull(),
    rows: jsonText("rows").$type<PendingRebound["rows"]>().notNull(),
    /** The process that purges them, and until when nobody else does, by the database's clock, s since 1970. */
    owner: text("owner").notNull(),
    ownedUntil: position("owned_until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.job, table.seqTo] })],
);

/** What each token used, by day, summed over all servers. Read by `GET /stats/general`. */
export const usage = pgTable(
  "usage",
  {
    day: position("day").notNull(),
    token: text("token").notNull(),
    bytes: position("bytes").notNull(),
    renders: position("renders").notNull(),
    downloads: position("downloads").notNull(),
    stored: position("stored").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.token] })],
);

/** The last report of each server process: one that comes again is not counted again. */
export const usageReports = pgTable("usage_report", {
  boot: text("boot").primaryKey(),
  number: position("number").notNull(),
  /** Days since 1970. */
  day: position("day").notNull(),
});

/** Pictures that are to be ready before they are asked for. Read while one runs, and when somebody asks how far it is. */
export const warmups = pgTable(
  "warmup",
  {
    number: position("number").primaryKey().generatedAlwaysAsIdentity(),
    uuid: anyText("uuid").notNull().unique(),
    token: text("token").notNull(),
    accept: anyText("accept").notNull(),
    onceKey: anyText("once_key"),
    bodyHash: text("body_hash"),
    total: position("total").notNull(),
    nodes: jsonText("nodes").$type<Warmup["nodes"]>().notNull(),
    failures: jsonText("failures").$type<Warmup["failures"]>().notNull(),
    /** Microseconds since 1970. */
    addedAt: position("added_at").notNull(),
    doneAt: position("done_at"),
    /** The process that works on it, and until when nobody else does, by the database's clock, s since 1970. */
    owner: text("owner").notNull(),
    ownedUntil: position("owned_until").notNull(),
  },
  (table) => [
    unique().on(table.token, table.onceKey),
    index("warmup_that_runs").on(table.number).where(sql`done_at IS NULL`),
  ],
);

/** What of a warm-up waits for its turn. */
export const warmupUrls = pgTable(
  "warmup_url",
  {
    warmup: text("warmup").notNull(),
    number: position("number").notNull(),
    url: anyText("url").notNull(),
  },
  (table) => [primaryKey({ columns: [table.warmup, table.number] })],
);

/** What one replica asks a process that is connected to another. Unlogged: nothing of it matters after a crash. */
export const questions = pgTable("question", {
  id: text("id").primaryKey(),
  boot: text("boot").notNull(),
  /** Of the process when it was asked. */
  session: text("session"),
  question: jsonText("question").$type<Question>().notNull(),
  withinMs: position("within_ms").notNull(),
  answer: jsonText("answer").$type<Answer | null>(),
  /** By the database's clock, s since 1970. */
  until: position("until").notNull(),
});
