import { isFinal } from "@freshet/core";
import type { JobView } from "../jobs/settle.ts";

/** A job in Cloudimage's shape; members that Cloudimage does not have come after its own. */
export function jobBody({ job, status, nodes, fronts, erased, rewarmed }: JobView) {
  return {
    status,
    uuid: job.uuid,
    added_at: formatTime(job.addedAt),
    urls: { received: job.received, invalidated: job.invalidated, failed: job.failed.map(({ url }) => url) },
    scope: job.scope,
    problems: job.failed,
    done_at: job.doneAt === null ? null : formatTime(job.doneAt),
    duration_ms: job.doneAt === null ? null : (job.doneAt - job.addedAt) / 1000,
    error: job.error,
    nodes: nodes.map(({ node, state, durationMs }) => ({
      id: node,
      state,
      duration_ms: durationMs,
      ...(erased.has(node) && { erased: erased.get(node) }),
    })),
    fronts: fronts.map(({ front, state, attempts, durationMs }) => ({
      id: front,
      state,
      attempts,
      duration_ms: durationMs,
    })),
    ...(job.rewarm > 0 && { rewarm: rewarmBody(job.rewarm, status, rewarmed) }),
  };
}

function rewarmBody(asked: number, status: JobView["status"], rewarmed: JobView["rewarmed"]) {
  const isBegun = status === "FLUSHINGCDNSERVERS";
  const pending = isFinal(status) ? "skipped" : isBegun ? "running" : "waiting";
  return {
    asked,
    state: rewarmed ? "done" : pending,
    nodes: (rewarmed ?? []).map(({ node, durationMs, ...made }) => ({
      id: node,
      ...made,
      duration_ms: durationMs,
    })),
  };
}

/** `2023-08-08 13:39:52.636426`, UTC, from microseconds since 1970. */
export function formatTime(micros: number): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(micros % 1000).padStart(3, "0")}`;
}
