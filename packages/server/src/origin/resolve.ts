import {
  type Clock,
  type Delivery,
  type ErrorCode,
  FreshetError,
  type ParsedRequest,
  type SourceFormat,
  type Stamp,
} from "@freshet/core";
import type { Lineage } from "../cache/lineage.ts";
import type { Entry, Store } from "../cache/store.ts";
import { hashContent } from "../hash.ts";
import type { PurgePosition } from "../purge/position.ts";
import { createFencedFetches } from "./fenced-fetches.ts";
import type { InTurn } from "./fetch-in-turn.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { inspect, type SourceInfo } from "./inspect.ts";
import { createJudge, type Judged } from "./judge.ts";
import { OriginFailure } from "./origin-failure.ts";
import { isOutage } from "./outage.ts";
import type { Pointer, PointerTable } from "./pointer-table.ts";
import { createStaleRefreshes } from "./stale-refreshes.ts";
import { createUnreadableOriginals, type UnreadableOriginals } from "./unreadable-originals.ts";

/** The original that a request may be answered from. */
export interface Resolved {
  readonly pointer: Pointer;
  /**
   * A purge has come since the original was fetched: the answer is for who asked, and must be kept nowhere. It is true
   * as of when it is read, since rendering takes its time, too.
   */
  readonly late: boolean;
  /**
   * Caches in front must not keep what is made of it: this node has no lease, and purges are DONE without it; or the
   * origin is down and could not be asked about what is overdue. As of when it is read.
   */
  readonly cutOff: boolean;
  /** How the origin was asked, `null` if it was not. */
  readonly fetch: {
    readonly reason: "uri-miss" | "stale";
    readonly status: number;
    readonly collapsed: boolean;
  } | null;
  /**
   * Set if it is old: answered for a short while after a soft purge, or overdue while the origin is down. For how long it
   * has been, in seconds.
   */
  readonly staleSeconds: number | null;
  /**
   * The original's bytes, where they are at hand anyway. What is in the store is not held for it: requests that wait for
   * their turn would fill the memory.
   */
  readonly bytes: Uint8Array | null;
}

export interface ResolveOptions {
  /** The bytes behind the pointer are gone from the store: fetch them whatever the pointer says. */
  readonly bytesLost?: boolean;
  /** What is old is not wanted, not even for the while that a soft purge allows. */
  readonly isFreshWanted?: boolean;
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
  /** Around each fetch, until what it brought is kept; by default there is nothing to wait for. */
  readonly inTurn?: InTurn;
  /** Reads headers; by default in this process. */
  inspect?(bytes: Uint8Array): Promise<SourceInfo>;
  /** Where it is written down which bytes an origin gave. */
  readonly lineage?: Pick<Lineage, "addOriginal">;
  /** Resolves after that many milliseconds of the clock. */
  wait(ms: number): Promise<void>;
  /**
   * After this many seconds the origin is asked whether an original changed; 0 = never, only when it is purged. A token
   * may say otherwise. Read at each request, since settings can be read again.
   */
  readonly refreshSeconds: number;
  /** What is overdue for less may be answered while the origin is down; 0 = never. Nothing that was purged is. */
  readonly staleIfErrorSeconds: number;
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
  /** The store has the bytes. */
  readonly isKept: boolean;
  /** Why it is no image, where that was found out just now. */
  readonly unreadable: FreshetError | null;
}

/**
 * The only place that decides whether a cached original may be used (DESIGN section 3). Its rules, each of which the
 * model in reference/purge.md section 5.3 breaks without:
 * - the stamp of a fetch is taken before its first byte is asked for;
 * - a running fetch is joined only if its stamp still holds against every purge known now;
 * - what it brought is stored only if its stamp still holds when it lands;
 * - without a lease nothing cached is trusted;
 * - what tags a fetch brings is known when it lands: one that was joined and turns out to have been purged by a tag
 *   meanwhile is no answer to who came after that purge.
 */
