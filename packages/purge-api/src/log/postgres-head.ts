import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { type Acks, type News, tellOf } from "../db/postgres-news.ts";
import type { OpenPostgres } from "../db/postgres-open.ts";
import { meta } from "../db/postgres-schema.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import type { LogWatcher } from "./log.ts";

export interface HeadListeners {
  /** The database was away. */
  onReturn(): void;
  /** Told before those who watch. */
  onAcks(acks: Acks): void;
}

/** What this replica knows of identity and head of the log, and how it hears of what others do. */
export async function openPostgresHead(
  { db, replica, listen }: OpenPostgres,
  report: (error: unknown) => void,
  { onReturn, onAcks }: HeadListeners,
) {
  // Read whenever another replica says something: put together once.
  const selectMeta = db.select().from(meta).prepare("meta");
  const watchers: LogWatcher[] = [];
  let { logId, head } = await read();
  /** How often the head was moved by what was heard, or added. */
  let moves = 0;

  async function read(): Promise<{ logId: string; head: number }> {
    const [row] = await selectMeta.execute();
    if (!row) throw new Error("the database holds no log");
    return row;
  }

  /** What is committed may be heard of in another order. */
  function moveTo(seq: number): void {
    head = Math.max(head, seq);
    moves++;
  }

  function tellOfNews(): void {
    for (const { onNews } of watchers) onNews();
  }

  const refresh = oneAtATime(async () => {
    try {
      const before = moves;
      const now = await read();
      // A server that lost its last rows has a smaller one. Or it was read before a row came that is known here.
      const isOlder = now.logId === logId && now.head < head && moves > before;
      if (!isOlder) ({ logId, head } = now);
      tellOfNews();
    } catch (error) {
      report(error);
    }
  });

  function hear(news: News): void {
    if (news.of === "nodes") {
      onAcks(news.acks);
      tellOfNews();
    } else if (news.of === "rows" && news.logId === logId && news.rows) {
      moveTo(news.head);
      for (const { onRows } of watchers) onRows(news.after, news.rows);
    } else void refresh();
  }

  await listen(hear, () => {
    onReturn();
    void refresh();
  });
  // What was added between the first reading and the listening.
  await refresh();

  return {
    logId: () => logId,
    head: () => head,
    read,
    refresh,
    moveTo,
    watch: (watcher: LogWatcher) => void watchers.push(watcher),
    /** @see PurgeLog.renewId */
    async renewId(from: string): Promise<void> {
      await db
        .update(meta)
        .set({ logId: randomUUID() })
        .where(and(eq(meta.id, 1), eq(meta.logId, from)));
      await db.execute(sql`SELECT ${tellOf("log", replica)}`);
      ({ logId, head } = await read());
    },
  };
}
