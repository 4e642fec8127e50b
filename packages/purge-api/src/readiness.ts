import { type Check, type Clock, type Readiness, readinessOf } from "@freshet/core";
import type { FrontHealth } from "./fronts/tour.ts";

/** For how long what was found out about the database is told again: whoever asks often costs nothing. */
const rememberedMs = 1_000;

/** A database that takes longer cannot be accepted to. */
const probeWithinMs = 2_000;

/**
 * Looks at what accepting a purge needs. That is the database alone: a purge that is on disk is brought to its end,
 * however long servers and fronts take. They are looked at too, and keep nobody away: else a front that fails would
 * stop purges altogether.
 *
 * @param probe rejects if the database cannot be written to
 * @param isSettled see `Membership.isSettled`
 */
export function createReadiness(deps: {
  clock: Clock;
  probe: () => Promise<void>;
  isSettled: () => boolean;
  fronts: () => readonly FrontHealth[];
  isStopping: () => boolean;
}): () => Promise<Readiness> {
  const { clock, probe, isSettled, fronts, isStopping } = deps;
  let last: Promise<Check> | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  async function lookAtDatabase(): Promise<Check> {
    const shared = { name: "database", required: true };
    try {
      await within(probe(), probeWithinMs);
      return { ...shared, ok: true, detail: "it can be written to" };
    } catch (error) {
      return { ...shared, ok: false, detail: `it cannot be written to: ${reasonOf(error)}` };
    }
  }

  function database(): Promise<Check> {
    const nowMs = clock.monotonicMs();
    if (last && nowMs - lastMs < rememberedMs) return last;
    lastMs = nowMs;
    last = lookAtDatabase();
    return last;
  }

  return async () => {
    const checks = [await database(), running(!isStopping()), log(isSettled()), ...fronts().map(front)];
    return readinessOf(checks);
  };
}

function running(ok: boolean): Check {
  return { name: "running", ok, required: true, detail: ok ? "it accepts" : "it was told to stop" };
}

function log(ok: boolean): Check {
  const detail = ok
    ? "it knows who may hold a lease"
    : "it may be an older copy, or new: nothing is DONE before one lease has passed";
  return { name: "log", ok, required: false, detail };
}

function front({ front, failing, waiting }: FrontHealth): Check {
  const detail =
    failing === 0 ? "its last call worked" : `its last ${failing} calls failed; ${waiting} purges wait`;
  return { name: `front ${front}`, ok: failing === 0, required: false, detail };
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it did not answer within ${ms / 1000} s`)), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Without what a driver says about queries and addresses. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return (cause instanceof Error ? cause.message : message).split("\n", 1)[0] as string;
}
