import { createHash } from "node:crypto";
import { FreshetError, isFinal } from "@freshet/core";
import { Elysia } from "elysia";
import type { Settler } from "../jobs/settle.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { Authorize } from "./authorize.ts";
import { jobBody } from "./job-body.ts";
import { waitFor } from "./wait-for.ts";

/** How often is looked whether a node or a front got further; the end is told at once. */
const lookEveryMs = 250;

/** Comments that keep proxies from taking the connection for dead; the shortest common timeout is 30 s. */
const usualHeartbeatMs = 10_000;

/**
 * A stream ends after this at the latest, and who still follows comes back within a second, with the id of what it heard
 * last. A client that is gone without a word never answers, and its place would be taken as long as the job runs.
 */
const usualLifeMs = 5 * 60_000;

/** Seconds in which what was sent last must have arrived, or the connection is cut off. */
const lingerS = 10;

/** Streams at the same time in this process: each looks at its job four times a second. */
const maxStreams = 200;

/**
 * `GET /invalidate/:uuid/events`: progress per node and per front as server-sent events, until the job is final.
 *
 * Each event holds all that is known, as `GET /invalidate/:uuid` shows it, so one that was missed is no loss. Its id is
 * made from its content: who comes back with `Last-Event-ID` hears only what it does not know yet.
 */
export function jobEventRoutes(deps: {
  authorize: Authorize;
  jobs: JobStore;
  settler: Settler;
  /** Aborted when the service stops: streams end, and whoever follows comes back. */
  stopping: AbortController;
  heartbeatMs?: number;
  lifeMs?: number;
}) {
  const { authorize, jobs, settler, stopping } = deps;
  const { heartbeatMs = usualHeartbeatMs, lifeMs = usualLifeMs } = deps;
  let streams = 0;

  async function* events(first: Job, lastId: string | null, signal: AbortSignal) {
    let job: Job | null = first;
    let sentId = lastId;
    let silentMs = 0;
    // Also of a job that another process settles: then it resolves at once, and looking is all there is.
    const end = settler.whenFinal(first.uuid);
    let isEndNear: Promise<void> = end;
    void end.then(() => {
      isEndNear = new Promise(() => {});
    });
    yield "retry: 1000\n\n";
    while (job && !signal.aborted && !stopping.signal.aborted) {
      const data = JSON.stringify(jobBody(await settler.view(job)));
      const id = createHash("sha256").update(data).digest("base64url").slice(0, 16);
      const isOver = isFinal(job.status);
      if (id !== sentId) {
        yield `id: ${id}\nevent: ${isOver ? "end" : "progress"}\ndata: ${data}\n\n`;
        sentId = id;
        silentMs = 0;
      } else if (silentMs >= heartbeatMs) {
        yield ": still there\n\n";
        silentMs = 0;
      }
      if (isOver) return;
      await waitFor(isEndNear, lookEveryMs, stopping.signal);
      silentMs += lookEveryMs;
      job = await jobs.get(first.token, first.uuid);
    }
  }

  return new Elysia().get("/invalidate/:uuid/events", async ({ request, params, server }) => {
    const job = await jobs.get(authorize(request).token.name, params.uuid);
    if (!job) throw new FreshetError("job_unknown", "no invalidation of this token has this uuid");
    if (streams >= maxStreams) throw new FreshetError("too_many_streams", `${maxStreams} are open already`);
    server?.timeout(request, 0);
    streams++;
    const over = new AbortController();
    const source = events(job, request.headers.get("last-event-id"), over.signal);
    const encoder = new TextEncoder();
    const close = () => {
      if (over.signal.aborted) return;
      clearTimeout(life);
      streams--;
      over.abort();
      server?.timeout(request, lingerS);
    };
    const life = setTimeout(close, lifeMs);
    request.signal.addEventListener("abort", close);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value, done } = await source.next();
        if (value !== undefined) controller.enqueue(encoder.encode(value));
        if (!done) return;
        close();
        controller.close();
      },
      cancel: close,
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // nginx would keep events back until its buffer is full.
        "x-accel-buffering": "no",
      },
    });
  });
}
