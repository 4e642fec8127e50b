import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import { readOptions } from "../ops/read-options.ts";
import { isCloudimageName } from "../request/foreign-names.ts";
import { resolveOrigin } from "../request/origin-key.ts";
import { parseRequest } from "../request/parse-request.ts";
import { readPathV7 } from "../request/path-v7.ts";
import { splitQuery } from "../request/query.ts";
import type { TokenSettings } from "../request/token.ts";
import type { PurgeTarget } from "./target.ts";

/** Scopes that take a list of paths. */
export type PathScope = "original" | "urls";

/** How one line of a purge was read; `notes` say in words what was left out of it. */
export type PurgePathReading =
  | { readonly target: PurgeTarget; readonly notes: readonly string[] }
  | { readonly problem: string };

/**
 * Reads one path of a purge as a person or a program may spell it: with or without host, leading slash and `/v7/`, a
 * full URL of the original, an alias, or a path below the token's prefix; with scope `original` also a trailing `*`.
 *
 * The server, purge-api and the form all read lines with this function, so what the form shows is what will happen.
 *
 * @see reference/cloudimage.md section 13.1, row 31 of section 17
 */
export function readPurgePath(line: string, scope: PathScope, token: TokenSettings): PurgePathReading {
  const notes: string[] = [];
  const path = stripVersionPrefix(stripOwnHost(line.trim(), token, notes), notes);
  try {
    if (path === "" || path === "/") return { problem: "the line names no original" };
    if (scope === "urls") return { target: readUrl(path, token), notes };
    if (path.includes("*")) return { target: readPrefix(path, token), notes };
    return { target: readOriginal(path, token, notes), notes };
  } catch (error) {
    if (error instanceof FreshetError) return { problem: error.detail };
    throw error;
  }
}

/** A picture's own address is most often pasted whole; a host that is not ours belongs to the original. */
function stripOwnHost(line: string, token: TokenSettings, notes: string[]): string {
  const match = /^(?:https?:)?\/\/([^/?#]+)([^#]*)/i.exec(line);
  if (!match) return line;
  const [, host = "", rest = ""] = match;
  const isOwn =
    token.hosts.includes(host.toLowerCase()) || /\.cloudim(g|age)\.io$/i.test(host) || /^\/+v7\//.test(rest);
  if (!isOwn) return line;
  notes.push(`host ${host} left out`);
  return rest;
}

function stripVersionPrefix(path: string, notes: string[]): string {
  if (!/^\/*v7\//.test(path)) return path;
  notes.push("/v7/ left out");
  return path.replace(/^\/*v7\//, "/");
}

function readUrl(path: string, token: TokenSettings): PurgeTarget {
  if (path.includes("*")) {
    throw new FreshetError("bad_path", 'a wildcard needs scope "original": scope "urls" names exact URLs');
  }
  return { token: token.name, kind: "url", pattern: requestKey(parseRequest(path, token)) };
}

function readPrefix(path: string, token: TokenSettings): PurgeTarget {
  if (path.indexOf("*") !== path.length - 1) {
    throw new FreshetError("bad_path", "a wildcard may only stand at the end: /folder/*");
  }
  const start = path.slice(0, -1).replace(/^\/+/, "");
  if (start === "") return { token: token.name, kind: "all", pattern: "" };
  if (start.includes("?")) throw new FreshetError("bad_path", "a wildcard cannot be combined with a query");
  const text = readPathV7(start, false);
  return { token: token.name, kind: "prefix", pattern: resolveOrigin(text.path, "", token).pathKey };
}

function readOriginal(path: string, token: TokenSettings, notes: string[]): PurgeTarget {
  const mark = path.indexOf("?");
  const pairs = mark === -1 ? [] : splitQuery(path.slice(mark + 1));
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
  return { token: token.name, kind: "original", pattern: parseRequest(path, token).origin.key };
}
