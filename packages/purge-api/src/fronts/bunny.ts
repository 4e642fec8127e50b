import { cutFoldersTag } from "@freshet/core";
import { callFront, type Fetch } from "./call-front.ts";
import type { Front } from "./front.ts";

/**
 * `POST /pullzone/{id}/purgeCache` with `{"CacheTag": "…"}`, one tag a call; it answers 204. Tags are the answers'
 * `CDN-Tag`. There is no soft purge. Limits are a bucket for each kind of purge; for tags none is named, so this keeps to
 * the lower one, that of prefixes: 20 at once, then one in two seconds. A job of more than 10 tags is widened, to be
 * through in one burst.
 *
 * @see https://docs.bunny.net/reference/pullzonepublic_purgecachepostbytag
 * @see https://docs.bunny.net/docs/cdn-api-purge-rate-limits
 */
export function createBunny(
  fetch: Fetch,
  settings: { endpoint: string; pullZone: number; accessKey: string },
): Front {
  const { endpoint, pullZone, accessKey } = settings;
  const headers = { accesskey: accessKey, "content-type": "application/json" };
  return {
    limits: { callTags: 1, callChars: 1_000_000, jobTags: 10, counts: "calls", burst: 20, perSecond: 0.5 },
    rebounds: true,
    async purge([tag]) {
      // Of answers with too many folders for one header, any folder may be the one.
      const names = tag?.startsWith("p:") ? [tag, cutFoldersTag] : [tag];
      for (const name of names) {
        const body = JSON.stringify({ CacheTag: name });
        await callFront(fetch, `${endpoint}/pullzone/${pullZone}/purgeCache`, {
          method: "POST",
          headers,
          body,
        });
      }
    },
  };
}
