import { callFront, type Fetch } from "./call-front.ts";
import type { Front } from "./front.ts";

/**
 * `POST /service/{id}/purge` with `{"surrogate_keys": […]}`, at most 256 of them, and `Fastly-Soft-Purge: 1` for what may
 * be served stale; it answers 200 with an id for each key. Tags are the answers' `Surrogate-Key`. A customer may purge
 * 100,000 keys in an hour; of more it answers 429.
 *
 * @see https://www.fastly.com/documentation/reference/api/purging/ (fastly-js, docs/PurgeApi.md: bulkPurgeTag)
 * @see https://apis.io/rate-limits/fastly/fastly-rate-limits/
 */
export function createFastly(
  fetch: Fetch,
  settings: { endpoint: string; service: string; apiToken: string },
): Front {
  const { endpoint, service, apiToken } = settings;
  return {
    limits: {
      callTags: 256,
      callChars: 1_000_000,
      jobTags: 2_560,
      counts: "tags",
      burst: 10_000,
      perSecond: 90_000 / 3_600,
    },
    rebounds: true,
    async purge(tags, mode) {
      const headers = {
        "fastly-key": apiToken,
        "content-type": "application/json",
        accept: "application/json",
        ...(mode === "soft" && { "fastly-soft-purge": "1" }),
      };
      const body = JSON.stringify({ surrogate_keys: tags });
      await callFront(fetch, `${endpoint}/service/${service}/purge`, { method: "POST", headers, body });
    },
  };
}
