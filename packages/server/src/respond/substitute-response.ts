import { type CacheLife, cacheStatus } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { OriginFailure } from "../origin/origin-failure.ts";
import type { ReadRequest } from "../routes/read-request.ts";
import { cdnTag } from "./cdn-tag.ts";
import { guardHeaders } from "./content-guard.ts";
import { keepHeaders } from "./keep-headers.ts";

/** Seconds that caches keep what stands in for a missing original: it may be there any time (row 28 of section 17). */
const substituteSeconds = 60;

/** What is answered in place of an original that cannot be had. */
export interface Substitute {
  readonly asked: ReadRequest;
  readonly failure: OriginFailure;
  /** `null`: nothing at all. */
  readonly entry: Entry | null;
  /** A purge has come since the substitute was fetched. */
  readonly late: boolean;
  readonly tags: readonly string[];
}

/**
 * An answer with another picture, or with none. With 200 it is kept for a short time, unless the origin only failed just
 * now; with an error's status never. `x-hexa-missingbehavior` tells those who must know that it is not what was asked
 * for.
 *
 * @see reference/cloudimage.md sections 1 and 11.4
 */
export function substituteResponse(substitute: Substitute): Response {
  const { asked, failure, entry, late, tags } = substitute;
  const { missing } = asked.settings;
  const status = missing.startsWith("200") ? 200 : failure.status;
  const isGone = failure.code === "origin_not_found" || failure.code === "origin_gone";
  const mayKeep = status === 200 && isGone && !late && !failure.late;
  const own = { surrogateKey: tags.join(" "), cacheTag: tags.join(",") };
  const headers: Record<string, string> = {
    // Who accepts JSON is told what is wrong, so there are always two answers.
    ...keepHeaders({ life: mayKeep ? shorten(asked.life) : null, varies: true, settings: asked.settings }),
    "cache-status": cacheStatus({ kind: "substituted", detail: failure.code }),
    "surrogate-key": own.surrogateKey,
    "cache-tag": own.cacheTag,
    "cdn-tag": cdnTag(own, []),
    "x-content-type-options": "nosniff",
    ...(status === 503 && { "retry-after": String(failure.retryAfterSeconds) }),
  };
  if (entry === null) return new Response(null, { status, headers: { ...headers, "content-length": "0" } });
  return new Response(entry.bytes as Uint8Array<ArrayBuffer>, {
    status,
    headers: { ...headers, ...guardHeaders(entry.type), "x-hexa-missingbehavior": missing },
  });
}

function shorten({ browserSeconds, sharedSeconds }: CacheLife): CacheLife {
  return {
    browserSeconds: Math.min(browserSeconds, substituteSeconds),
    sharedSeconds: Math.min(sharedSeconds, substituteSeconds),
  };
}
