import { type Clock, FreshetError, judgeStamp, type OriginRef, type ParsedRequest, type Stamp } from "@freshet/core";
import type { Store } from "../cache/store.ts";
import { hashContent } from "../hash.ts";
import { serverLimits } from "../limits.ts";
import type { PurgePosition } from "../purge/position.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { inspect, type SourceInfo } from "./inspect.ts";
import type { Pointer, PointerTable } from "./pointer-table.ts";

/** The original that a request may be answered from. */
export interface Resolved {
  readonly pointer: Pointer;
  /** A purge came while the original was fetched: the answer is for who asked, and must be kept nowhere. */
  readonly late: boolean;
  /** How the origin was asked, `null` if it was not. */
  readonly fetch: { readonly reason: "uri-miss" | "stale"; readonly status: number; readonly collapsed: boolean } | null;
  /** The original's bytes, where they are at hand anyway. */
  readonly bytes: Uint8Array | null;
}

export interface ResolveOptions {
  /** The bytes behind the pointer are gone from the store: fetch them whatever the pointer says. */
  readonly bytesLost?: boolean;
}

/** @param requestKey identity of the transformed URL, which a purge with scope `urls` may have named */
export type Resolve = (
  request: Pick<ParsedRequest, "token" | "origin" | "version">,
  requestKey: string,
  options?: ResolveOptions,
) => Promise<Resolved>;

export interface ResolveDeps {
  readonly clock: Clock;
  readonly position: PurgePosition;
  readonly table: PointerTable;
  readonly originals: Store;
  readonly fetchOriginal: FetchOriginal;
  /** Resolves after that many milliseconds of the clock. */
  wait(ms: number): Promise<void>;
  /** After this many seconds the origin is asked whether an original changed; 0 = never, only when it is purged. */
  readonly refreshSeconds: number;
}

/** One fetch from the origin, and what it was begun with. */
interface Flight {
  readonly stamp: Stamp;
  readonly conditional: boolean;
  readonly result: Promise<Landed>;
}

interface Landed {
  readonly pointer: Pointer;
  readonly status: number;
  readonly bytes: Uint8Array | null;
}

type Verdict = "use" | "revalidate" | "refetch";

/**
 * The only place that decides whether a cached original may be used (DESIGN section 3). Its rules, each of which the
 * model in reference/purge.md section 5.3 breaks without:
 * - the stamp of a fetch is taken before its first byte is asked for;
 * - a running fetch is joined only if its stamp still holds against every purge known now;
 * - what it brought is stored only if its stamp still holds when it lands;
 * - without a lease nothing cached is trusted.
 */