export function createResolve(deps: ResolveDeps): Resolve {
  const { clock, position, inTurn = (_asked, work) => work() } = deps;
  const { judge, holds } = createJudge(deps);
  const flights = new Map<string, Flight>();
  const fenced = createFencedFetches<Flight>(clock, deps.wait);
  const [stale, unreadable] = [createStaleRefreshes(clock), createUnreadableOriginals(clock, holds)];
  const land = createLand(deps, holds, unreadable);

  return async function resolve(request, requestKey, { bytesLost = false, isFreshWanted = false } = {}) {
    const trust = position.trust();
    if (trust === "refuse") {
      throw new FreshetError("not_coherent", "this node cannot tell which originals were purged");
    }
    const { known, verdict, overdueSeconds } = judge(request, requestKey, bytesLost);
    const isCutOff = () => position.trust() === "revalidate" || position.trust() === "refuse";
    const isLate = (stamp: Stamp, tags: readonly string[]) => !holds(stamp, request, requestKey, tags);
    const answer = answerFor(isLate, isCutOff);
    if (known && verdict === "use" && trust !== "revalidate") return answer(known, known.stamp, null, null);
    // Judged again when it begins: a fenced fetch may begin a second later.
    const begin = () => beginFlight(request, judge(request, requestKey, bytesLost));
    if (known && verdict === "stale" && trust !== "revalidate" && !isFreshWanted) {
      stale.refresh(keyOf(request), () => join(request, requestKey, known, verdict, begin).flight.result);
      return answer(known, known.stamp, null, null, stale.seconds(keyOf(request)));
    }
    const isSpared = (seconds: number | null): seconds is number =>
      seconds !== null && seconds <= deps.staleIfErrorSeconds;
    if (known && isSpared(overdueSeconds) && trust !== "revalidate" && stale.isFailing(keyOf(request))) {
      stale.refresh(keyOf(request), () => join(request, requestKey, known, verdict, begin).flight.result);
      return answer(known, known.stamp, null, null, overdueSeconds);
    }
    if (trust !== "revalidate") unreadable.refuse(keyOf(request), request, requestKey);
    const asOf = position.stamp();
    const { flight, collapsed } =
      trust === "revalidate"
        ? await fenced.next(`${keyOf(request)}\n${verdict === "refetch"}`, begin)
        : join(request, requestKey, known, verdict, begin);
    // Not the flight, or whoever waits with the answer would hold its bytes: functions of one scope share what they use.
    const { stamp } = flight;
    const isHeld = (tags: readonly string[]) => holds(stamp, request, requestKey, tags);
    const landing = landedSince(asOf, flight, begin, isHeld);
    const outcome = await landing.catch((error) => spare(error, request, requestKey, bytesLost));
    if ("known" in outcome) return answer(outcome.known, outcome.known.stamp, null, null, outcome.seconds);
    const { landed, own } = outcome;
    const { pointer, status } = landed;
    stale.worked(keyOf(request));
    // Who comes back because the store has lost them is given them whatever happens.
    const bytes = landed.bytes && (bytesLost || !landed.isKept ? landed.bytes : new WeakRef(landed.bytes));
    if (request.delivery.kind === "image" && pointer.format === null) throw landed.unreadable ?? notAnImage();
    const fetch = { reason: known ? "stale" : "uri-miss", status, collapsed: collapsed && !own } as const;
    return answer(pointer, pointer.stamp, fetch, bytes);
  };

  /** What there is, where the origin is down and nothing but its age speaks against it, as of now. */
  function spare(error: unknown, request: OriginalRequest, requestKey: string, bytesLost: boolean) {
    const { known, overdueSeconds } = judge(request, requestKey, bytesLost);
    const isDown = isOutage(error) || (error instanceof FreshetError && lookedAway.has(error.code));
    const isTrusted = position.trust() === "trusted" || position.trust() === "serve";
    if (!known || !isDown || !isTrusted || overdueSeconds === null) throw error;
    if (overdueSeconds > deps.staleIfErrorSeconds) throw error;
    stale.failed(keyOf(request));
    return { known, seconds: overdueSeconds };
  }

  function join(
    request: OriginalRequest,
    requestKey: string,
    known: Pointer | null,
    verdict: Judged["verdict"],
    begin: () => Flight,
  ) {
    const key = keyOf(request);
    const running = flights.get(key);
    if (running && holds(running.stamp, request, requestKey, known?.tags ?? [])) {
      // A conditional fetch may bring nothing but "unchanged", which is no answer to a hard purge.
      if (!running.conditional || verdict !== "refetch") return { flight: running, collapsed: true };
    }
    const flight = begin();
    flights.set(key, flight);
    const leave = () => flights.get(key) === flight && flights.delete(key);
    flight.result.then(leave, leave);
    return { flight, collapsed: false };
  }

  function beginFlight(request: OriginalRequest, { known, verdict }: Judged): Flight {
    const stamp = position.stamp();
    const asked = verdict !== "refetch" && known && hasValidators(known) ? known : null;
    return { stamp, conditional: asked !== null, result: inTurn(request, () => land(stamp, request, asked)) };
  }
}

/** Why the origin was not even asked. */
const lookedAway: ReadonlySet<ErrorCode> = new Set(["origin_resting", "overloaded"]);

type Holds = ReturnType<typeof createJudge>["holds"];

