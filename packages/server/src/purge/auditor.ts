import { type LogRow, plainToken } from "@freshet/core";
import type { Judged } from "../origin/judge.ts";
import type { PointerTable } from "../origin/pointer-table.ts";
import type { OriginalRequest } from "../origin/resolve.ts";
import type { PurgePosition } from "./position.ts";

/** Checks a server against the rows that it has applied: what one of them named must not be answered as if fresh. */
export interface Auditor {
  /** Rows that take effect here. Beyond {@link maxWaiting} the oldest are never looked at: it is a sample. */
  add(logId: string, rows: readonly LogRow[]): void;
  /** Looks at the newest few; to be called each second. */
  audit(): Promise<void>;
}

export interface AuditorDeps {
  readonly table: Pick<PointerTable, "get" | "sample">;
  readonly position: Pick<PurgePosition, "stamp" | "trust">;
  /** The one that decides for requests, too; it asks no origin. */
  judge(request: OriginalRequest, requestKey: string, bytesLost: boolean): Judged;
  /** Whether an erasure has been carried out here. */
  isErased(logId: string, seq: number): boolean;
  /** Whether bytes are on the disk that are written down nowhere: no erasure would find them. */
  isLeftBehind(content: string): Promise<boolean>;
  /** Told of each look at one pointer. */
  count(isViolation: boolean): void;
}

interface Waiting {
  readonly logId: string;
  readonly row: LogRow;
}

/** Rows that wait for their turn: the newest of a busy second. */
const maxWaiting = 100;
/** Rows a second, and pointers of each: each is one look into the pointer table. */
const rowsAtOnce = 4;
const pointersOfRow = 8;

/**
 * It trusts neither the registry nor its look-up: a row and the stamp of a pointer that it names say by themselves
 * whether the pointer may be used.
 */
export function createAuditor({
  table,
  position,
  judge,
  isErased,
  isLeftBehind,
  count,
}: AuditorDeps): Auditor {
  let waiting: Waiting[] = [];

  async function auditRow(row: LogRow): Promise<void> {
    for (const { originKey, version } of table.sample(row, pointersOfRow)) {
      const { known, verdict } = judge(
        requestOf(row, originKey, version),
        requestKeyOf(row, originKey),
        false,
      );
      if (known === null) continue;
      const isOld = isTooOld(known.stamp, row);
      const isLeft = isOld && row.mode === "erase" && (await isLeftBehind(known.content));
      count((isOld && isServed(verdict, row)) || isLeft);
    }
  }

  function isTooOld({ logId, seq }: { logId: string; seq: number }, row: LogRow): boolean {
    return logId !== position.stamp().logId || seq < row.seq;
  }

  return {
    add(logId, rows) {
      waiting = [...waiting, ...rows.slice(-maxWaiting).map((row) => ({ logId, row }))].slice(-maxWaiting);
    },
    async audit() {
      // Without a lease nothing is answered unasked, whatever the judge would say.
      if (position.trust() !== "trusted") return;
      const isFinished = ({ logId, row }: Waiting) => row.mode !== "erase" || isErased(logId, row.seq);
      const due = waiting.filter(isFinished).slice(-rowsAtOnce);
      waiting = waiting.filter((one) => !due.includes(one));
      for (const { logId, row } of due) if (logId === position.stamp().logId) await auditRow(row);
    },
  };
}

function requestOf({ token }: LogRow, key: string, version: string): OriginalRequest {
  const origin = { key, pathKey: key.split("?", 1)[0] as string, urls: [] };
  return { token, settings: plainToken(token), origin, version, delivery: { kind: "proxy" } };
}

/** After a soft purge old bytes may be answered for a while, as old ones. */
function isServed(verdict: Judged["verdict"], { mode }: LogRow): boolean {
  return verdict === "use" || (verdict === "stale" && mode !== "soft");
}

/** A transformed URL that the row reaches; any, if it reaches all. */
function requestKeyOf({ kind, pattern }: LogRow, originKey: string): string {
  if (kind === "url") return pattern;
  return kind === "variants"
    ? `${originKey}\n\n${pattern.slice(pattern.indexOf("\n") + 1)}`
    : `${originKey}\n\n`;
}
