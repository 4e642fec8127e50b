/** The history of a database in Postgres: entry n leads from version n to n + 1 and is never changed once released. */
export const postgresMigrations: readonly string[] = [
  `
  CREATE TABLE meta (id integer PRIMARY KEY CHECK (id = 1), log_id text NOT NULL, head bigint NOT NULL);
  INSERT INTO meta VALUES (1, gen_random_uuid(), 0);

  CREATE TABLE purge_log (
    seq bigint PRIMARY KEY,
    job text NOT NULL,
    token text NOT NULL,
    kind text NOT NULL,
    pattern text NOT NULL,
    mode text NOT NULL
  );

  CREATE TABLE job (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid text NOT NULL UNIQUE,
    token text NOT NULL,
    scope text NOT NULL,
    received text,
    invalidated text NOT NULL,
    failed text NOT NULL,
    status text NOT NULL,
    error text,
    seq_to bigint NOT NULL,
    added_at bigint NOT NULL,
    done_at bigint,
    owner text,
    owned_until bigint
  );
  CREATE INDEX job_by_token ON job (token, number);
  CREATE INDEX job_by_status ON job (status);

  CREATE TABLE holder (
    boot text PRIMARY KEY,
    node text NOT NULL,
    fence text NOT NULL,
    session text,
    trusted boolean NOT NULL,
    acked bigint NOT NULL,
    lease text,
    beats bigint NOT NULL,
    lapsed_at bigint
  );

  CREATE TABLE once_key (
    token text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    job text NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (token, key)
  );
  CREATE INDEX once_key_by_time ON once_key (until);

  CREATE TABLE erasure (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    node text NOT NULL,
    seq bigint NOT NULL,
    originals bigint NOT NULL,
    variants bigint NOT NULL,
    bytes bigint NOT NULL,
    UNIQUE (job, node, seq)
  );

  CREATE TABLE client_key (hash text PRIMARY KEY, token text NOT NULL);
  `,
  `
  CREATE TABLE audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    action text NOT NULL,
    token text, key text, address text,
    job text, scope text, mode text,
    targets text NOT NULL,
    count bigint NOT NULL,
    outcome text,
    ended_at bigint
  );
  CREATE INDEX audit_by_token ON audit (token, number);
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_refused ON audit (number) WHERE action = 'refused';
  `,
  `
  CREATE TABLE rebound (
    job text NOT NULL,
    seq_to bigint NOT NULL,
    rows text NOT NULL,
    owner text NOT NULL,
    owned_until bigint NOT NULL,
    PRIMARY KEY (job, seq_to)
  );
  `,
  `
  CREATE TABLE usage (
    day bigint NOT NULL,
    token text NOT NULL,
    bytes bigint NOT NULL,
    renders bigint NOT NULL,
    downloads bigint NOT NULL,
    stored bigint NOT NULL,
    PRIMARY KEY (day, token)
  );
  CREATE TABLE usage_report (boot text PRIMARY KEY, number bigint NOT NULL, day bigint NOT NULL);
  `,
  `
  CREATE TABLE warmup (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid text NOT NULL UNIQUE,
    token text NOT NULL,
    accept text NOT NULL,
    once_key text,
    body_hash text,
    total bigint NOT NULL,
    nodes text NOT NULL,
    failures text NOT NULL,
    added_at bigint NOT NULL,
    done_at bigint,
    owner text NOT NULL,
    owned_until bigint NOT NULL,
    UNIQUE (token, once_key)
  );
  CREATE INDEX warmup_that_runs ON warmup (number) WHERE done_at IS NULL;

  CREATE TABLE warmup_url (
    warmup text NOT NULL,
    number bigint NOT NULL,
    url text NOT NULL,
    PRIMARY KEY (warmup, number)
  );
  `,
  `
  CREATE UNLOGGED TABLE question (
    id text PRIMARY KEY,
    boot text NOT NULL,
    session text,
    question text NOT NULL,
    within_ms bigint NOT NULL,
    answer text,
    until bigint NOT NULL
  );
  `,
  `
  ALTER TABLE job ADD COLUMN rewarm bigint NOT NULL DEFAULT 0;
  ALTER TABLE job ADD COLUMN rewarmed text;
  `,
  `
  ALTER TABLE holder ADD COLUMN goal bigint;
  `,
];
