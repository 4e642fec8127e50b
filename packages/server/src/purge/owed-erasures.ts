import type { ErasedReport, LogRow } from "@freshet/core";
import type { EraseRecord } from "./erase-record.ts";
import type { Erase } from "./eraser.ts";

/**
 * Erasures that a node has applied, so that the bytes are not served any more, and not carried out yet, so that they
 * are still there. Until they are gone the node acknowledges nothing that comes after.
 */
export interface OwedErasures {
  add(logId: string, rows: readonly LogRow[]): void;
  /** Tries again what failed. */
  retry(): void;
  /** Another log begins. */
  forget(): void;
  /** How far the node may acknowledge. */
  ackedUpTo(applied: number): number;
  reports(logId: string): readonly ErasedReport[];
}

/** What carries erasures out, and remembers that it did. */
export interface Erasing {
  readonly erase: Erase;
  readonly record: EraseRecord;
  report(error: unknown): void;
}

/** @param onDone told when one has been carried out */
export function createOwedErasures(
  { erase, record, report }: Erasing,
  onDone: (report: ErasedReport) => void,
): OwedErasures {
  let owed: { readonly logId: string; readonly row: LogRow }[] = [];
  let isWorking = false;

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    try {
      for (let next = owed[0]; next; next = owed[0]) {
        const { logId, row } = next;
        const gone = await erase(row, logId);
        if (owed[0] !== next) continue; // Another log began meanwhile.
        const done = { job: row.job, seq: row.seq, ...gone };
        record.done(logId, done);
        owed.shift();
        onDone(done);
      }
    } catch (error) {
      report(error);
    } finally {
      isWorking = false;
    }
  }

  return {
    add(logId, rows) {
      const due = rows.filter(({ mode, seq }) => mode === "erase" && !record.isDone(logId, seq));
      owed.push(...due.map((row) => ({ logId, row })));
      void work();
    },
    retry: () => void work(),
    forget() {
      owed = [];
    },
    ackedUpTo: (applied) => (owed[0] ? Math.min(applied, owed[0].row.seq - 1) : applied),
    reports: (logId) => record.reports(logId),
  };
}

/** For a node that keeps nothing. */
export const nothingToErase: Erasing = {
  erase: async () => ({ originals: 0, variants: 0, bytes: 0 }),
  record: { isDone: () => true, done() {}, reports: () => [] },
  report() {},
};
