import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { TokenSettings } from "../request/token.ts";
import { readPurgePath } from "./purge-path.ts";
import type { PurgeMode, PurgeTarget } from "./target.ts";

/** A request to purge, understood. */
export interface Invalidation {
  readonly scope: "original" | "urls" | "all";
  /** Paths as they were sent; `null` for scope `all`. */
  readonly received: readonly string[] | null;
  readonly rows: readonly { readonly target: PurgeTarget; readonly mode: PurgeMode }[];
  /** Paths that could not be read: the others are purged nevertheless, since waiting would leave them stale. */
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
}

/**
 * Reads the JSON body of `POST /invalidate`.
 *
 * `"api": "v6"` says that paths are of v6; without it they are read as v7, as Cloudimage does.
 *
 * @throws FreshetError `bad_json`, `bad_scope`, `bad_mode`, `bad_api`; `bad_urls` if the list is missing, empty, too long, or if
 *   no path in it can be read
 * @see reference/cloudimage.md section 13.1
 */
export function readInvalidation(body: unknown, token: TokenSettings): Invalidation {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new FreshetError(
      "bad_json",
      'expected an object such as {"scope":"original","urls":["/sample.li/flat.jpg"]}',
    );
  }
  const { scope, urls, mode, api = "v7" } = body as Record<string, unknown>;
  if (scope !== "original" && scope !== "urls" && scope !== "all") {
    throw new FreshetError("bad_scope", 'scope is "original", "urls" or "all"');
  }
  if (mode !== undefined && mode !== "hard" && mode !== "soft") {
    throw new FreshetError("bad_mode", 'mode is "hard" or "soft"');
  }
  if (api !== "v7" && api !== "v6") throw new FreshetError("bad_api", 'api is "v7" or "v6"');
  if (scope === "all") {
    const target: PurgeTarget = { token: token.name, kind: "all", pattern: "" };
    return { scope, received: null, rows: [{ target, mode: mode ?? defaultMode(target) }], failed: [] };
  }
  const received = readList(urls);
  const failed: { url: string; reason: string }[] = [];
  const targets = new Map<string, PurgeTarget>();
  for (const url of received) {
    const reading = readPurgePath(url, scope, token, api);
    if ("problem" in reading) failed.push({ url, reason: reading.problem });
    else targets.set(`${reading.target.kind} ${reading.target.pattern}`, reading.target);
  }
  if (targets.size === 0) {
    const first = failed[0] as { url: string; reason: string };
    throw new FreshetError(
      "bad_urls",
      `no path can be read; the first, ${JSON.stringify(first.url.slice(0, 200))}: ${first.reason}`,
    );
  }
  const rows = [...targets.values()].map((target) => ({ target, mode: mode ?? defaultMode(target) }));
  return { scope, received, rows, failed };
}

/** Many originals at once are asked whether they changed; one or a few are fetched again whatever the origin says. */
function defaultMode(target: PurgeTarget): PurgeMode {
  return target.kind === "all" || target.kind === "prefix" ? "soft" : "hard";
}

function readList(urls: unknown): string[] {
  if (!Array.isArray(urls) || urls.length === 0) {
    throw new FreshetError("bad_urls", "urls is a list of at least one path");
  }
  if (urls.length > limits.purgePaths) {
    throw new FreshetError(
      "bad_urls",
      `one call takes ${limits.purgePaths} paths, this one has ${urls.length}`,
    );
  }
  const wrong = urls.findIndex((url) => typeof url !== "string");
  if (wrong !== -1) throw new FreshetError("bad_urls", `urls[${wrong}] is not a text`);
  return urls;
}
