/** Everything that is kept in PostgreSQL beside the log and the holders; see their own tests. */
import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { auditSuite } from "../audit/audit.suite.ts";
import { createPostgresLog } from "../log/postgres.ts";
import { createPostgresAudit } from "./postgres-audit.ts";
import { openPostgresClientKeys } from "./postgres-client-keys.ts";
import { usePostgres } from "./postgres-databases.fixture.ts";
import { createPostgresErasures } from "./postgres-erasures.ts";
import type { OpenPostgres } from "./postgres-open.ts";
import { createPostgresRebounds } from "./postgres-rebounds.ts";
import * as schema from "./postgres-schema.ts";
import { createPostgresUsage } from "./postgres-usage.ts";
import { createPostgresWarmups } from "./postgres-warmups.ts";
import { reboundSuite } from "./rebounds.suite.ts";
import { usageSuite } from "./usage.suite.ts";
import { warmupSuite } from "./warmups.suite.ts";

const postgres = usePostgres();

async function open(url: string | null = null): Promise<OpenPostgres> {
  if (url === null) await postgres.closeAll();
  return postgres.open(url ?? (await postgres.newDatabase()));
}

auditSuite("Postgres", async () => {
  const database = await open();
  const log = await createPostgresLog(database, (error) => expect(error).toBeNull());
  return { log, audit: createPostgresAudit(database.db) };
});

