import { FreshetError } from "../errors.ts";
import { expandAliases } from "./alias.ts";
import { canonicalHost } from "./host.ts";
import { normalizePath, normalizeQuery } from "./percent.ts";
import type { TokenSettings } from "./token.ts";

/** Where an original is and what it is called everywhere in Freshet. */
export interface OriginRef {
  /**
   * THE identity of the original: `token|//host[:port]/path[?query]`. http and https of one host are one original. One
   * in a storage has `name@storage` in place of the host: a host never contains an `@`.
   */
  readonly key: string;
  /** The key without the query: a purge of it reaches the original under every query. Equal to `key` if there is none. */
  readonly pathKey: string;
  /** URLs to fetch it from, in the order in which they are to be tried. */
  readonly urls: readonly string[];
}

/** An original, and who chose where it is. */
export interface LocatedOrigin {
  readonly origin: OriginRef;
  /** Host as in the key; `null` in a storage. */
  readonly host: string | null;
  /** Path as in the key. */
  readonly pathname: string;
  /** The URL itself names the host: neither an alias at its beginning nor the token's prefix does. */
  readonly hostFromUrl: boolean;
  /** Aliases that the URL uses. */
  readonly aliases: readonly string[];
}

/**
 * Resolves what stands in a path (without leading slash, not percent-decoded) to an original.
 *
 * In this order: aliases, then an absolute URL as it is, then the token's prefix, then `host/path` without a scheme,
 * which is tried by https first and by http second. Only aliases and the prefix can name a storage.
 *
 * @param path the origin part of a URL: `https://h/a.jpg`, `h/a.jpg`, `_alias_/a.jpg`, or below the token's prefix
 * @param query what belongs to the origin of the query, without `?`
 * @throws FreshetError `bad_path` with the reason
 * @see reference/cloudimage.md sections 1 and 9, rows 25 and 26 of section 17
 */
export function locateOrigin(path: string, query: string, token: TokenSettings): LocatedOrigin {
  const { text, aliases, hostFromUrl } = applySettings(path, token);
  const { place, host, rest, bases } = hostFromUrl ? splitAuthority(text) : splitSettled(text);
  const pathname = normalizePath(rest === "" ? "/" : rest);
  const search = query === "" ? "" : `?${normalizeQuery(query)}`;
  const pathKey = `${token.name}|//${place}${pathname}`;
  const origin = {
    pathKey,
    key: pathKey + search,
    urls: bases.map((base) => base + pathname + search),
  };
  return { origin, host, pathname, hostFromUrl, aliases };
}

/** {@link locateOrigin}, where it does not matter who chose the place. */
export function resolveOrigin(path: string, query: string, token: TokenSettings): OriginRef {
  return locateOrigin(path, query, token).origin;
}

interface SettledText {
  readonly text: string;
  readonly aliases: readonly string[];
  readonly hostFromUrl: boolean;
}

function applySettings(path: string, { aliases, originPrefix }: TokenSettings): SettledText {
  const { path: expanded, used } = expandAliases(path, aliases);
  if (used.length > 0) {
    const [first = ""] = path.split("/", 1);
    return { text: expanded, aliases: used, hostFromUrl: !used.includes(first) };
  }
  if (originPrefix === null || hasScheme(path)) return { text: path, aliases: used, hostFromUrl: true };
  return { text: `${originPrefix.replace(/\/$/, "")}/${path}`, aliases: used, hostFromUrl: false };
}

/** True for `https://…`, and for `https:/…`, which is what proxies that merge slashes make of it. */
export function hasScheme(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\//i.test(path);
}

interface SplitOrigin {
  /** What stands in the key in place of a host. */
  readonly place: string;
  readonly host: string | null;
  readonly rest: string;
  readonly bases: readonly string[];
}

/** `storage://name` or `storage://name/folder`, with the name of the storage. */
export const storageAddress = /^storage:\/\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![^/])/;

/** What the settings wrote may name a storage. */
function splitSettled(text: string): SplitOrigin {
  const [base, name] = storageAddress.exec(text) ?? [];
  if (base === undefined) return splitAuthority(text);
  return { place: `${name}@storage`, host: null, rest: text.slice(base.length), bases: [base] };
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
  const host = canonicalHost(authority);
  const bases = named ? [`${named}://${host}`] : [`https://${host}`, `http://${host}`];
  return { place: host, host, rest, bases };
}
