import type { Database } from "bun:sqlite";
import type { Stamp } from "@freshet/core";
import type { Rebuildable } from "../open-rebuildable.ts";

/**
 * What the processes of one data folder know of each other's following of the log, so that one's stamps count for the
 * others: the lines that pointers on the disk are stamped with (see `cursor.ts`), and how far each has got.
 */
export interface Lines {
  /** The newest stamp of a line, or else of the line that was begun last; `null` if there is none. */
  newest(line?: string): Required<Stamp> | null;
  /**
   * Begins a line, unless the one that was begun last is of the same log.
   * @param not the line that was just found to be void
   * @returns the one that there is now
   */
  begin(line: string, not: string): Required<Stamp>;
  /** Something is about to be stamped so, or that far was applied. */
  note(stamp: Stamp): void;
}

/** For what keeps nothing. */
export const noLines: Lines = {
  newest: () => null,
  begin: (line) => ({ logId: line, seq: 0, job: "" }),
  note() {},
};

/** A line that so many others came after is nobody's. */
const maxLines = 100;

export function prepareLines(db: Database): void {
  db.run(`CREATE TABLE IF NOT EXISTS line (
    log_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, job TEXT NOT NULL, turn INTEGER NOT NULL) STRICT, WITHOUT ROWID`);
}

export function createLines(opened: Rebuildable): Lines {
  const query = <Row, Args extends (string | number)[]>(sql: string) => opened.db.query<Row, Args>(sql);
  const columns = "SELECT log_id AS logId, seq, job FROM line";
  /** Each pointer is noted before it is set, and most of them tell nothing new. */
  const noted = new Map<string, number>();

  function newest(line?: string): Required<Stamp> | null {
    return line === undefined
      ? query<Required<Stamp>, []>(`${columns} ORDER BY turn DESC LIMIT 1`).get()
      : query<Required<Stamp>, [string]>(`${columns} WHERE log_id = ?`).get(line);
  }

  function write({ logId, seq, job }: Required<Stamp>): void {
    query(`INSERT INTO line SELECT ?, ?, ?, coalesce(max(turn), 0) + 1 FROM line WHERE TRUE
      ON CONFLICT DO UPDATE SET seq = excluded.seq, job = excluded.job WHERE seq < excluded.seq`).run(
      logId,
      seq,
      job,
    );
    query("DELETE FROM line WHERE turn <= (SELECT max(turn) FROM line) - ?").run(maxLines);
    if (noted.size >= maxLines) noted.clear();
    noted.set(logId, seq);
  }

  return {
    newest,
    begin: (line, not) =>
      opened.write(() => {
        const last = newest();
        if (last && last.logId !== not && logOf(last.logId) === logOf(line)) return last;
        const begun = { logId: line, seq: 0, job: "" };
        write(begun);
        return begun;
      }),
    note({ logId, seq, job }) {
      if (job === undefined || (noted.get(logId) ?? -1) >= seq) return;
      opened.write(() => write({ logId, seq, job }));
    },
  };
}

/** The log that a line follows. */
export function logOf(line: string): string {
  return line.split("/", 1)[0] as string;
}
