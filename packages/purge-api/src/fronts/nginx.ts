import { randomInt } from "node:crypto";
import { callFront, type Fetch } from "./call-front.ts";
import type { Front } from "./front.ts";

/** Seconds since 1970 that every file system can keep as the time of a file. */
const times = 2 ** 31;
const sizes = 2 ** 12;

/**
 * nginx with `deploy/nginx/freshet.conf`, where a token's generation is a part of the cache's key. The generation is the
 * ETag of a small file, and that is made of the file's time and size; `PUT` sets both (ngx_http_dav_module takes the
 * time from `Date`). Both are random: 43 bits that were never a generation before, whatever was restored or repeated.
 *
 * nginx cannot know which original a URL means, so what is purged is always the token. It has read the generation before
 * it asks a server, as our own nodes take their stamps: an answer that was on its way is kept under the old generation,
 * which nobody asks for any more. So there is no rebound.
 */
export function createNginx(fetch: Fetch, urls: readonly string[], key: string | null): Front {
  return {
    limits: {
      callTags: 1,
      callChars: 1_000_000,
      jobTags: 0,
      counts: "calls",
      burst: 1_000,
      perSecond: 1_000,
    },
    rebounds: false,
    async purge(tags) {
      const tokens = tags.map((tag) => tag.replace(/^t:/, ""));
      const puts = urls.flatMap((url) => tokens.map((token) => `${url}/freshet-generation/${token}`));
      await Promise.all(
        puts.map((url) => {
          const headers = {
            date: new Date(randomInt(times) * 1000).toUTCString(),
            ...(key && { authorization: `Bearer ${key}` }),
          };
          return callFront(fetch, url, { method: "PUT", headers, body: ".".repeat(1 + randomInt(sizes)) });
        }),
      );
    },
  };
}
