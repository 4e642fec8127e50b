import { randomUUID } from "node:crypto";
import { and, eq, getTableColumns, isNull, type SQL, sql } from "drizzle-orm";
import { inGroups } from "../log/in-groups.ts";
import type { SharedHolders, SharedSession } from "../nodes/shared-holders.ts";
import { gather } from "./gather.ts";
import { acksText, tell } from "./postgres-news.ts";
import type { OpenPostgres } from "./postgres-open.ts";
import { fromDriver, prepareStatement } from "./postgres-rows.ts";
import { holders, meta } from "./postgres-schema.ts";

/**
 * A mark that one connection to the database carries. It is gone when the connection is, and with it every session
 * that was opened under it: a server that was restored or failed over can only be reached by another connection.
 */
const mark = "freshet.connection";

/** What all that comes from a session is checked against, in the statement that acts on it. */
function isCurrent({ boot, id, logId }: { [member in keyof SharedSession]: string | SQL }) {
  return sql`${holders.boot} = ${boot} AND ${holders.session} = ${id}
    AND current_setting(${mark}, true) = split_part(${id}, '/', 1)
    AND EXISTS (SELECT 1 FROM ${meta} WHERE ${meta.logId} = ${logId})`;
}

const columns = getTableColumns(holders);

interface Ack extends SharedSession {
  readonly acked: number;
}

/** Now, ms since 1970. */
const nowMs = sql`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/** @see SharedHolders for what each of them promises */
export function createPostgresHolders({ db, single, replica }: OpenPostgres): SharedHolders {
  // The log's identity stands beside each, and alone if there is none.
  const readAll = prepareStatement<{ log_id: string; boot: string | null } & Record<string, unknown>>(
    db,
    sql`SELECT ${meta.logId}, ${holders}.* FROM ${meta} LEFT JOIN ${holders} ON true ORDER BY ${holders.boot}`,
  );

  /** @returns the mark of the connection, a new one if it has none */
  async function connection(): Promise<string> {
    const [row] = await single.execute<{ mark: string }>(
      sql`SELECT set_config(${mark}, coalesce(nullif(current_setting(${mark}, true), ''), ${randomUUID()}), false) AS mark`,
    );
    return (row as { mark: string }).mark;
  }

  const noteAcks = prepareStatement<{ session: string }>(
    single,
    // It need not wait for the disk: a server that loses it loses the session with it, and is told again.
    sql`
      WITH noted AS (
        UPDATE ${holders} SET acked = greatest(${holders.acked}, rows.acked)
        FROM json_to_recordset(${sql.placeholder("acks")}::text::json)
          AS rows(boot text, id text, "logId" text, acked bigint)
        WHERE ${isCurrent({ boot: sql`rows.boot`, id: sql`rows.id`, logId: sql`rows."logId"` })}
        RETURNING ${holders.session}),
      told AS MATERIALIZED (
        SELECT ${tell(sql.placeholder("news"))}, set_config('synchronous_commit', 'off', true)
        WHERE EXISTS (SELECT 1 FROM noted))
      SELECT noted.session FROM noted CROSS JOIN told`,
  );

  /** Of all processes that acknowledge meanwhile. @returns whether each session is still the current one */
  const writeAcks = inGroups(async (acks: readonly Ack[]): Promise<boolean[]> => {
    const news = acksText(Object.fromEntries(acks.map(({ boot, acked }) => [boot, acked])), replica);
    const noted = await noteAcks({ acks: JSON.stringify(acks), news });
    const current = new Set(noted.map(({ session }) => session));
    return acks.map(({ id }) => current.has(id));
  }, gather);

  return {
    async open({ boot, node, fence }, logId, { seq, job }, acked) {
      const id = `${await connection()}/${randomUUID()}`;
      const opened = await single.execute(sql`
        INSERT INTO ${holders} (boot, node, fence, session, trusted, acked, lease, beats, lapsed_at)
        SELECT ${boot}, ${node}, ${fence}, ${id}, false, ${acked}::bigint, NULL, 0, NULL
        WHERE current_setting(${mark}, true) = split_part(${id}, '/', 1)
          AND EXISTS (SELECT 1 FROM ${meta} WHERE log_id = ${logId})
          AND (${seq}::bigint = 0
            OR EXISTS (SELECT 1 FROM purge_log WHERE seq = ${seq}::bigint AND job = ${job})
            OR EXISTS (SELECT 1 FROM job WHERE uuid = ${job} AND seq_to = ${seq}::bigint))
        ON CONFLICT (boot) DO UPDATE SET node = excluded.node, fence = excluded.fence, session = excluded.session,
          trusted = false, goal = NULL, acked = excluded.acked, beats = holder.beats + 1, lapsed_at = NULL
        RETURNING boot`);
      if (opened.length === 0) throw new Error("the log changed while a node said hello");
      await single
        .delete(holders)
        .where(
          and(eq(holders.node, node), sql`${holders.boot} <> ${boot} AND ${holders.lapsedAt} IS NOT NULL`),
        );
      return { boot, id, logId };
    },

    async beat(session, applied) {
      // The lock of the head is shared with other grants, not with appends: while a grant that has looked at the head
      // is not committed, no row can be added. So whoever reads the record after adding one sees the grant.
      // As `catchUp` does; `joining.suite.ts` holds both to the same.
      const keepsPace = sql`coalesce(${applied}::bigint >= goal, false)`;
      const isTrusted = sql`(trusted OR ${applied}::bigint >= head.head OR (${keepsPace} AND lease IS NOT NULL))`;
      const rows = await single.execute<{ trusted: boolean }>(sql`
        WITH head AS MATERIALIZED (SELECT head FROM ${meta} WHERE id = 1 FOR SHARE)
        UPDATE ${holders} SET
          acked = greatest(acked, ${applied}::bigint),
          beats = beats + 1,
          trusted = ${isTrusted},
          lease = CASE WHEN ${isTrusted} OR ${keepsPace} THEN gen_random_uuid()::text ELSE lease END,
          goal = CASE WHEN ${isTrusted} THEN NULL WHEN goal IS NULL OR ${keepsPace} THEN head.head ELSE goal END,
          lapsed_at = NULL
        FROM head WHERE ${isCurrent(session)} RETURNING trusted`);
      if (!rows[0]) throw overError();
      return rows[0].trusted;
    },

    async ack(session, applied) {
      const isNoted = await writeAcks({ work: { ...session, acked: applied }, rows: 1 });
      if (!isNoted) throw overError();
    },

    async leave({ boot, id }) {
      await db
        .update(holders)
        .set({ session: null, trusted: false })
        .where(and(eq(holders.boot, boot), eq(holders.session, id)));
    },

    async all() {
      const rows = await readAll();
      const known = rows.flatMap((row) => {
        if (row.boot === null) return [];
        const holder = fromDriver<typeof holders.$inferSelect>(columns, row);
        return [{ ...holder, isConnected: holder.session !== null }];
      });
      return { logId: rows[0]?.log_id ?? "", holders: known };
    },

    async withdraw({ boot, lease, beats }) {
      const asSeen =
        lease === null ? and(isNull(holders.lease), eq(holders.beats, beats)) : eq(holders.lease, lease);
      const withdrawn = await db
        .update(holders)
        .set({ session: null, trusted: false, lease: null, lapsedAt: nowMs })
        .where(and(eq(holders.boot, boot), asSeen))
        .returning({ boot: holders.boot });
      return withdrawn.length > 0;
    },

    async remove(boot) {
      await db.delete(holders).where(eq(holders.boot, boot));
    },
  };
}

function overError(): Error {
  return new Error("this session is over");
}