test("a database that lets nobody write is found out", async () => {
  const url = await postgres.newDatabase();
  const { db, probe } = await open(url);
  await probe();
  const name = new URL(url).pathname.slice(1);
  await db.execute(sql.raw(`ALTER DATABASE ${name} SET default_transaction_read_only = on`));
  // It holds for connections that are opened from now on. Those that are told to end may answer once more.
  const { db: other } = await open(await postgres.newDatabase());
  await other.execute(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`);
  let reason = "";
  while (reason !== "Error: the database is read-only") reason = await probe().then(() => "", String);
});

usageSuite("Postgres", async () => createPostgresUsage((await open()).db));

warmupSuite("Postgres", async () => createPostgresWarmups(await open()));

test("Postgres: what one replica works on, no other does, until it is gone", async () => {
  const { db } = await open();
  const [first, second] = ["first", "second"].map((replica) => createPostgresWarmups({ db, replica }));
  const uuid = "11111111-1111-4111-8111-111111111111";
  await first?.add({ uuid, token: "doc", accept: "", addedAt: 1, urls: ["/v7/a"] }, null);
  expect([await second?.next(9), (await first?.next(9))?.warmup.uuid]).toEqual([null, uuid]);
  await db.update(schema.warmups).set({ ownedUntil: 1 });
  expect((await second?.next(9))?.warmup.uuid).toBe(uuid);
  expect(await first?.next(9)).toBeNull();
});

reboundSuite("Postgres", async () => {
  const { db } = await open();
  const store = createPostgresRebounds({ db, replica: "first" });
  return {
    store,
    async next() {
      const second = createPostgresRebounds({ db, replica: "second" });
      expect(await second.claim()).toEqual([]);
      // The first has said nothing for too long.
      await db.update(schema.rebounds).set({ ownedUntil: 1 });
      return second;
    },
  };
});

describe("client keys", () => {
  test("the first start makes a key and shows it; the next ones do not", async () => {
    const { db } = await open();
    const { created, keys } = await openPostgresClientKeys(db, "doc", null);
    expect(created).toMatch(/^freshet_[\w-]{43}$/);
    const again = await openPostgresClientKeys(db, "doc", null);
    expect([again.created, again.keys.tokenOf(created as string)]).toEqual([null, "doc"]);
    expect([keys.tokenOf(created as string), keys.tokenOf(`${created}A`)]).toEqual(["doc", null]);
  });

  test("of replicas that start at the same time exactly one makes the key, and all know it", async () => {
    const { db } = await open();
    const starts = await Promise.all(
      Array.from({ length: 8 }, () => openPostgresClientKeys(db, "doc", null)),
    );
    const made = starts.flatMap(({ created }) => created ?? []);
    expect(made.length).toBe(1);
    expect(starts.map(({ keys }) => keys.tokenOf(made[0] as string))).toEqual(Array(8).fill("doc"));
  });

  test("a key from the environment is the only one from then on, also without it", async () => {
    const { db } = await open();
    const { created } = await openPostgresClientKeys(db, "doc", null);
    const given = await openPostgresClientKeys(db, "doc", "the-environments-key");
    expect([given.created, given.keys.tokenOf(created as string)]).toEqual([null, null]);
    const later = await openPostgresClientKeys(db, "doc", null);
    expect([later.created, later.keys.tokenOf("the-environments-key")]).toEqual([null, "doc"]);
  });

  test("a default token of another name takes the given key with it, and gets a key of its own without", async () => {
    const { db } = await open();
    await openPostgresClientKeys(db, "old", "the-environments-key");
    const { keys } = await openPostgresClientKeys(db, "new", "the-environments-key");
    expect(keys.tokenOf("the-environments-key")).toBe("new");
    const third = await openPostgresClientKeys(db, "third", null);
    expect([third.keys.tokenOf(third.created as string), third.keys.tokenOf("the-environments-key")]).toEqual(
      ["third", "new"],
    );
  });

  test("the key itself stands in no table", async () => {
    const { db } = await open();
    await openPostgresClientKeys(db, "doc", "the-environments-key");
    const rows = await db.select().from(schema.clientKeys);
    expect(rows).toEqual([{ hash: expect.stringMatching(/^[0-9a-f]{64}$/), token: "doc" }]);
  });
});

describe("erasures", () => {
  const report = { job: "j", seq: 1, originals: 1, variants: 20, bytes: 5_000_000_000 };

  test("are summed by node and job; what is told twice counts once", async () => {
    const erasures = createPostgresErasures(await open());
    await erasures.add("n1", report);
    await erasures.add("n1", report);
    await erasures.add("n1", { ...report, seq: 2, variants: 2 });
    await erasures.add("n2", report);
    await erasures.add("n1", { ...report, job: "other" });
    const { job: _, seq: __, ...sums } = report;
    const two = { originals: 2, variants: 22, bytes: 10_000_000_000 };
    expect(await erasures.of("j")).toEqual(new Map([["n1", two] as const, ["n2", sums] as const]));
    expect(await erasures.of("none")).toEqual(new Map());
  });

  test("wake the other replicas", async () => {
    const url = await postgres.newDatabase();
    const [a, b] = [await open(url), await open(url)];
    const heard = Promise.withResolvers<void>();
    await b.listen(
      () => heard.resolve(),
      () => {},
    );
    await createPostgresErasures(a).add("n1", report);
    await heard.promise;
  });
});

const tables = Object.values(schema as Record<string, PgTable>).map(
  (table) => [getTableConfig(table).name, table] as const,
);

describe("the migrations make what the schema names:", () => {
  test("exactly these tables", async () => {
    const { db } = await open();
    const made = await db.execute<{ name: string }>(
      sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const names = [...made].map(({ name }) => name).filter((name) => name !== "freshet_version");
    expect(names.sort()).toEqual(tables.map(([name]) => name).sort());
  });

  test.each(tables)("%s", async (name, table) => {
    const { db } = await open();
    const { columns, indexes, primaryKeys, uniqueConstraints } = getTableConfig(table);
    const inDatabase = await db.execute(sql`
      SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull",
        attidentity = 'a' AS identity
      FROM pg_attribute WHERE attrelid = ${name}::regclass AND attnum > 0 ORDER BY attnum`);
    expect([...inDatabase] as object[]).toEqual(
      columns.map((column) => ({
        name: column.name,
        type: column.getSQLType(),
        notNull: column.notNull,
        identity: column.generatedIdentity !== undefined,
      })),
    );
    const keys = await db.execute<{ kind: string; columns: string[] }>(sql`
      SELECT contype AS kind, array_agg(attname::text ORDER BY at) AS columns
      FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS key(number, at), pg_attribute
      WHERE conrelid = ${name}::regclass AND contype IN ('p', 'u') AND attrelid = conrelid AND attnum = number
      GROUP BY pg_constraint.oid, contype`);
    const wanted = [
      ...columns.filter(({ primary }) => primary).map((column) => `p ${column.name}`),
      ...primaryKeys.map((key) => `p ${key.columns.map((column) => column.name)}`),
      ...columns.filter(({ isUnique }) => isUnique).map((column) => `u ${column.name}`),
      ...uniqueConstraints.map((key) => `u ${key.columns.map((column) => column.name)}`),
    ];
    expect([...keys].map((key) => `${key.kind} ${key.columns}`).sort()).toEqual(wanted.sort());
    const made = await db.execute<{ name: string; partial: boolean; columns: string[] }>(sql`
      SELECT relname AS name, indpred IS NOT NULL AS partial,
        (SELECT array_agg(attname::text ORDER BY at) FROM unnest(indkey::int[]) WITH ORDINALITY AS key(number, at)
          JOIN pg_attribute ON attrelid = indrelid AND attnum = number) AS columns
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE indrelid = ${name}::regclass AND NOT indisunique`);
    const named = indexes.map(({ config }) => ({
      name: config.name as string,
      partial: config.where !== undefined,
      columns: config.columns.map((column) => ("name" in column ? String(column.name) : "")),
    }));
    const byName = (list: readonly { name: string }[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(byName([...made] as { name: string }[])).toEqual(byName(named));
  });
});
