import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import { readOptions } from "../ops/read-options.ts";
import { isCloudimageName } from "../request/foreign-names.ts";
import { type LocatedOrigin, locateOrigin } from "../request/origin-key.ts";
import type { OriginText } from "../request/origin-text.ts";
import { parseRequest } from "../request/parse-request.ts";
import { readPathV7 } from "../request/path-v7.ts";
import { splitQuery } from "../request/query.ts";
import { readTarget } from "../request/read-target.ts";
import { isOwnHost } from "../request/refuse-origin.ts";
import { openSeal } from "../request/seal.ts";
import type { TokenSettings } from "../request/token.ts";
import { looksLikeV6, splitPathV6 } from "../request/v6/path-parts.ts";
import type { PurgeTarget } from "./target.ts";

/** Scopes that take a list of paths. */
export type PathScope = "original" | "urls";

/** The grammar that paths are read by. */
export type PurgeApi = "v7" | "v6";

/** How one line of a purge was read. */
export type PurgePathReading =
  | {
      readonly target: PurgeTarget;
      /** What was left out of the line, in words. */
      readonly notes: readonly string[];
      /** What is left of it: a path below `/v7/`, or one of v6. */
      readonly path: string;
    }
  | { readonly problem: string };

/**
 * Reads one path of a purge as a person or a program may spell it: with or without host, leading slash and `/v7/`, a
 * full URL of the original, an alias, or a path below the token's prefix; with scope `original` also a trailing `*`.
 *
 * Paths are read as v7 unless v6 is said: `/width/500/n/sample.li/a.jpg` could be below the token's prefix. With v6, a
 * path with scope `urls` is one of v6; with scope `original` it may be, and then names the original in it.
 *
 * The server, purge-api and the form all read lines with this function, so what the form shows is what will happen.
 *
 * @see reference/cloudimage.md sections 12 and 13.1, row 31 of section 17
 */
export function readPurgePath(
  line: string,
  scope: PathScope,
  token: TokenSettings,
  api: PurgeApi = "v7",
): PurgePathReading {
  const notes: string[] = [];
  const path = stripVersionPrefix(stripOwnHost(line.trim(), token, api, notes), api, notes);
  try {
    if (path === "" || path === "/") return { problem: "the line names no original" };
    if (scope === "urls") return { target: readUrl(path, token, api), notes, path };
    const original = api === "v6" ? leaveOutOperations(path, notes) : path;
    if (original.includes("*")) return { target: readPrefix(original, token), notes, path: original };
    return { target: readOriginal(original, token, notes), notes, path: original };
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error;
    const isOther = api === "v7" && looksLikeV6(pathOf(path));
    return { problem: isOther ? `${error.detail}; ${hintAtV6}` : error.detail };
  }
}

const hintAtV6 = 'it looks like a path of v6: for that, tick "Use v6 API", or send "api": "v6"';

/** A picture's own address is most often pasted whole; a host that is not ours belongs to the original. */
export function stripOwnHost(line: string, token: TokenSettings, api: PurgeApi, notes: string[]): string {
  const match = /^(?:https?:)?\/\/([^/?#]+)([^#]*)/i.exec(line);
  if (!match) return line;
  const [, host = "", rest = ""] = match;
  const isOwn =
    token.hosts.includes(host.toLowerCase()) ||
    /\.cloudim(g|age)\.io$/i.test(host) ||
    /^\/+v7\//.test(rest) ||
    (api === "v6" && looksLikeV6(pathOf(rest)));
  if (!isOwn) return line;
  notes.push(`host ${host} left out`);
  return rest;
}

function stripVersionPrefix(path: string, api: PurgeApi, notes: string[]): string {
  const [prefix, version] = (api === "v6" ? /^\/*(v[67])\// : /^\/*(v7)\//).exec(path) ?? [];
  if (prefix === undefined) return path;
  notes.push(`/${version}/ left out`);
  return `/${path.slice(prefix.length)}`;
}

function pathOf(target: string): string {
  return target.split("?", 1)[0] as string;
}

/** `/v7/` is what makes sure that a path is not read as v6. */
function asV7(path: string): string {
  return `/v7/${path.replace(/^\/+/, "")}`;
}

function readUrl(path: string, token: TokenSettings, api: PurgeApi): PurgeTarget {
  if (path.includes("*")) {
    throw new FreshetError("bad_path", 'a wildcard needs scope "original": scope "urls" names exact URLs');
  }
  if (api === "v6" && !looksLikeV6(pathOf(path))) {
    throw new FreshetError(
      "bad_path",
      'it is not a path of v6, such as /width/500/n/sample.li/a.jpg: leave "Use v6 API" off, or "api" out',
    );
  }
  const request = parseRequest(api === "v6" ? path : asV7(path), token);
  return { token: token.name, kind: "url", pattern: requestKey(request) };
}

/** The original of a v6 path, as v7 spells it; a path that is none is one already. */
function leaveOutOperations(path: string, notes: string[]): string {
  const parts = splitPathV6(pathOf(path));
  if (!parts) return path;
  const said = pathOf(path).slice(0, pathOf(path).length - parts.origin.length);
  notes.push(`${said} left out: the original is purged with all its pictures`);
  const pairs = splitQuery(path.slice(pathOf(path).length + 1));
  const own = pairs.filter(({ name }) => !name.startsWith("mark_")).map(({ raw }) => raw);
  return own.length === 0 ? `/${parts.origin}` : `/${parts.origin}?${own.join("&")}`;
}

function readPrefix(path: string, token: TokenSettings): PurgeTarget {
  if (path.indexOf("*") !== path.length - 1) {
    throw new FreshetError("bad_path", "a wildcard may only stand at the end: /folder/*");
  }
  const start = path.slice(0, -1).replace(/^\/+/, "");
  if (start === "") return { token: token.name, kind: "all", pattern: "" };
  if (start.includes("?")) throw new FreshetError("bad_path", "a wildcard cannot be combined with a query");
  const text = readPathV7(start, false);
  return { token: token.name, kind: "prefix", pattern: locate(text, token).origin.pathKey };
}

function readOriginal(path: string, token: TokenSettings, notes: string[]): PurgeTarget {
  const mark = path.indexOf("?");
  const sent = mark === -1 ? [] : splitQuery(path.slice(mark + 1));
  const pairs = token.security.kind === "seal" ? openSeal(sent) : sent;
  const foreign = new Set(readOptions(pairs).foreign);
  for (const pair of pairs) {
    if (pair.name === "vh" || pair.name.startsWith("ci_")) {
      notes.push(pair.name === "vh" ? "vh ignored: every version is purged" : `${pair.name} left out`);
    } else if (!foreign.has(pair) || isCloudimageName(pair.name)) {
      throw new FreshetError(
        "bad_path",
        `"${pair.raw}" names one transformed picture: leave the query out to purge the original with all its pictures, or choose scope "urls"`,
      );
    }
  }
  // Not through `parseRequest`: what the token no longer allows to be fetched may still be purged.
  const { origin } = readTarget(asV7(path), token);
  return { token: token.name, kind: "original", pattern: locate(origin, token).origin.key };
}

/** As `parseRequest` does it, a URL of our own that stands in another is not an original: what it names is. */
function locate({ path, query }: OriginText, token: TokenSettings): LocatedOrigin {
  const located = locateOrigin(path, query, token);
  if (!isOwnHost(located, token)) return located;
  const { key, pathKey } = located.origin;
  return locate(readTarget(located.pathname + key.slice(pathKey.length), token).origin, token);
}
