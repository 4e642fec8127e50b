import { callFront, type Fetch } from "./call-front.ts";
import { type Front, FrontError } from "./front.ts";

export type CloudflarePlan = "free" | "pro" | "business" | "enterprise";

/**
 * Purges by tag, host, prefix or everything, for a whole account: calls per second and what the bucket holds.
 * @see https://developers.cloudflare.com/cache/how-to/purge-cache/ "Purge limits", read 2026-11
 */
const plans: Record<CloudflarePlan, { burst: number; perSecond: number }> = {
  free: { burst: 25, perSecond: 5 / 60 },
  pro: { burst: 25, perSecond: 5 },
  business: { burst: 50, perSecond: 10 },
  enterprise: { burst: 500, perSecond: 50 },
};

/**
 * `POST /zones/{zone}/purge_cache` with `{"tags": […]}`, at most 100 of them; it answers 200 with `"success": true`.
 * Tags are the answers' `Cache-Tag`. There is no soft purge: what is purged is fetched again.
 *
 * @see https://developers.cloudflare.com/api/resources/cache/methods/purge/
 */
export function createCloudflare(
  fetch: Fetch,
  settings: { endpoint: string; zone: string; plan: CloudflarePlan; apiToken: string },
): Front {
  const { endpoint, zone, plan, apiToken } = settings;
  const headers = { authorization: `Bearer ${apiToken}`, "content-type": "application/json" };
  return {
    limits: { callTags: 100, callChars: 1_000_000, jobTags: 1_000, counts: "calls", ...plans[plan] },
    rebounds: true,
    async purge(tags) {
      const body = JSON.stringify({ tags });
      const text = await callFront(fetch, `${endpoint}/zones/${zone}/purge_cache`, {
        method: "POST",
        headers,
        body,
      });
      if (!isSuccess(text)) throw new FrontError(`Cloudflare did not purge: ${text.slice(0, 200)}`);
    },
  };
}

function isSuccess(text: string): boolean {
  try {
    return JSON.parse(text).success === true;
  } catch {
    return false;
  }
}
