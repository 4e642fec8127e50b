/**
 * The database's history: entry n leads from version n to n + 1 and is never changed once released. Kept as text in
 * the code, because a single binary has no folder of files to read them from.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), log_id TEXT NOT NULL) STRICT;

  CREATE TABLE purge_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    token TEXT NOT NULL,
    kind TEXT NOT NULL,
    pattern TEXT NOT NULL,
    mode TEXT NOT NULL
  ) STRICT;

  CREATE TABLE job (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    scope TEXT NOT NULL,
    received TEXT,
    invalidated TEXT NOT NULL,
    failed TEXT NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    seq_to INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    done_at INTEGER
  ) STRICT;
  CREATE INDEX job_by_token ON job (token, number);
  CREATE INDEX job_by_status ON job (status);

  CREATE TABLE holder (boot TEXT PRIMARY KEY, node TEXT NOT NULL, fence TEXT NOT NULL) STRICT;

  CREATE TABLE client_key (hash TEXT PRIMARY KEY, token TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE holder ADD COLUMN lapsed_at INTEGER;
  ALTER TABLE meta ADD COLUMN witness TEXT;
  `,
  `
  CREATE TABLE once_key (
    token TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    job TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (token, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX once_key_by_time ON once_key (until);
  `,
  `
  CREATE TABLE erasure (
    number INTEGER PRIMARY KEY, job TEXT NOT NULL, node TEXT NOT NULL, seq INTEGER NOT NULL,
    originals INTEGER NOT NULL, variants INTEGER NOT NULL, bytes INTEGER NOT NULL,
    UNIQUE (job, node, seq)
  ) STRICT;
  `,
  `
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    token TEXT, key TEXT, address TEXT,
    job TEXT, scope TEXT, mode TEXT,
    targets TEXT NOT NULL,
    count INTEGER NOT NULL,
    outcome TEXT,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX audit_by_token ON audit (token, number);
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_refused ON audit (number) WHERE action = 'refused';
  `,
  `
  CREATE TABLE rebound (
    job TEXT NOT NULL, seq_to INTEGER NOT NULL, rows TEXT NOT NULL, PRIMARY KEY (job, seq_to)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE usage (
    day INTEGER NOT NULL, token TEXT NOT NULL, bytes INTEGER NOT NULL, renders INTEGER NOT NULL,
    downloads INTEGER NOT NULL, stored INTEGER NOT NULL, PRIMARY KEY (day, token)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE usage_report (boot TEXT PRIMARY KEY, number INTEGER NOT NULL, day INTEGER NOT NULL) STRICT;
  `,
  `
  CREATE TABLE warmup (
    number INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, token TEXT NOT NULL, accept TEXT NOT NULL,
    once_key TEXT, body_hash TEXT, total INTEGER NOT NULL, nodes TEXT NOT NULL, failures TEXT NOT NULL,
    added_at INTEGER NOT NULL, done_at INTEGER, UNIQUE (token, once_key)
  ) STRICT;
  CREATE INDEX warmup_that_runs ON warmup (number) WHERE done_at IS NULL;

  CREATE TABLE warmup_url (
    warmup TEXT NOT NULL, number INTEGER NOT NULL, url TEXT NOT NULL, PRIMARY KEY (warmup, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE job ADD COLUMN rewarm INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE job ADD COLUMN rewarmed TEXT;
  `,
];
