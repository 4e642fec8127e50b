import { isFinal } from "@freshet/core";
import { ApiError } from "../api.ts";
import type { Job } from "../job.ts";
import type { PageClock } from "../page-clock.ts";
import { createPoller } from "./poll.ts";

/** Streams at once: a browser opens six connections to a host of HTTP/1.1, and the page needs some for its calls. */
const maxStreams = 3;

/** purge-api lets a stream be silent for ten seconds at most; one that is silent for longer is dead. */
const silenceMs = 25_000;

export interface Follower {
  /** Tells of a job until it is final; asking for one that is followed already changes nothing. */
  watch(uuid: string): void;
  /** Forgets all jobs; what is still on its way is not passed on. */
  clear(): void;
}

interface FollowerDeps {
  readonly clock: PageClock;
  /** The job at each change, and `null` at each sign of life. */
  readonly stream: (uuid: string, signal: AbortSignal) => AsyncIterable<Job | null>;
  readonly load: (uuid: string) => Promise<Job>;
  readonly onJob: (job: Job) => void;
  /** The job is not followed any more: whoever is told decides when to go on. */
  readonly onFailure: (error: unknown) => void;
}

/** Follows jobs by their streams; by asking again and again where there is none, it breaks, or there are too many. */
export function createFollower(deps: FollowerDeps): Follower {
  const { clock, stream, onJob, onFailure } = deps;
  const streams = new Map<string, AbortController>();
  const poller = createPoller(deps);

  async function listen(uuid: string, over: AbortController): Promise<void> {
    const isCurrent = () => streams.get(uuid) === over;
    let cancelSilence = () => {};
    const expectNews = () => {
      cancelSilence();
      cancelSilence = clock.after(silenceMs, () => over.abort());
    };
    try {
      expectNews();
      for await (const job of stream(uuid, over.signal)) {
        if (!isCurrent()) return;
        expectNews();
        if (job === null) continue;
        if (isFinal(job.status)) streams.delete(uuid);
        onJob(job);
      }
    } catch (error) {
      // Whatever else is wrong, asking finds out.
      if (isCurrent() && error instanceof ApiError && error.kind === "key") {
        streams.delete(uuid);
        onFailure(error);
      }
    } finally {
      cancelSilence();
    }
    if (!isCurrent()) return;
    streams.delete(uuid);
    poller.watch(uuid);
  }

  return {
    watch(uuid) {
      if (streams.has(uuid)) return;
      if (streams.size >= maxStreams) {
        poller.watch(uuid);
        return;
      }
      const over = new AbortController();
      streams.set(uuid, over);
      void listen(uuid, over);
    },
    clear() {
      const open = [...streams.values()];
      streams.clear();
      for (const over of open) over.abort();
      poller.clear();
    },
  };
}
