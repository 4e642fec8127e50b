import { etagOf, FreshetError, isNotModified } from "@freshet/core";
import type { Store } from "../cache/store.ts";
import type { Metrics } from "../metrics.ts";
import type { Resolve, Resolved } from "../origin/resolve.ts";
import { bytesOf } from "../origin/resolve-inputs.ts";
import { safeType } from "../respond/content-guard.ts";
import { type Answer, imageResponse, notModifiedResponse } from "../respond/image-response.ts";
import { outcomeOf } from "../respond/outcome-of.ts";
import type { Usage } from "../usage/usage.ts";
import type { ReadRequest } from "./read-request.ts";

export interface ProxyDeps {
  readonly resolve: Resolve;
  readonly originals: Store;
  readonly metrics: Metrics;
  readonly usage: Pick<Usage, "answered">;
  now(): number;
}

/**
 * `func=proxy`: an original as it is, whatever it is. It is the same pointer as a picture's, so a purge reaches both.
 * @returns `null` if the bytes are needed and the store has dropped them
 * @throws FreshetError
 */
export function createPassOn({ resolve, originals, metrics, usage, now }: ProxyDeps) {
  return async function passOn(
    asked: ReadRequest,
    ifNoneMatch: string | null,
    startMs: number,
  ): Promise<Response> {
    for (const options of [{}, { bytesLost: true }]) {
      const resolved = await resolve(asked, asked.key, options);
      const { pointer } = resolved;
      const timings = { resolve: now() - startMs };
      const answerOf = (cached: "memory" | "not-modified"): Answer => {
        const outcome = outcomeOf([resolved], resolved.late, cached);
        metrics.countOutcome(outcome);
        const late = resolved.late || resolved.cutOff;
        const { tags } = pointer;
        return { asked, pointer, tags, key: pointer.content, varies: false, outcome, late, timings };
      };
      if (isNotModified(ifNoneMatch, etagOf(pointer.content)))
        return notModifiedResponse(answerOf("not-modified"));
      const bytes = await bytesOf(originals, resolved);
      if (!bytes) continue;
      usage.answered(asked.settings.name, bytes.byteLength);
      return imageResponse(answerOf("memory"), { bytes, type: typeOf(resolved) });
    }
    throw new FreshetError("overloaded", "the original was dropped from the cache before it could be used");
  };
}

/** What the origin says; where it said nothing, a picture still is what it is. */
function typeOf({ pointer: { mediaType, format } }: Resolved): string {
  const isRaster = format !== null && format !== "svg";
  return safeType(mediaType ?? (isRaster ? `image/${format}` : null));
}
