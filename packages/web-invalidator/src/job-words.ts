import { isFinal } from "@freshet/core";
import { durationText } from "./amounts.ts";
import type { Job } from "./job.ts";
import type { Texts } from "./texts/en.ts";

/** `DONE in 12 ms`, `ERROR after 2 min 5 s`, `FLUSHING CDN`. */
export function statusText({ status, duration_ms: durationMs }: Job, texts: Texts): string {
  const word = texts.statuses[status];
  return durationMs === null ? word : texts.ended(word, status === "ERROR", durationText(durationMs, texts));
}

/** What a job that was not heard of again is called: never something that sounds as if it still ran. */
export function lostText({ status }: Job, texts: Texts): string {
  return texts.lost(texts.statuses[status]);
}

/** What a job is about, in one line. */
export function jobTitle({ scope, urls }: Job, texts: Texts): string {
  const [first, ...others] = urls.received ?? [];
  if (scope === "all" || first === undefined) return texts.everything;
  return others.length === 0 ? first : texts.andMore(first, others.length);
}

/** Whom an unfinished job waits for; empty if there is nothing to say. */
export function waitingText({ status, nodes }: Job, texts: Texts): string {
  const waiting = nodes.filter(({ state }) => state === "waiting").length;
  return isFinal(status) || waiting === 0 ? "" : texts.waiting(waiting, nodes.length);
}
