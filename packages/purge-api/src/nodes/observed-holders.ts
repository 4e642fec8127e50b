import type { Clock } from "@freshet/core";
import type { SharedHolder, SharedHolders } from "./shared-holders.ts";

/** What this replica has seen of a process, by its own monotonic clock. */
export interface Observed {
  readonly holder: SharedHolder;
  /** Since when it has been seen with the lease that it has. */
  readonly leaseSinceMs: number;
  /** Since when it has been seen with as many heartbeats. */
  readonly beatsSinceMs: number;
}

export interface ObservedHolders {
  /** As of the last look, and what was heard since. */
  known(): readonly Observed[];
  /** A process has acknowledged up to a position; perhaps it is not so any more. */
  heard(boot: string, acked: number): void;
  /** Reads the record, and withdraws what has lapsed. What it returns was read after the call. */
  look(): Promise<readonly Observed[]>;
  /** Takes every lease for granted just now. */
  beginAnew(): void;
}

/** Lapsed processes that are kept on record: those that lapsed last. */
const maxLapsed = 100;

/**
 * @param countedMs how long a lease is counted from when it was first seen
 * @param onLogId told of the identity of the log, as it is beside the record
 */
export function observeHolders(deps: {
  clock: Clock;
  store: SharedHolders;
  countedMs: number;
  onLogId: (logId: string) => void;
}): ObservedHolders {
  const { clock, store, countedMs, onLogId } = deps;
  let known = new Map<string, Observed>();
  /** By process. A look may be older than what was heard while it was made. */
  const heard = new Map<string, number>();

  async function look(): Promise<readonly Observed[]> {
    const { logId, holders } = await store.all();
    // After the answer: each lease that is in it is older than this moment.
    const nowMs = clock.monotonicMs();
    onLogId(logId);
    const observed = holders.map((holder) => observe(holder, known.get(holder.boot), nowMs));
    // At once: what was first seen now counts from now, whatever fails below.
    known = new Map(observed.map((entry) => [entry.holder.boot, entry]));
    for (const boot of heard.keys()) if (!known.has(boot)) heard.delete(boot);
    const judged: Observed[] = [];
    for (const entry of observed) judged.push(isLapsed(entry, nowMs) ? await withdraw(entry) : entry);
    return await withoutSurplus(judged);
  }

  function isLapsed({ holder, leaseSinceMs, beatsSinceMs }: Observed, nowMs: number): boolean {
    if (holder.lapsedAt !== null) return false;
    if (holder.lease !== null) return nowMs - leaseSinceMs >= countedMs;
    return !holder.isConnected || nowMs - beatsSinceMs >= countedMs;
  }

  async function withdraw(entry: Observed): Promise<Observed> {
    if (!(await store.withdraw(entry.holder))) return entry;
    const holder = { ...entry.holder, isConnected: false, lease: null, lapsedAt: clock.wallMs() };
    return { ...entry, holder };
  }

  async function withoutSurplus(observed: readonly Observed[]): Promise<readonly Observed[]> {
    const lapsed = observed.filter(({ holder }) => holder.lapsedAt !== null && holder.fence !== "serve");
    const oldestFirst = lapsed.sort((a, b) => Number(a.holder.lapsedAt) - Number(b.holder.lapsedAt));
    const surplus = new Set(oldestFirst.slice(0, -maxLapsed));
    for (const { holder } of surplus) await store.remove(holder.boot);
    return observed.filter((entry) => !surplus.has(entry));
  }

  return {
    known: () =>
      [...known.values()].map((entry) => {
        const acked = Math.max(entry.holder.acked, heard.get(entry.holder.boot) ?? 0);
        return { ...entry, holder: { ...entry.holder, acked } };
      }),
    look,
    heard: (boot, acked) => void heard.set(boot, acked),
    beginAnew() {
      heard.clear();
      known = new Map();
    },
  };
}

function observe(holder: SharedHolder, before: Observed | undefined, nowMs: number): Observed {
  const hasSameLease = before?.holder.lease === holder.lease;
  const hasSameBeats = before?.holder.beats === holder.beats;
  return {
    holder,
    leaseSinceMs: before && hasSameLease ? before.leaseSinceMs : nowMs,
    beatsSinceMs: before && hasSameBeats ? before.beatsSinceMs : nowMs,
  };
}
