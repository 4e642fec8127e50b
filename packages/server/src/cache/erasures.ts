import { randomUUID } from "node:crypto";
import { logOf } from "../purge/lines.ts";
import type { Books } from "./books.ts";
import type { Lineage } from "./lineage.ts";

/** Something that is to go from the folder, from memory, and from wherever else it was put. */
export interface Doomed {
  readonly id: number;
  readonly store: "originals" | "variants";
  readonly key: string;
}

/**
 * What the processes of one folder know of each other's erasures. Each of them is told of each erasure by the log and
 * has to say when the bytes are gone, so each does what the others may not have come to the end of: an erasure is begun,
 * by the first; names are struck out and what they named is doomed, in one step; each that finds something doomed takes
 * it away; then the erasure is done, for all. A process that dies in between leaves the others everything to go on with.
 */
export interface Erasures {
  /**
   * From now on nobody writes down names who has not applied it.
   * @returns false: it was done before
   */
  begin(line: string, seq: number): boolean;
  /** Strikes out the names of an original's bytes and of up to `limit` variants. @returns whether those were all */
  doom(content: string, limit: number): boolean;
  /** Everything that is doomed and may still be there, up to `limit`. */
  left(limit: number): readonly Doomed[];
  /** @param bytes how much it was */
  gone(doomed: Doomed, bytes: number): void;
  /** What others took away since this was asked for last; `null`: more than anybody remembers. */
  news(): readonly Doomed[] | null;
  /** @returns what this process doomed since it asked last */
  finish(line: string, seq: number): { originals: number; variants: number; bytes: number };
}

/** What was taken away is remembered for processes that still have it in memory: so many, of 100 bytes each. */
const maxRemembered = 100_000;

export function createErasures(books: Books, lineage: Lineage): Erasures {
  const query = <Row, Args extends (string | number)[]>(sql: string) => books.db.query<Row, Args>(sql);
  const run = randomUUID();
  const lastId = () => query<{ id: number | null }, []>("SELECT max(id) AS id FROM doomed").get()?.id ?? 0;
  let known = lastId();

  function doomOne(store: Doomed["store"], key: string): void {
    query("INSERT INTO doomed (store, key, run) VALUES (?, ?, ?)").run(store, key, run);
  }

  return {
    begin: (line, seq) =>
      books.write(() => {
        const logId = logOf(line);
        const found = query<{ done: number }, [string]>("SELECT done FROM erasure WHERE log_id = ?").get(
          logId,
        );
        if (found && found.done >= seq) return false;
        query(
          "INSERT INTO erasure VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET begun = max(begun, excluded.begun)",
        ).run(logId, seq);
        return true;
      }),
    doom: (content, limit) =>
      books.write(() => {
        const variants = lineage.variantsOf(content, limit);
        for (const variant of variants) {
          doomOne("variants", variant);
          lineage.forgetVariant(variant);
        }
        if (variants.length === limit) return false;
        doomOne("originals", content);
        lineage.forgetOriginal(content);
        return true;
      }),
    left: (limit) =>
      query<Doomed, [number]>("SELECT id, store, key FROM doomed WHERE gone = 0 ORDER BY id LIMIT ?").all(
        limit,
      ),
    // Another may have been faster, and has counted it.
    gone: ({ id }, bytes) =>
      void query("UPDATE doomed SET gone = 1, bytes = max(bytes, ?) WHERE id = ?").run(bytes, id),
    news() {
      const before = known;
      known = lastId();
      const first = query<{ id: number | null }, []>("SELECT min(id) AS id FROM doomed").get()?.id ?? 0;
      if (known > before && first > before + 1) return null;
      return query<Doomed, [number]>("SELECT id, store, key FROM doomed WHERE id > ?").all(before);
    },
    finish: (line, seq) =>
      books.write(() => {
        query("UPDATE erasure SET done = max(done, ?) WHERE log_id = ?").run(seq, logOf(line));
        const select =
          "SELECT store, count(*) AS n, sum(bytes) AS bytes FROM doomed WHERE run = ? AND bytes > 0 GROUP BY store";
        const rows = query<{ store: string; n: number; bytes: number }, [string]>(select).all(run);
        const of = (store: string) => rows.find((row) => row.store === store)?.n ?? 0;
        query("UPDATE doomed SET run = '' WHERE run = ?").run(run);
        query("DELETE FROM doomed WHERE gone = 1 AND id <= ?").run(lastId() - maxRemembered);
        const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
        return { originals: of("originals"), variants: of("variants"), bytes };
      }),
  };
}
