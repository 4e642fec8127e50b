import { type Clock, etagOf, isNotModified } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { TieredStore } from "../cache/tiered.ts";
import type { Demand, Wanted } from "../demand/demand.ts";
import { serverLimits } from "../limits.ts";
import type { LiveSettings } from "../live-settings.ts";
import type { Metrics } from "../metrics.ts";
import { refuseLoop } from "../origin/loops.ts";
import { type Pointer, type PointerTable, pointerName } from "../origin/pointer-table.ts";
import type { PurgeEpoch } from "../purge/position.ts";
import { type Answer, imageResponse, notModifiedResponse } from "../respond/image-response.ts";
import type { Usage } from "../usage/usage.ts";

/**
 * Answers that were given, to be given again while nothing has changed of what decided them: no row of the purge log was
 * applied, the lease is valid, settings and pointers are the same. Each of these is looked at for each answer, so what
 * holds for `resolve` holds here; and after {@link longestMs} a request goes the whole way again, whatever they say.
 */
export interface ReadyAnswers {
  /**
   * @returns `undefined` if the request has to go the whole way
   * @throws FreshetError `origin_refused` for what this server itself has asked for
   */
  answer(request: Request): Response | undefined;
  /** Keeps what was just answered from a cache, if it may be answered again. */
  keep(given: Given): void;
  /** Bytes were taken out of the cache for good: they may be in here, too. */
  clear(): void;
  /** Bytes of pictures. */
  readonly size: number;
}

/** An answer that is about to be sent. */
export interface Given {
  readonly request: Pick<Request, "url" | "headers">;
  /** That the request was read by: they may have been replaced since. */
  readonly settings: LiveSettings;
  readonly answer: Answer;
  /** Of the original and of each watermark, in their order. */
  readonly pointers: readonly Pointer[];
  /** What requests for the picture are counted with. */
  readonly wanted: Wanted;
  /** The picture, out of memory; `null` if the answer was a 304. */
  readonly entry: Entry | null;
}

export interface ReadyAnswersDeps {
  readonly position: PurgeEpoch;
  readonly table: Pick<PointerTable, "isCurrent">;
  readonly variants: Pick<TieredStore, "holds">;
  readonly metrics: Pick<Metrics, "countOutcome">;
  readonly usage: Pick<Usage, "answered">;
  readonly demand: Pick<Demand, "count">;
  /** Of requests that this server sends. */
  readonly loopName: string;
  settings(): LiveSettings;
  readonly clock: Clock;
  /** For pictures; each is kept beside the memory store's own. */
  readonly maxBytes: number;
}

interface Ready {
  readonly host: string | null;
  /** That the format was chosen by; `undefined` if it has no say. */
  readonly accept: string | null | undefined;
  readonly epoch: number;
  readonly settings: LiveSettings;
  readonly pointers: readonly { readonly name: string; readonly pointer: Pointer }[];
  /** When the request has to go the whole way again, by the monotonic clock. */
  readonly untilMs: number;
  readonly token: string;
  readonly wanted: Wanted;
  readonly etag: string;
  readonly bytes: number;
  readonly picture: Response | null;
  readonly notModified: Response;
}

/** Uses are noted on the whole way, and other processes' pointers are looked at there. */
const longestMs = 1_000;
/** Answers of one URL, by what browsers accept: there are about as many kinds of them. */
const perUrl = 4;

const hit = { kind: "hit", detail: "memory" } as const;
const unchanged = { kind: "hit", detail: "not-modified" } as const;
/** Looking it up takes some microseconds, which is this with one decimal. */
const timings = { resolve: 0 };

