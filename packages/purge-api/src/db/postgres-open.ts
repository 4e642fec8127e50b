import { randomUUID } from "node:crypto";
import { SettingsError } from "@freshet/core";
import { SQL } from "bun";
import { and, eq, isNull, sql } from "drizzle-orm";
import { type BunSQLDatabase, drizzle } from "drizzle-orm/bun-sql";
import { postgresMigrations } from "./postgres-migrations.ts";
import { listenerOf, type News } from "./postgres-news.ts";
import * as schema from "./postgres-schema.ts";

export type PostgresDb = BunSQLDatabase<typeof schema> & { readonly $client: SQL };

/** A database that several replicas of purge-api use at the same time. */
export interface OpenPostgres {
  /** This process among its replicas: random, new at each start. */
  readonly replica: string;
  /** Any of several connections. */
  readonly db: PostgresDb;
  /** One connection only: what must notice that the server was replaced asks on this one. See `connection.ts`. */
  readonly single: PostgresDb;
  /** One connection for some work alone. When it is lost, whatever is asked of it fails: what it had locked is locked no more. */
  alone<T>(work: (db: PostgresDb) => Promise<T>): Promise<T>;
  /**
   * @param onNews another replica changed something; it is committed
   * @param onReturn the connection was away, and nobody knows what happened meanwhile, nor to which server it leads now
   */
  listen(onNews: (news: News) => void, onReturn: () => void): Promise<void>;
  /** @param hear told what was sent to a channel; what is sent while the connection is away, nobody hears */
  listenTo(channel: string, hear: (payload: string) => void): Promise<void>;
  /** Rejects if nothing can be written, as on a standby. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/**
 * To be selected in a statement whose commit must be on disk when it is answered, whatever the server's default is. Its
 * standbys are waited for as it is set up.
 */
export const onDisk = sql`set_config('synchronous_commit', 'on', true)`;

const maxConnections = 10;
const connectWithinS = 10;

/**
 * Every statement is one that does a little, row by row, by index. So it is planned once, whatever the values are; for
 * tables that have grown, since the plan stays when they have; and it is not translated into machine code, which takes
 * seconds.
 */
const planning = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  jit: "off",
};

/**
 * @param url `postgres://user@host:port/database`
 * @throws SettingsError if there is no such database, or its tables are from a newer version
 */
export async function openPostgres(url: string, password: string | null): Promise<OpenPostgres> {
  const options = {
    url,
    ...(password !== null && { password }),
    connectionTimeout: connectWithinS,
    connection: { application_name: "freshet-purge", ...planning },
  };
  const [pool, one] = [new SQL({ ...options, max: maxConnections }), new SQL({ ...options, max: 1 })];
  const db = drizzle(pool, { schema });
  const single = drizzle(one, { schema });
  const close = async () => {
    await Promise.all([pool.close({ timeout: 1 }), one.close({ timeout: 1 })]);
  };
  try {
    await migrate(db);
  } catch (error) {
    await close().catch(() => {});
    if (error instanceof SettingsError) throw error;
    throw new SettingsError([`FRESHET_DATABASE: ${reasonOf(error)}`]);
  }
  const replica = randomUUID();
  return {
    replica,
    db,
    single,
    async alone(work) {
      const reserved = await pool.reserve();
      try {
        return await work(drizzle(reserved, { schema }));
      } finally {
        await reserved.release();
      }
    },
    async listen(onNews, onReturn) {
      let isFirst = true;
      await pool.listen(...listenerOf(replica, onNews), () => {
        if (!isFirst) onReturn();
        isFirst = false;
      });
    },
    async listenTo(channel, hear) {
      await pool.listen(channel, hear);
    },
    async probe() {
      // The number of a transaction is given out on no standby, and locks nothing. Hosts that run out of disk let their
      // databases be read only.
      const [row] = await db.execute<{ readonly: string }>(
        sql`SELECT pg_current_xact_id()::text AS number, current_setting('transaction_read_only') AS readonly`,
      );
      if (row?.readonly !== "off") throw new Error("the database is read-only");
    },
    async close() {
      // Whoever is still there settles them at once. If not even this can be said, they do in a few seconds.
      await db
        .update(schema.jobs)
        .set({ ownedUntil: 0 })
        .where(and(eq(schema.jobs.owner, replica), isNull(schema.jobs.doneAt)))
        .catch(() => {});
      await close();
    },
  };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** Replicas that start at the same time wait for one another. */
async function migrate(db: PostgresDb): Promise<void> {
  const known = postgresMigrations.length;
  await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('freshet migrations'))`);
    await tx.execute(sql`CREATE TABLE IF NOT EXISTS freshet_version (version integer NOT NULL)`);
    const rows = await tx.execute<{ version: number }>(sql`SELECT version FROM freshet_version`);
    const version = rows[0]?.version ?? 0;
    if (version > known) {
      const reason = `is of version ${version}; this program knows up to ${known}`;
      throw new SettingsError([`FRESHET_DATABASE: the database ${reason}`]);
    }
    for (const step of postgresMigrations.slice(version)) {
      for (const statement of step.split(";")) {
        if (statement.trim() !== "") await tx.execute(sql.raw(statement));
      }
    }
    await tx.execute(sql`DELETE FROM freshet_version`);
    await tx.execute(sql`INSERT INTO freshet_version VALUES (${known})`);
  });
}
