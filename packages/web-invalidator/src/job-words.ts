import { isFinal, type JobStatus } from "@freshet/core";
import type { Job, JobNode } from "./job.ts";

/** What the long names of states are called on the page. */
const statusWords = {
  RECEIVED: "RECEIVED",
  PREPARING: "PREPARING",
  FLUSHINGCLOUDIMAGESERVER: "FLUSHING IMAGE SERVERS",
  FLUSHINGCDNSERVERS: "FLUSHING CDN",
  DONE: "DONE",
  ERROR: "ERROR",
} satisfies Record<JobStatus, string>;

/** `DONE in 12 ms`, `ERROR after 2 min 5 s`, `FLUSHING CDN`. */
export function statusText({ status, duration_ms: durationMs }: Job): string {
  const word = statusWords[status];
  if (durationMs === null) return word;
  return `${word} ${status === "ERROR" ? "after" : "in"} ${durationText(durationMs)}`;
}

/** What a job that was not heard of again is called: never something that sounds as if it still ran. */
export function lostText({ status }: Job): string {
  return `NO ANSWER, last heard: ${statusWords[status]}`;
}

/** Three digits at most: more would only look exact. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${trimZero(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimZero((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, "");
}

/** What a job is about, in one line. */
export function jobTitle({ scope, urls }: Job): string {
  const [first, ...others] = urls.received ?? [];
  if (scope === "all" || first === undefined) return "Everything";
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Whom an unfinished job waits for; empty if there is nothing to say. */
export function waitingText({ status, nodes }: Job): string {
  const waiting = nodes.filter(({ state }) => state === "waiting").length;
  if (isFinal(status) || waiting === 0) return "";
  const all = count(nodes.length, "image server");
  return waiting === nodes.length ? `Waiting for ${all}` : `Waiting for ${waiting} of ${all}`;
}

export const nodeWords = {
  acked: "has dropped the old pictures",
  lapsed: "is cut off and shows nothing old",
  waiting: "has not answered yet",
} satisfies Record<JobNode["state"], string>;

/** `2026-11-23 13:39:52.636426` (UTC) as a moment; `null` if it is written in another way. */
export function readTime(text: string): Date | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? [];
  return day && time ? new Date(`${day}T${time}Z`) : null;
}

/** `1 line`, `2 lines`. */
export function count(many: number, one: string, several = `${one}s`): string {
  return `${many.toLocaleString("en-US")} ${many === 1 ? one : several}`;
}