export function createReadyAnswers(deps: ReadyAnswersDeps): ReadyAnswers {
  const { position, table, variants, metrics, usage, demand, loopName, settings, clock, maxBytes } = deps;
  // In the order in which they were kept: what is asked for is kept anew each second.
  const byUrl = new Map<string, Ready[]>();
  let size = 0;

  function mayAnswer(ready: Ready): boolean {
    return (
      ready.epoch === position.epoch() &&
      ready.settings === settings() &&
      clock.monotonicMs() < ready.untilMs &&
      position.trust() === "trusted" &&
      areCurrent(ready.pointers)
    );
  }

  function areCurrent(pointers: Ready["pointers"]): boolean {
    for (const pointer of pointers) if (!table.isCurrent(pointer)) return false;
    return true;
  }

  function drop(url: string): void {
    for (const { bytes } of byUrl.get(url) ?? []) size -= bytes;
    byUrl.delete(url);
  }

  function add(url: string, ready: Ready): void {
    const others = (byUrl.get(url) ?? []).filter((other) => !isFor(other, ready.host, ready.accept));
    drop(url);
    const all = [ready, ...others].slice(0, perUrl);
    byUrl.set(url, all);
    for (const { bytes } of all) size += bytes;
    for (const oldest of byUrl.keys()) {
      if (size <= maxBytes && byUrl.size <= serverLimits.readyAnswers) return;
      drop(oldest);
    }
  }

  return {
    answer(request) {
      const all = byUrl.get(request.url);
      if (all === undefined || request.method !== "GET") return undefined;
      const { headers } = request;
      refuseLoop(headers.get("cdn-loop"), loopName);
      const ready = findFor(all, headers.get("host"), headers.get("accept"));
      if (ready === undefined || !mayAnswer(ready)) return undefined;
      const known = headers.get("if-none-match");
      if (known !== null && (known === ready.etag || isNotModified(known, ready.etag))) {
        demand.count(ready.wanted);
        metrics.countOutcome(unchanged);
        return ready.notModified.clone() as Response;
      }
      if (ready.picture === null) return undefined;
      demand.count(ready.wanted);
      metrics.countOutcome(hit);
      usage.answered(ready.token, ready.bytes);
      // Shares the bytes.
      return ready.picture.clone() as Response;
    },

    keep(given) {
      const { asked, outcome, late, key } = given.answer;
      const isPlain = outcome.kind === "hit" && !outcome.staleSeconds && !late;
      // Answers for some pages only are looked at each time.
      if (!isPlain || asked.settings.referers !== null || position.trust() !== "trusted") return;
      const { entry } = given;
      if (entry && !(variants.holds(key, entry) && entry.bytes.byteLength <= maxBytes / 4)) return;
      const freshMs = freshUntilMs(given) - clock.wallMs();
      const untilMs = clock.monotonicMs() + Math.min(longestMs, freshMs);
      add(given.request.url, makeReady(given, position.epoch(), untilMs));
    },

    clear() {
      byUrl.clear();
      size = 0;
    },
    get size() {
      return size;
    },
  };
}

function makeReady(
  { request, settings, answer, pointers, wanted, entry }: Given,
  epoch: number,
  untilMs: number,
): Ready {
  const { asked, key } = answer;
  const names = [pointerName(asked.origin.key, asked.version)];
  for (const { key } of asked.watermarks) names.push(pointerName(key, ""));
  return {
    host: request.headers.get("host"),
    accept: asked.plan.formats.length === 0 ? undefined : request.headers.get("accept"),
    ...{ epoch, settings, untilMs, wanted },
    pointers: pointers.map((pointer, at) => ({ name: names[at] as string, pointer })),
    token: asked.settings.name,
    etag: etagOf(key),
    bytes: entry?.bytes.byteLength ?? 0,
    picture: entry && imageResponse({ ...answer, timings, outcome: hit }, entry),
    notModified: notModifiedResponse({ ...answer, timings, outcome: unchanged }),
  };
}

/** When the origin is to be asked again, by the wall clock. */
function freshUntilMs({ settings, answer, pointers }: Given): number {
  const seconds = answer.asked.settings.originRefreshSeconds ?? settings.refreshSeconds;
  if (seconds === 0) return Number.POSITIVE_INFINITY;
  return Math.min(...pointers.map((pointer) => pointer.fetchedAtMs)) + seconds * 1000;
}

function findFor(all: readonly Ready[], host: Ready["host"], accept: string | null): Ready | undefined {
  for (const one of all) if (isFor(one, host, accept)) return one;
  return undefined;
}

function isFor(one: Ready, host: Ready["host"], accept: Ready["accept"]): boolean {
  return one.host === host && (one.accept === undefined || one.accept === accept);
}
