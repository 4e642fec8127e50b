import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import type { ErasedReport } from "@freshet/core";

/** Which erasures of a log are done, across restarts: what is not on it is done again. */
export interface EraseRecord {
  isDone(logId: string, seq: number): boolean;
  /** On disk when it returns; the files' removal is, too, since it came before. */
  done(logId: string, report: ErasedReport): void;
  /** The last of this log, to be told again: the log may have missed them. */
  reports(logId: string): readonly ErasedReport[];
}

interface Recorded {
  readonly logId: string;
  readonly reports: readonly ErasedReport[];
  /** Everything up to here is done. */
  readonly upTo: number;
}

/** Reports that are kept; they take some 150 bytes each. */
const maxReports = 1_000;

export function openEraseRecord(file: string): EraseRecord {
  let recorded: Recorded = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Recorded)
    : { logId: "", reports: [], upTo: 0 };
  return {
    isDone: (logId, seq) => recorded.logId === logId && seq <= recorded.upTo,
    done(logId, report) {
      const before = recorded.logId === logId ? recorded.reports : [];
      recorded = { logId, reports: [...before, report].slice(-maxReports), upTo: report.seq };
      write(file, JSON.stringify(recorded));
    },
    reports: (logId) => (recorded.logId === logId ? recorded.reports : []),
  };
}

function write(file: string, text: string): void {
  const descriptor = openSync(`${file}.tmp`, "w");
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.tmp`, file);
}