export function createResolve(deps: ResolveDeps): Resolve {
  const { clock, position, table, originals, fetchOriginal, refreshSeconds } = deps;
  const flights = new Map<string, Flight>();
  const fenced = createFencedFetches(clock, deps.wait);

  return async function resolve({ token, origin, version }, requestKey, options = {}) {
    const trust = position.trust();
    if (trust === "refuse") throw new FreshetError("not_coherent", "this node cannot tell which originals were purged");
    const known = table.get(origin.key, version);
    const verdict = options.bytesLost ? "refetch" : judge(known, token, origin, requestKey);
    if (known && verdict === "use" && trust !== "revalidate") {
      return { pointer: known, late: false, fetch: null, bytes: null };
    }

    const begin = () => beginFlight(token, origin, version, verdict === "refetch" ? null : known);
    const { flight, collapsed } =
      trust === "revalidate" ? await fenced.next(`${origin.key}\n${version}`, begin) : join(token, origin, version, requestKey, verdict, begin);
    const { pointer, status, bytes } = await flight.result;
    const reason = known ? "stale" : "uri-miss";
    return { pointer, late: !holds(flight.stamp, token, origin, requestKey), fetch: { reason, status, collapsed }, bytes };
  };

  function judge(known: Pointer | null, token: string, origin: OriginRef, requestKey: string): Verdict {
    if (!known) return "refetch";
    const verdict = judgeStamp(known.stamp, position.stamp().logId, position.purgedAt(token, origin, requestKey));
    const isOld = refreshSeconds > 0 && clock.wallMs() - known.fetchedAtMs >= refreshSeconds * 1000;
    return verdict === "use" && isOld ? "revalidate" : verdict;
  }

  function holds(stamp: Stamp, token: string, origin: OriginRef, requestKey: string | null): boolean {
    return judgeStamp(stamp, position.stamp().logId, position.purgedAt(token, origin, requestKey)) === "use";
  }

  function join(token: string, origin: OriginRef, version: string, requestKey: string, verdict: Verdict, begin: () => Flight) {
    const key = `${origin.key}\n${version}`;
    const running = flights.get(key);
    const mayJoin =
      running !== undefined && holds(running.stamp, token, origin, requestKey) && !(running.conditional && verdict === "refetch");
    if (mayJoin) return { flight: running, collapsed: true };
    const flight = begin();
    flights.set(key, flight);
    const leave = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(leave, leave);
    return { flight, collapsed: false };
  }

  function beginFlight(token: string, origin: OriginRef, version: string, known: Pointer | null): Flight {
    const stamp = position.stamp();
    const conditional = known !== null && hasValidators(known);
    return { stamp, conditional, result: land(stamp, token, origin, version, conditional ? known : null) };
  }

  async function land(stamp: Stamp, token: string, origin: OriginRef, version: string, known: Pointer | null): Promise<Landed> {
    const answer = await fetchOriginal(origin, known?.validators ?? null);
    const fetchedAtMs = clock.wallMs();
    if (answer.kind === "not-modified") {
      // Only ever the answer to `known`'s own validators, so the pointer that they belong to is the one to renew.
      const pointer = { ...(known as Pointer), stamp, fetchedAtMs };
      keep(pointer, token, origin, version);
      return { pointer, status: answer.status, bytes: null };
    }
    const { bytes, validators, status } = answer;
    const { format }: SourceInfo = await inspect(bytes);
    const pointer = { content: hashContent(bytes), format, validators, stamp, fetchedAtMs };
    if (holds(stamp, token, origin, null)) {
      await originals.put(pointer.content, { bytes, type: `image/${format}` });
      keep(pointer, token, origin, version);
    }
    return { pointer, status, bytes };
  }

  /** A purge may have come since the last look: this look and the write are one step of the event loop. */
  function keep(pointer: Pointer, token: string, origin: OriginRef, version: string): void {
    if (holds(pointer.stamp, token, origin, null)) table.set(origin.key, version, pointer);
  }
}

function hasValidators({ validators }: Pointer): boolean {
  return validators.etag !== null || validators.lastModified !== null;
}

/**
 * Fetches of a node that is cut off: nothing that was read before a request came may answer it, and still no original
 * is asked for more than once a second. So a request that comes too early waits for the next fetch to begin.
 */
function createFencedFetches(clock: Clock, wait: (ms: number) => Promise<void>) {
  const lastBegunMs = new Map<string, number>();
  const pending = new Map<string, Promise<Flight>>();

  async function next(key: string, begin: () => Flight): Promise<{ flight: Flight; collapsed: boolean }> {
    const planned = pending.get(key);
    if (planned) return { flight: await planned, collapsed: true };
    const waitMs = (lastBegunMs.get(key) ?? Number.NEGATIVE_INFINITY) + serverLimits.fencedFetchEveryMs - clock.monotonicMs();
    const start = () => {
      pending.delete(key);
      lastBegunMs.delete(key);
      lastBegunMs.set(key, clock.monotonicMs());
      if (lastBegunMs.size > serverLimits.pointersInMemory) lastBegunMs.delete(lastBegunMs.keys().next().value as string);
      return begin();
    };
    if (waitMs <= 0) return { flight: start(), collapsed: false };
    const later = wait(waitMs).then(start);
    pending.set(key, later);
    return { flight: await later, collapsed: false };
  }

  return { next };
}
