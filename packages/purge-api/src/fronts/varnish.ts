import { callFront, type Fetch } from "./call-front.ts";
import type { Front } from "./front.ts";

/**
 * Varnish with `deploy/varnish/freshet.vcl`: `PURGE` with the tags in a header, no longer than `http_req_hdr_len`
 * allows (8 KiB by default). There is no limit of calls but its own speed.
 *
 * Varnish keeps an answer whose headers had not arrived when it was purged (purge.md section 1.3), so it rebounds.
 *
 * @param urls of all machines, each of which has a cache of its own
 * @param key what the VCL compares with, `null` if addresses alone decide
 */
export function createVarnish(fetch: Fetch, urls: readonly string[], key: string | null): Front {
  return {
    limits: {
      callTags: 250,
      callChars: 7_000,
      jobTags: 5_000,
      counts: "calls",
      burst: 1_000,
      perSecond: 1_000,
    },
    rebounds: true,
    async purge(tags, mode) {
      const headers = {
        "freshet-tags": tags.join(" "),
        "freshet-mode": mode,
        ...(key && { authorization: `Bearer ${key}` }),
      };
      await Promise.all(urls.map((url) => callFront(fetch, url, { method: "PURGE", headers })));
    },
  };
}
