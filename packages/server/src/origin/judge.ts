import { type Clock, judgeStamp, type Stamp } from "@freshet/core";
import type { PurgePosition } from "../purge/position.ts";
import type { Pointer, PointerTable } from "./pointer-table.ts";
import type { OriginalRequest } from "./resolve.ts";

/** What may be done with the copy at hand. */
export interface Judged {
  readonly known: Pointer | null;
  readonly verdict: "use" | "stale" | "revalidate" | "refetch";
  /**
   * Set if it is to be asked about for its age alone, and no purge says so: for how long, in seconds, at least 1. Then it
   * may be answered while the origin is down.
   */
  readonly overdueSeconds: number | null;
}

/** Judges copies and fetches by the purges that are known now. */
export function createJudge(deps: {
  readonly clock: Clock;
  readonly position: PurgePosition;
  readonly table: PointerTable;
  readonly refreshSeconds: number;
}) {
  const { clock, position, table } = deps;

  function judge(request: OriginalRequest, requestKey: string, bytesLost: boolean): Judged {
    const { origin, version } = request;
    const known = table.get(origin.key, version);
    if (!known || bytesLost) return { known, verdict: "refetch", overdueSeconds: null };
    const judged = judgeKnown(known, request, requestKey);
    if (judged.verdict === "use") return judged;
    // Another process of this folder may have fetched it since.
    const newer = table.newer(origin.key, version, known);
    return newer ? judgeKnown(newer, request, requestKey) : judged;
  }

  function judgeKnown(known: Pointer, request: OriginalRequest, requestKey: string): Judged {
    const { token, origin } = request;
    const purged = position.purgedAt(token, origin, requestKey, known.tags);
    const verdict = judgeStamp(known.stamp, position.stamp().logId, purged);
    const isUsable = verdict === "use" || verdict === "stale";
    if (isUsable && isUnfit(known, request)) return { known, verdict: "revalidate", overdueSeconds: null };
    const overdueMs = overdue(known, request, deps.refreshSeconds, clock.wallMs());
    if (verdict !== "use" || overdueMs < 0) return { known, verdict, overdueSeconds: null };
    return { known, verdict: "revalidate", overdueSeconds: Math.max(1, Math.ceil(overdueMs / 1000)) };
  }

  /**
   * Whether what was fetched at a stamp is not purged.
   * @param requestKey `null`: for the original as such, whoever asks for it
   */
  function holds(
    stamp: Stamp,
    { token, origin }: OriginalRequest,
    requestKey: string | null,
    tags: readonly string[],
  ): boolean {
    const purged = position.purgedAt(token, origin, requestKey, tags);
    return judgeStamp(stamp, position.stamp().logId, purged) === "use";
  }

  return { judge, holds };
}

/** Negative if it need not be asked about. */
function overdue(
  { fetchedAtMs }: Pointer,
  { settings }: OriginalRequest,
  refreshSeconds: number,
  nowMs: number,
): number {
  const seconds = settings.originRefreshSeconds ?? refreshSeconds;
  return seconds > 0 ? nowMs - fetchedAtMs - seconds * 1000 : -1;
}

/** What was passed on and is no image may have become one: nobody purges a page that said "please wait". */
function isUnfit({ format }: Pointer, { delivery }: OriginalRequest): boolean {
  return delivery.kind === "image" && format === null;
}
