import {
  type Clock,
  type Delivery,
  FreshetError,
  judgeStamp,
  type ParsedRequest,
  type SourceFormat,
  type Stamp,
} from "@freshet/core";
import type { Store } from "../cache/store.ts";
import { hashContent } from "../hash.ts";
import type { PurgePosition } from "../purge/position.ts";
import { createFencedFetches } from "./fenced-fetches.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { inspect } from "./inspect.ts";
import { OriginFailure } from "./origin-failure.ts";
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

/** An original that is asked for: as an image, or to be passed on, whatever it is. */
export interface OriginalRequest extends Pick<ParsedRequest, "token" | "settings" | "origin" | "version"> {
  readonly delivery: Pick<Delivery, "kind">;
}

/**
 * @param requestKey identity of the transformed URL, which a purge with scope `urls` may have named
 * @throws OriginFailure if the original cannot be had from its origin; FreshetError `not_an_image`, `image_broken` or
 *   `original_too_large` for one that is asked for as an image and cannot be read as one, `not_coherent`
 */
export type Resolve = (
  request: OriginalRequest,
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
  /**
   * After this many seconds the origin is asked whether an original changed; 0 = never, only when it is purged. A token
   * may say otherwise. Read at each request, since settings can be read again.
   */
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
  /** Why it is no image, where that was found out just now. */
  readonly unreadable: FreshetError | null;
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
  const { clock, position, table, originals, fetchOriginal } = deps;
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
    const landed = await flight.result.catch((error) => {
      throw failureOf(error, () => !holds(flight.stamp, request, requestKey));
    });
    const { pointer, status, bytes } = landed;
    if (request.delivery.kind === "image" && pointer.format === null) throw landed.unreadable ?? notAnImage();
    const fetch = { reason: known ? "stale" : "uri-miss", status, collapsed } as const;
    return answer(pointer, flight.stamp, fetch, bytes);
  };

  function judge(request: OriginalRequest, requestKey: string, bytesLost: boolean): Judged {
    const known = table.get(request.origin.key, request.version);
    if (!known || bytesLost) return { known, verdict: "refetch" };
    const { token, origin } = request;
    const purged = position.purgedAt(token, origin, requestKey);
    const verdict = judgeStamp(known.stamp, position.stamp().logId, purged);
    const isDue = isOld(known, request, deps.refreshSeconds, clock.wallMs()) || isUnfit(known, request);
    return { known, verdict: verdict === "use" && isDue ? "revalidate" : verdict };
  }

  /** @param requestKey `null`: for the original as such, whoever asks for it */
  function holds(stamp: Stamp, { token, origin }: OriginalRequest, requestKey: string | null): boolean {
    const purged = position.purgedAt(token, origin, requestKey);
    return judgeStamp(stamp, position.stamp().logId, purged) === "use";
  }

  function join(
    request: OriginalRequest,
    requestKey: string,
    verdict: Judged["verdict"],
    begin: () => Flight,
  ) {
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

  function beginFlight(request: OriginalRequest, { known, verdict }: Judged): Flight {
    const stamp = position.stamp();
    const asked = verdict !== "refetch" && known && hasValidators(known) ? known : null;
    return { stamp, conditional: asked !== null, result: land(stamp, request, asked) };
  }

  async function land(stamp: Stamp, request: OriginalRequest, known: Pointer | null): Promise<Landed> {
    const answer = await fetchOriginal(request.origin, known?.validators ?? null, request.settings);
    const fetchedAtMs = clock.wallMs();
    if (answer.kind === "not-modified") {
      // Only ever the answer to `known`'s own validators, so the pointer that they belong to is the one to renew.
      const pointer = { ...(known as Pointer), stamp, fetchedAtMs };
      keep(pointer, request);
      return { pointer, status: answer.status, bytes: null, unreadable: null };
    }
    const { bytes, validators, status, mediaType = null } = answer;
    const { type, unreadable, ...body } = await describe(bytes);
    const pointer = { ...body, mediaType, validators, stamp, fetchedAtMs };
    const isWanted = unreadable === null || request.delivery.kind === "proxy";
    if (isWanted && holds(stamp, request, null)) {
      await originals.put(pointer.content, { bytes, type });
      keep(pointer, request);
    }
    return { pointer, status, bytes, unreadable };
  }

  /** A purge may have come since the last look: this look and the write are one step of the event loop. */
  function keep(pointer: Pointer, request: OriginalRequest): void {
    if (holds(pointer.stamp, request, null)) table.set(request.origin.key, request.version, pointer);
  }
}

function isOld(
  { fetchedAtMs }: Pointer,
  { settings }: OriginalRequest,
  refreshSeconds: number,
  nowMs: number,
): boolean {
  const seconds = settings.originRefreshSeconds ?? refreshSeconds;
  return seconds > 0 && nowMs - fetchedAtMs >= seconds * 1000;
}

/** What was passed on and is no image may have become one: nobody purges a page that said "please wait". */
function isUnfit({ format }: Pointer, { delivery }: OriginalRequest): boolean {
  return delivery.kind === "image" && format === null;
}

interface Described {
  readonly content: string;
  readonly format: SourceFormat | null;
  /** What the store calls it. */
  readonly type: string;
  readonly unreadable: FreshetError | null;
}

/** What is no image is still something that can be passed on. */
async function describe(bytes: Uint8Array): Promise<Described> {
  const content = await hashContent(bytes);
  try {
    const { format } = await inspect(bytes);
    return { content, format, type: `image/${format}`, unreadable: null };
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error;
    return { content, format: null, type: "application/octet-stream", unreadable: error };
  }
}

function notAnImage(): FreshetError {
  return new FreshetError("not_an_image", "the original did not change, and is none that can be read");
}

/** Each waiter has a lateness of its own: a purge may have named only one of the URLs that are made of the original. */
function failureOf(error: unknown, isLate: () => boolean): unknown {
  return error instanceof FreshetError ? new OriginFailure(error, isLate) : error;
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
function keyOf({ origin, version }: OriginalRequest): string {
  return `${origin.key}\n${version}`;
}

function hasValidators({ validators }: Pointer): boolean {
  return validators.etag !== null || validators.lastModified !== null;
}
