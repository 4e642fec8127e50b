import { FreshetError } from "../errors.ts";
import { expandAliases } from "./alias.ts";
import { normalizePath, normalizeQuery } from "./percent.ts";
import type { TokenSettings } from "./token.ts";

/** Where an original is and what it is called everywhere in Freshet. */
export interface OriginRef {
  /** THE identity of the original: `token|//host[:port]/path[?query]`. http and https of one host are one original. */
  readonly key: string;
  /** The key without the query: a purge of it reaches the original under every query. Equal to `key` if there is none. */
  readonly pathKey: string;
  /** URLs to fetch it from, in the order in which they are to be tried. */
  readonly urls: readonly string[];
}

/**
 * Resolves what stands in a path (without leading slash, not percent-decoded) to an original.
 *
 * In this order: aliases, then an absolute URL as it is, then the token's prefix, then `host/path` without a scheme,
 * which is tried by https first and by http second.
 *
 * @param path the origin part of a URL: `https://h/a.jpg`, `h/a.jpg`, `_alias_/a.jpg`, or below the token's prefix
 * @param query what belongs to the origin of the query, without `?`
 * @throws FreshetError `bad_path` with the reason
 * @see reference/cloudimage.md sections 1 and 9, rows 25 and 26 of section 17
 */
export function resolveOrigin(path: string, query: string, token: TokenSettings): OriginRef {
  const { authority, rest, schemes } = splitOrigin(path, token);
  const host = canonicalHost(authority);
  const pathname = normalizePath(rest === "" ? "/" : rest);
  const search = query === "" ? "" : `?${normalizeQuery(query)}`;
  const pathKey = `${token.name}|//${host}${pathname}`;
  return {
    pathKey,
    key: pathKey + search,
    urls: schemes.map((scheme) => `${scheme}://${host}${pathname}${search}`),
  };
}

interface SplitOrigin {
  readonly authority: string;
  readonly rest: string;
  readonly schemes: readonly ("https" | "http")[];
}

function splitOrigin(path: string, token: TokenSettings): SplitOrigin {
  const expanded = expandAliases(path, token.aliases);
  const isOwn = token.originPrefix === null || expanded !== path || hasScheme(expanded);
  return splitAuthority(isOwn ? expanded : `${token.originPrefix?.replace(/\/$/, "")}/${expanded}`);
}

/** True for `https://…`, and for `https:/…`, which is what proxies that merge slashes make of it. */
export function hasScheme(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\//i.test(path);
}

function splitAuthority(text: string): SplitOrigin {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/+)?([^/?#]*)([^?#]*)$/i.exec(text);
  if (!match) throw new FreshetError("bad_path", "the path does not name an origin");
  const [, scheme, authority = "", rest = ""] = match;
  if (authority === "") throw new FreshetError("bad_path", "the path does not name an origin");
  const named = scheme?.toLowerCase();
  if (named !== undefined && named !== "https" && named !== "http") {
    throw new FreshetError("bad_path", `originals are fetched by http and https, not by "${named}"`);
  }
  return { authority, rest, schemes: named ? [named] : ["https", "http"] };
}

/** Host in lower case and ASCII, numeric forms written out, without a trailing dot or a scheme's own port. */
function canonicalHost(authority: string): string {
  if (authority.includes("@")) {
    throw new FreshetError("bad_path", "an origin with a user name in its URL is not fetched");
  }
  if (!looksLikeHost(authority) || authority.includes("..")) {
    throw new FreshetError(
      "bad_path",
      `"${authority.slice(0, 80)}" is not a host name: expected host/path, a full URL or an alias`,
    );
  }
  // The scheme of the URL parsed here only decides which port counts as default; both must be dropped (one key).
  const url = URL.parse(`http://${authority}`);
  if (!url) throw new FreshetError("bad_path", `"${authority.slice(0, 80)}" is not a valid host name`);
  const hostname = url.hostname.replace(/\.$/, "");
  return url.port === "" || url.port === "443" ? hostname : `${hostname}:${url.port}`;
}

/** Tells `sample.li`, `localhost`, `[::1]` and `cache:9000` from the first folder of a path. */
export function looksLikeHost(text: string): boolean {
  return (
    /^\[[0-9a-f:.]+\](:\d+)?$/i.test(text) ||
    /^localhost$/i.test(text) ||
    /^[^\s/:]+:\d+$/.test(text) ||
    /^[^\s/:]+\.[^\s/:]+$/.test(text)
  );
}
