import { printRequest } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import type { NamedVariant } from "../routes/name-variant.ts";
import type { ReadRequest } from "../routes/read-request.ts";

/** A picture that is asked for, and how often it was lately. */
export interface Wanted {
  readonly token: string;
  /** The original and the watermarks. */
  readonly inputs: readonly ReadRequest["origin"][];
  readonly requestKey: string;
  /** That it is asked for as, a path of v7. */
  readonly url: string;
  /** What it was asked for with first; `null` if that decides nothing. */
  readonly accept: string | null;
  /** That the origins of its inputs gave last. */
  readonly tags: readonly string[];
  /** Each counts less as time goes by. */
  readonly requests: number;
}

/** Counts requests by picture, for as many pictures as there is room for: those that are asked for most stay. */
export interface Demand {
  /**
   * What requests for a picture are counted with, for as long as there are any.
   * @param named which picture it is; the other is remembered with it
   */
  of(named: NamedVariant, asked: ReadRequest, accept: string | null, tags: readonly string[]): Wanted;
  /** Counts one request: an increment, for all but the first. */
  count(wanted: Wanted): void;
  /** All that is counted, in no order. */
  pictures(): Iterable<Wanted>;
  /** To be called now and then: lets requests of long ago count less. */
  fade(): void;
}

interface Counted extends Wanted {
  readonly key: string;
  tags: readonly string[];
  requests: number;
}

interface Bounds {
  readonly countedPictures: number;
  readonly countedChars: number;
  readonly countHalvesMs: number;
}

/** @param nowMs monotonic */
export function createDemand(nowMs: () => number, bounds: Bounds = serverLimits): Demand {
  const { countedPictures, countedChars, countHalvesMs } = bounds;
  const counted = new Map<string, Counted>();
  const known = new WeakMap<NamedVariant, Counted>();
  let halvedMs = nowMs();

  /** Under which spelling and of which host it is asked for makes no difference. */
  function find(named: NamedVariant, asked: ReadRequest, accept: string | null): Counted {
    const { format, orSmallerJpeg } = named.output;
    const key = `${asked.key}\n${format} ${orSmallerJpeg}`;
    const heard = asked.plan.formats.length === 0 ? null : accept;
    const wanted = counted.get(key) ?? { ...describe(asked), accept: heard, key, tags: [], requests: 0 };
    known.set(named, wanted);
    return wanted;
  }

  /** The first request since it was taken from the list, or ever. */
  function admit(wanted: Counted): void {
    const other = counted.get(wanted.key);
    if (other && other !== wanted) {
      other.requests++;
      wanted.requests = 0;
      return;
    }
    // Its count is never 0 again, so it is not asked about again either.
    if (wanted.url.length + (wanted.accept?.length ?? 0) > countedChars) return;
    // A quarter at a time, so that a crowd of new ones costs each of them little.
    if (counted.size >= countedPictures) while (counted.size > countedPictures * 0.75) halve();
    counted.set(wanted.key, wanted);
  }

  function halve(): void {
    for (const wanted of counted.values()) {
      wanted.requests = Math.floor(wanted.requests / 2);
      if (wanted.requests === 0) counted.delete(wanted.key);
    }
  }

  return {
    of(named, asked, accept, tags) {
      const wanted = known.get(named) ?? find(named, asked, accept);
      wanted.tags = tags;
      return wanted;
    },
    count(wanted) {
      // All there are were made here.
      const counted = wanted as Counted;
      if (counted.requests++ === 0) admit(counted);
    },
    pictures: () => counted.values(),
    fade() {
      if (nowMs() - halvedMs < countHalvesMs) return;
      halvedMs = nowMs();
      halve();
    },
  };
}

function describe(asked: ReadRequest) {
  return {
    token: asked.token,
    inputs: [asked.origin, ...asked.watermarks],
    requestKey: asked.key,
    url: printRequest(asked),
  };
}
