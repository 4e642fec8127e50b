import { type CacheLife, type CacheOutcome, cacheHeaders, cacheStatus, etagOf } from "@freshet/core";
import type { Entry } from "../cache/store.ts";

/** What an answer tells about itself, whether it carries the picture or not. */
export interface Answer {
  readonly asked: { readonly surrogateKey: string; readonly cacheTag: string };
  readonly variantKey: string;
  readonly varies: boolean;
  readonly outcome: CacheOutcome;
  /** Known to be from before a purge: nobody may keep it. */
  readonly late: boolean;
  /** Milliseconds by stage, for `Server-Timing`. */
  readonly timings: Readonly<Record<string, number>>;
}

/** 200 with the picture; Bun leaves the body out for HEAD, and keeps its length. */
export function imageResponse(answer: Answer, { bytes, type }: Entry, life: CacheLife): Response {
  const headers = { ...answerHeaders(answer, life), "content-type": type };
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}

/** 304: what the client has is current (RFC 9110 section 15.4.5 names the headers that must be there). */
export function notModifiedResponse(answer: Answer, life: CacheLife): Response {
  return new Response(null, { status: 304, headers: answerHeaders(answer, life) });
}

function answerHeaders(answer: Answer, life: CacheLife): Record<string, string> {
  const headers: Record<string, string> = {
    ...cacheHeaders(answer.late ? null : life),
    etag: etagOf(answer.variantKey),
    "cache-status": cacheStatus(answer.outcome),
    "server-timing": Object.entries(answer.timings)
      .map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`)
      .join(", "),
    "surrogate-key": answer.asked.surrogateKey,
    "cache-tag": answer.asked.cacheTag,
    "x-content-type-options": "nosniff",
  };
  if (answer.varies) headers.vary = "Accept";
  return headers;
}
