import { type Clock, FreshetError, judgeStamp, type ParsedRequest, type Stamp } from "@freshet/core";
import type { Store } from "../cache/store.ts";
import { hashContent } from "../hash.ts";
import type { PurgePosition } from "../purge/position.ts";
import { createFencedFetches } from "./fenced-fetches.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { inspect } from "./inspect.ts";
import type { Pointer, PointerTable } from "./pointer-table.ts";

/** The original that a request may be answered from. */
export interface Resolved {
  readonly pointer: Pointer;
  /**
   * A purge has come since the original was fetched: the answer is for who asked, and must be kept nowhere. It is true
   * as of when it is read, since rendering takes its time, too.
   */
  readonly late: boolean;
  /** How the origin was asked, `null` if it was not. */
  readonly fetch: {
    readonly reason: "uri-miss" | "stale";
    readonly status: number;
    readonly collapsed: boolean;
  } | null;
  /** The original's bytes, where they are at hand anyway. */
  readonly bytes: Uint8Array | null;
}

export interface ResolveOptions {
  /** The bytes behind the pointer are gone from the store: fetch them whatever the pointer says. */
  readonly bytesLost?: boolean;
}

type Request = Pick<ParsedRequest, "token" | "origin" | "version">;

/** @param requestKey identity of the transformed URL, which a purge with scope `urls` may have named */
export type Resolve = (request: Request, requestKey: string, options?: ResolveOptions) => Promise<Resolved>;

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

/** What may be done with the copy at hand. */
interface Judged {
  readonly known: Pointer | null;
  readonly verdict: "use" | "revalidate" | "refetch";
}

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
  const fenced = createFencedFetches<Flight>(clock, deps.wait);

  return async function resolve(request, requestKey, { bytesLost = false } = {}) {
    const trust = position.trust();
    if (trust === "refuse") {
      throw new FreshetError("not_coherent", "this node cannot tell which originals were purged");
    }
    const { known, verdict } = judge(request, requestKey, bytesLost);
    const answer = answerFor((stamp) => !holds(stamp, request, requestKey));
    if (known && verdict === "use" && trust !== "revalidate") {
      return answer(known, known.stamp, null, null);
    }
    // Judged again when it begins: a fenced fetch may begin a second later.
    const begin = () => beginFlight(request, judge(request, requestKey, bytesLost));
    const { flight, collapsed } =
      trust === "revalidate"
        ? await fenced.next(`${keyOf(request)}\n${verdict === "refetch"}`, begin)
        : join(request, requestKey, verdict, begin);
    const { pointer, status, bytes } = await flight.result;
    const fetch = { reason: known ? "stale" : "uri-miss", status, collapsed } as const;
    return answer(pointer, flight.stamp, fetch, bytes);
  };

  function judge(request: Request, requestKey: string, bytesLost: boolean): Judged {
    const known = table.get(request.origin.key, request.version);
    if (!known || bytesLost) return { known, verdict: "refetch" };
    const { token, origin } = request;
    const purged = position.purgedAt(token, origin, requestKey);
    const verdict = judgeStamp(known.stamp, position.stamp().logId, purged);
    const isOld = refreshSeconds > 0 && clock.wallMs() - known.fetchedAtMs >= refreshSeconds * 1000;
    return { known, verdict: verdict === "use" && isOld ? "revalidate" : verdict };
  }

  /** @param requestKey `null`: for the original as such, whoever asks for it */
  function holds(stamp: Stamp, { token, origin }: Request, requestKey: string | null): boolean {
    const purged = position.purgedAt(token, origin, requestKey);
    return judgeStamp(stamp, position.stamp().logId, purged) === "use";
  }

  function join(request: Request, requestKey: string, verdict: Judged["verdict"], begin: () => Flight) {
    const key = keyOf(request);
    const running = flights.get(key);
    if (running && holds(running.stamp, request, requestKey)) {
      // A conditional fetch may bring nothing but "unchanged", which is no answer to a hard purge.
      if (!running.conditional || verdict !== "refetch") return { flight: running, collapsed: true };
    }
    const flight = begin();
    flights.set(key, flight);
    const leave = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(leave, leave);
    return { flight, collapsed: false };
  }

  function beginFlight(request: Request, { known, verdict }: Judged): Flight {
    const stamp = position.stamp();
    const asked = verdict !== "refetch" && known && hasValidators(known) ? known : null;
    return { stamp, conditional: asked !== null, result: land(stamp, request, asked) };
  }

  async function land(stamp: Stamp, request: Request, known: Pointer | null): Promise<Landed> {
    const answer = await fetchOriginal(request.origin, known?.validators ?? null);
    const fetchedAtMs = clock.wallMs();
    if (answer.kind === "not-modified") {
      // Only ever the answer to `known`'s own validators, so the pointer that they belong to is the one to renew.
      const pointer = { ...(known as Pointer), stamp, fetchedAtMs };
      keep(pointer, request);
      return { pointer, status: answer.status, bytes: null };
    }
    const { bytes, validators, status } = answer;
    const { format } = await inspect(bytes);
    const pointer = { content: await hashContent(bytes), format, validators, stamp, fetchedAtMs };
    if (holds(stamp, request, null)) {
      await originals.put(pointer.content, { bytes, type: `image/${format}` });
      keep(pointer, request);
    }
    return { pointer, status, bytes };
  }

  /** A purge may have come since the last look: this look and the write are one step of the event loop. */
  function keep(pointer: Pointer, request: Request): void {
    if (holds(pointer.stamp, request, null)) table.set(request.origin.key, request.version, pointer);
  }
}

/** @param isLate whether a stamp no longer holds, as of now */
function answerFor(isLate: (stamp: Stamp) => boolean) {
  return (pointer: Pointer, stamp: Stamp, fetch: Resolved["fetch"], bytes: Uint8Array | null): Resolved => ({
    pointer,
    get late() {
      return isLate(stamp);
    },
    fetch,
    bytes,
  });
}

/** What one fetch brings is one version of one original. */
function keyOf({ origin, version }: Request): string {
  return `${origin.key}\n${version}`;
}

function hasValidators({ validators }: Pointer): boolean {
  return validators.etag !== null || validators.lastModified !== null;
}
