import {
  attachment,
  type CacheOutcome,
  cacheStatus,
  etagOf,
  fileNameOf,
  type OutputFormat,
} from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { Pointer } from "../origin/pointer-table.ts";
import type { ReadRequest } from "../routes/read-request.ts";
import { cdnTag } from "./cdn-tag.ts";
import { guardHeaders } from "./content-guard.ts";
import { infoHeaders } from "./info-headers.ts";
import { keepHeaders } from "./keep-headers.ts";

/** What an answer tells about itself, whether it carries the picture or not. */
export interface Answer {
  readonly asked: ReadRequest;
  /** The original that it was made of. */
  readonly pointer: Pointer;
  /** That origins gave to the originals: caches in front can be purged by them, too. */
  readonly tags: readonly string[];
  /** Name of the bytes: the variant's, or the original's where it is passed on. */
  readonly key: string;
  readonly varies: boolean;
  readonly outcome: CacheOutcome;
  /** Known to be from before a purge: nobody may keep it. */
  readonly late: boolean;
  /** Milliseconds by stage, for `Server-Timing`. */
  readonly timings: Readonly<Record<string, number>>;
}

/** 200 with the bytes; Bun leaves the body out for HEAD, and keeps its length. */
export function imageResponse(answer: Answer, { bytes, type }: Entry): Response {
  const { asked, pointer } = answer;
  const headers = {
    ...answerHeaders(answer),
    ...guardHeaders(type),
    ...infoHeaders(asked, pointer, bytes.byteLength),
  };
  if (asked.delivery.download) headers["content-disposition"] = attachment(nameFor(asked, type));
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}

/** 304: what the client has is current (RFC 9110 section 15.4.5 names the headers that must be there). */
export function notModifiedResponse(answer: Answer): Response {
  const headers = { ...answerHeaders(answer), "x-content-type-options": "nosniff" };
  return new Response(null, { status: 304, headers });
}

function answerHeaders(answer: Answer): Record<string, string> {
  const { asked, tags, key, late, varies, outcome, timings } = answer;
  return {
    ...keepHeaders({ life: late ? null : asked.life, varies, settings: asked.settings }),
    etag: etagOf(key),
    "cache-status": cacheStatus(outcome),
    "server-timing": Object.entries(timings)
      .map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`)
      .join(", "),
    "surrogate-key": tags.length === 0 ? asked.surrogateKey : [asked.surrogateKey, ...tags].join(" "),
    "cache-tag": tags.length === 0 ? asked.cacheTag : [asked.cacheTag, ...tags].join(","),
    "cdn-tag": cdnTag(asked, tags),
  };
}

const endings: Readonly<Record<OutputFormat, string>> = {
  jpeg: "jpg",
  png: "png",
  webp: "webp",
  avif: "avif",
  gif: "gif",
  svg: "svg",
};

/** The original's name; a picture that became another format has the ending of what it is. */
function nameFor({ origin, delivery }: ReadRequest, type: string): string {
  const format = type.replace(/^image\//, "").replace("+xml", "") as OutputFormat;
  const ending = delivery.kind === "proxy" ? null : (endings[format] ?? null);
  return fileNameOf(origin.pathKey, ending);
}
