import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { TokenSettings } from "../request/token.ts";
import { readPurgePath } from "./purge-path.ts";
import { anyTag, readTag } from "./tag.ts";
import type { PurgeMode, PurgeTarget } from "./target.ts";
import { planOf } from "./variants.ts";

/** A request to purge, understood. */
export interface Invalidation {
  readonly scope: "original" | "urls" | "all" | "tag";
  /** Paths, or tags, as they were sent; `null` for scope `all`. */
  readonly received: readonly string[] | null;
  readonly rows: readonly { readonly target: PurgeTarget; readonly mode: PurgeMode }[];
  /** Paths that could not be read: the others are purged nevertheless, since waiting would leave them stale. */
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  /** How many of what it purges each server makes again, before the job is DONE: what is asked for most; none by default. */
  readonly rewarm?: number;
}

/** A call of `POST /invalidate`, understood. */
export interface InvalidationCall extends Invalidation {
  /** Nothing is to be purged: what a purge would touch is asked for. */
  readonly dryRun: boolean;
}

/**
 * Reads the JSON body of `POST /invalidate`.
 *
 * `"api": "v6"` says that paths are of v6; without it they are read as v7, as Cloudimage does.
 *
 * @throws FreshetError `bad_json`, `bad_scope`, `bad_mode`, `bad_api`, `bad_dry_run`, `bad_rewarm`, `bad_transformations`; `bad_urls` or `bad_tags` if the list is missing, empty, too long, or if
 *   no path in it can be read
 * @see reference/cloudimage.md section 13.1
 */
export function readInvalidation(body: unknown, token: TokenSettings): InvalidationCall {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new FreshetError(
      "bad_json",
      'expected an object such as {"scope":"original","urls":["/sample.li/flat.jpg"]}',
    );
  }
  const { scope, urls, tags, transformations, mode, api = "v7" } = body as Record<string, unknown>;
  const { dry_run: dryRun = false, rewarm = 0 } = body as Record<string, unknown>;
  if (!isScope(scope)) throw new FreshetError("bad_scope", 'scope is "original", "urls", "all" or "tag"');
  if (mode !== undefined && !isMode(mode)) {
    throw new FreshetError("bad_mode", 'mode is "hard", "revalidate", "soft" or "erase"');
  }
  if (transformations !== undefined && scope !== "original") {
    throw new FreshetError("bad_transformations", 'transformations go with scope "original"');
  }
  if (api !== "v7" && api !== "v6") throw new FreshetError("bad_api", 'api is "v7" or "v6"');
  if (typeof dryRun !== "boolean") throw new FreshetError("bad_dry_run", "dry_run is true or false");
  if (!isRewarm(rewarm)) {
    throw new FreshetError("bad_rewarm", `rewarm is a whole number from 0 to ${limits.rewarm}`);
  }
  const received = scope === "all" ? null : readList(scope === "tag" ? tags : urls, scope);
  const asked: Asked = { scope, api, transformations: readTransformations(transformations) };
  const { targets, failed } = readTargets(received ?? [], asked, token);
  const rows = (mode === "erase" ? targets.map(wholeOriginal) : targets).map((target) => ({
    target,
    mode: mode ?? defaultMode(target),
  }));
  return { scope, received, rows, failed, dryRun, rewarm };
}

/**
 * What is erased is an original with all that was made of it: a picture of it that is being made meanwhile would bring
 * its bytes back, if the purge named only another picture.
 */
function wholeOriginal(target: PurgeTarget): PurgeTarget {
  if (target.kind !== "url" && target.kind !== "variants") return target;
  return { token: target.token, kind: "original", pattern: target.pattern.split("\n", 1)[0] as string };
}

function isScope(scope: unknown): scope is Invalidation["scope"] {
  return scope === "original" || scope === "urls" || scope === "all" || scope === "tag";
}

function isMode(mode: unknown): mode is PurgeMode {
  return mode === "hard" || mode === "revalidate" || mode === "soft" || mode === "erase";
}

function isRewarm(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= limits.rewarm;
}

/** How the lines of a call are to be read. */
interface Asked {
  readonly scope: Invalidation["scope"];
  readonly api: "v6" | "v7";
  readonly transformations: readonly string[] | null;
}