/** What is done with an origin's answer, whoever waits for it. */
function createLand(deps: ResolveDeps, holds: Holds, unreadable: UnreadableOriginals) {
  const { clock, table, fetchOriginal } = deps;

  async function land(stamp: Stamp, request: OriginalRequest, known: Pointer | null): Promise<Landed> {
    const fetching = fetchOriginal(request, known?.validators ?? null);
    const answer = await unreadable.watch(keyOf(request), stamp, fetching);
    const fetchedAtMs = clock.wallMs();
    if (answer.kind === "not-modified") {
      // Only ever the answer to `known`'s own validators, so the pointer that they belong to is the one to renew.
      const pointer = {
        ...(known as Pointer),
        stamp,
        fetchedAtMs,
        ...(answer.tags && { tags: answer.tags }),
      };
      keep(pointer, request);
      return { pointer, status: answer.status, bytes: null, isKept: true, unreadable: null };
    }
    const { bytes, validators, status, mediaType = null, tags = [] } = answer;
    const { type, unreadable: refused, ...body } = await describe(bytes, deps.inspect ?? inspect);
    if (request.delivery.kind === "image") unreadable.note(keyOf(request), refused, { stamp, tags });
    const pointer = { ...body, mediaType, validators, stamp, fetchedAtMs, tags };
    const isWanted = refused === null || request.delivery.kind === "proxy";
    let isKept = false;
    if (isWanted && holds(stamp, request, null, tags)) {
      isKept = await keepBytes(deps, request.origin.key, pointer.content, { bytes, type });
      keep(pointer, request);
    }
    return { pointer, status, bytes, isKept, unreadable: refused };
  }

  /** A purge may have come since the last look: this look and the write are one step of the event loop. */
  function keep(pointer: Pointer, request: OriginalRequest): void {
    if (!holds(pointer.stamp, request, null, pointer.tags)) return;
    table.set(request.origin.key, request.version, pointer);
  }

  return land;
}

/**
 * In this order: what is on the disk must be found when its origin is erased.
 * @returns whether they were given to the store
 */
async function keepBytes(
  { lineage, originals, position }: Pick<ResolveDeps, "lineage" | "originals" | "position">,
  originKey: string,
  content: string,
  entry: Entry,
): Promise<boolean> {
  const isNamed = lineage?.addOriginal(originKey, content, position.stamp()) ?? true;
  if (isNamed) await originals.put(content, entry);
  return isNamed;
}

interface Described {
  readonly content: string;
  readonly format: SourceFormat | null;
  /** What the store calls it. */
  readonly type: string;
  readonly unreadable: FreshetError | null;
}

/** What is no image is still something that can be passed on. */
async function describe(
  bytes: Uint8Array,
  readHeader: (bytes: Uint8Array) => Promise<SourceInfo>,
): Promise<Described> {
  const content = await hashContent(bytes);
  try {
    const { format } = await readHeader(bytes);
    return { content, format, type: `image/${format}`, unreadable: null };
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error;
    return { content, format: null, type: "application/octet-stream", unreadable: error };
  }
}

function notAnImage(): FreshetError {
  return new FreshetError("not_an_image", "the original did not change, and is none that can be read");
}

/**
 * What a flight brought, or, if it was begun before `asOf` and does not hold, what one of our own brings.
 * @param isHeld whether the flight's stamp holds now, for what has these tags
 */
async function landedSince(
  asOf: Stamp,
  flight: Flight,
  begin: () => Flight,
  isHeld: (tags: readonly string[]) => boolean,
): Promise<{ readonly landed: Landed; readonly own: boolean }> {
  const orFailure = (landing: Promise<Landed>) =>
    landing.catch((error) => {
      throw failureOf(error, () => !isHeld([]));
    });
  const landed = await orFailure(flight.result);
  const isBefore = flight.stamp.logId !== asOf.logId || flight.stamp.seq < asOf.seq;
  if (!isBefore || isHeld(landed.pointer.tags)) return { landed, own: false };
  return { landed: await orFailure(begin().result), own: true };
}

/** Each waiter has a lateness of its own: a purge may have named only one of the URLs that are made of the original. */
function failureOf(error: unknown, isLate: () => boolean): unknown {
  return error instanceof FreshetError ? new OriginFailure(error, isLate) : error;
}

/** @param isLate whether a stamp no longer holds, as of now */
function answerFor(isLate: (stamp: Stamp, tags: readonly string[]) => boolean, isCutOff: () => boolean) {
  return (
    pointer: Pointer,
    stamp: Stamp,
    fetch: Resolved["fetch"],
    bytes: Uint8Array | WeakRef<Uint8Array> | null,
    staleSeconds: number | null = null,
  ): Resolved => ({
    pointer,
    get late() {
      return isLate(stamp, pointer.tags);
    },
    get cutOff() {
      return isCutOff() || staleSeconds !== null;
    },
    fetch,
    staleSeconds,
    get bytes() {
      return bytes instanceof WeakRef ? (bytes.deref() ?? null) : bytes;
    },
  });
}

/** What one fetch brings is one version of one original, over redirects that may be followed for this kind of answer. */
function keyOf({ origin, version, delivery }: OriginalRequest): string {
  return `${origin.key}\n${version}\n${delivery.kind}`;
}

function hasValidators({ validators }: Pointer): boolean {
  return validators.etag !== null || validators.lastModified !== null;
}
