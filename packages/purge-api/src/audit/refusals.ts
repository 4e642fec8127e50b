import type { Clock } from "@freshet/core";
import type { AuditStore, NewEntry } from "./audit.ts";
import { cutShort } from "./entry.ts";

/** Somebody was kept from something. */
export interface Refusal {
  /** The code of the error. */
  readonly code: string;
  /** `POST /invalidate`. */
  readonly request: string;
  readonly address: string | null;
  /** Token and name of the key; `null` if it is not known. */
  readonly token: string | null;
  readonly key: string | null;
}

export interface Refusals {
  /** Never fails, and never waits. */
  note(refusal: Refusal): void;
  /** Writes down what was only counted so far; to be called every few seconds and at the end. */
  flush(): Promise<void>;
}

/** For how long what repeats itself is counted on one entry. */
const windowMs = 60_000;

/** Entries within that time for each known key, and for all together that have none; the rest is counted on one more. */
const entriesPerWindow = 20;

interface Open {
  readonly number: Promise<number | null>;
  more: number;
  lastAt: number;
}

/**
 * Writes down what was refused, so that nobody can fill the disk with it: the first time at once, what repeats itself
 * within a minute as a number on that entry, and what is too much altogether on a last one. Whoever tries keys from
 * many addresses does not use up what a known key has, nor the other way about.
 */
export function createRefusals(deps: {
  clock: Clock;
  store: Pick<AuditStore, "add" | "addTo">;
  report: (error: unknown) => void;
}): Refusals {
  const { clock, store, report } = deps;
  let open = new Map<string, Open>();
  let budgets = new Map<string, number>();
  let sinceMs = Number.NEGATIVE_INFINITY;
  let written: Promise<void> = Promise.resolve();

  /** @returns what stands for the refusal: itself, or all that are too many */
  function within(refusal: Refusal): Refusal {
    const { code, address, token, key } = refusal;
    const who = `${token} ${key}`;
    const isOpen = open.has(idOf(refusal));
    const used = budgets.get(who) ?? 0;
    if (isOpen || used < entriesPerWindow) {
      if (!isOpen) budgets.set(who, used + 1);
      return { ...refusal, code, address };
    }
    return { token, key, code: "others", address: null, request: "others" };
  }

  function write({ code, request, ...who }: Refusal, at: number): Promise<number | null> {
    const targets = [cutShort(request)];
    const none = { job: null, scope: null, mode: null };
    const entry: NewEntry = {
      ...{ ...who, ...none, action: "refused" as const, outcome: code, targets },
      ...{ at, endedAt: at, count: 1 },
    };
    return store.add(entry).catch((error) => {
      report(error);
      return null;
    });
  }

  async function writeCounts(entries: ReadonlyMap<string, Open>): Promise<void> {
    for (const entry of entries.values()) {
      const { more, lastAt } = entry;
      if (more === 0) continue;
      entry.more = 0;
      try {
        const number = await entry.number;
        if (number !== null) await store.addTo(number, more, lastAt);
      } catch (error) {
        report(error);
      }
    }
  }

  /** One after the other, those of the last minute included. */
  function flush(): Promise<void> {
    const entries = open;
    written = written.then(() => writeCounts(entries));
    return written;
  }

  return {
    note(refusal) {
      if (clock.monotonicMs() - sinceMs >= windowMs) {
        void flush();
        open = new Map();
        budgets = new Map();
        sinceMs = clock.monotonicMs();
      }
      const at = Math.round(clock.wallMs() * 1000);
      const counted = within(refusal);
      const before = open.get(idOf(counted));
      if (before) {
        before.more += 1;
        before.lastAt = at;
        return;
      }
      open.set(idOf(counted), { number: write(counted, at), more: 0, lastAt: at });
    },
    flush,
  };
}

function idOf({ token, key, address, code }: Refusal): string {
  return JSON.stringify([token, key, address, code]);
}