/** What the lines of a call name, each target once. */
function readTargets(
  received: readonly string[],
  asked: Asked,
  token: TokenSettings,
): { readonly targets: readonly PurgeTarget[]; readonly failed: Invalidation["failed"] } {
  const { scope } = asked;
  if (scope === "all") return { targets: [{ token: token.name, kind: "all", pattern: "" }], failed: [] };
  const failed: { url: string; reason: string }[] = [];
  const targets = new Map<string, PurgeTarget>();
  for (const line of received) {
    const read = scope === "tag" ? readTagTarget(line, token) : readPath(line, { ...asked, scope }, token);
    if ("problem" in read) failed.push({ url: line, reason: read.problem });
    else for (const target of read.targets) targets.set(`${target.kind} ${target.pattern}`, target);
  }
  if (targets.size > limits.purgePaths) {
    throw new FreshetError(
      "bad_transformations",
      `one call takes ${limits.purgePaths} paths × transformations`,
    );
  }
  if (targets.size === 0) {
    const first = failed[0] as { url: string; reason: string };
    const [code, what] = scope === "tag" ? (["bad_tags", "tag"] as const) : (["bad_urls", "path"] as const);
    throw new FreshetError(
      code,
      `no ${what} can be read; the first, ${JSON.stringify(first.url.slice(0, 200))}: ${first.reason}`,
    );
  }
  return { targets: [...targets.values()], failed };
}

type Read = { readonly targets: readonly PurgeTarget[] } | { readonly problem: string };

function readPath(
  line: string,
  { scope, api, transformations }: Asked & { readonly scope: "original" | "urls" },
  token: TokenSettings,
): Read {
  const reading = readPurgePath(line, scope, token, api);
  if ("problem" in reading) return reading;
  const { target } = reading;
  // A wildcard purges all variants: more than was asked for, which costs a question to the origin and is never wrong.
  if (transformations === null || target.kind !== "original") return { targets: [target] };
  const targets: PurgeTarget[] = [];
  for (const transformation of transformations) {
    const url = `${line.trim()}${line.includes("?") ? "&" : "?"}${transformation}`;
    const variant = readPurgePath(url, "urls", token, api);
    if ("problem" in variant) return { problem: `?${transformation}: ${variant.problem}` };
    if (!variant.target.pattern.startsWith(`${target.pattern}\n`)) {
      return { problem: `?${transformation} has parameters that belong to the origin` };
    }
    const pattern = `${target.pattern}\n${planOf(variant.target.pattern)}`;
    targets.push({ token: token.name, kind: "variants", pattern });
  }
  return { targets };
}

function readTagTarget(line: string, token: TokenSettings): Read {
  const tag = readTag(line);
  if (tag === null || tag === anyTag) return { problem: `a tag has 1 to ${limits.tagChars} characters` };
  // The tag that every answer of the token carries.
  if (tag === `t:${token.name}`) return { targets: [{ token: token.name, kind: "all", pattern: "" }] };
  return { targets: [{ token: token.name, kind: "tag", pattern: `${token.name}|#${tag}` }] };
}

/**
 * Many originals at once are asked whether they changed; one or a few are fetched again whatever the origin says.
 * `soft` is nobody's default, since it lets old pictures be answered after DONE.
 */
function defaultMode({ kind }: PurgeTarget): PurgeMode {
  return kind === "all" || kind === "prefix" || kind === "tag" ? "revalidate" : "hard";
}

function readTransformations(value: unknown): readonly string[] | null {
  if (value === undefined) return null;
  const isList = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
  if (!isList) {
    throw new FreshetError("bad_transformations", 'transformations is a list such as ["?w=200"]');
  }
  return (value as string[]).map((text) => text.trim().replace(/^\?/, ""));
}

function readList(lines: unknown, scope: Invalidation["scope"]): string[] {
  const [code, name] = scope === "tag" ? (["bad_tags", "tags"] as const) : (["bad_urls", "urls"] as const);
  const what = scope === "tag" ? "tag" : "path";
  if (!Array.isArray(lines) || lines.length === 0) {
    throw new FreshetError(code, `${name} is a list of at least one ${what}`);
  }
  if (lines.length > limits.purgePaths) {
    throw new FreshetError(
      code,
      `one call takes ${limits.purgePaths} ${what}s, this one has ${lines.length}`,
    );
  }
  const wrong = lines.findIndex((line) => typeof line !== "string");
  if (wrong !== -1) throw new FreshetError(code, `${name}[${wrong}] is not a text`);
  return lines;
}
