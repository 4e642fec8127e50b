import { type LogMessage, type LogRow, writeLogMessage } from "@freshet/core";

/** Rows in one message: 40 kB if they are of one job, 200 kB if each is of another. */
export const rowsPerMessage = 1_000;

/**
 * Puts together what is pushed in the same turn, since rows that were committed together are pushed job by job.
 *
 * @param send given rows that follow one another, at most {@link rowsPerMessage} of them unless one job has more
 * @returns a function to push rows with. @param after seq before the first of them
 */
export function createOutbox(
  send: (after: number, rows: readonly LogRow[]) => void,
): (after: number, rows: readonly LogRow[]) => void {
  let after = 0;
  let rows: LogRow[] = [];
  let isDue = false;

  function flush(): void {
    isDue = false;
    if (rows.length === 0) return;
    const gathered = rows;
    rows = [];
    send(after, gathered);
  }

  return (newAfter, newRows) => {
    const isNext = rows.at(-1)?.seq === newAfter && rows.length + newRows.length <= rowsPerMessage;
    if (!isNext) {
      flush();
      after = newAfter;
    }
    rows.push(...newRows);
    if (isDue) return;
    isDue = true;
    queueMicrotask(flush);
  };
}

/** Writes messages out; rows that go to many nodes only once. */
export function createWriter(): (message: LogMessage) => string {
  let last: { readonly after: number; readonly rows: readonly LogRow[]; readonly text: string } | null = null;
  return (message) => {
    if (message.type !== "rows") return writeLogMessage(message);
    const { after, rows } = message;
    if (last?.rows !== rows || last.after !== after) last = { after, rows, text: writeLogMessage(message) };
    return last.text;
  };
}
