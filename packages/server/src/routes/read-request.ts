import {
  authorizeUrl,
  type CacheLife,
  cacheLife,
  type HashText,
  type ParsedRequest,
  parseRequest,
  requestKey,
  type Sha1,
  surrogateTags,
  type TokenSettings,
  type TokenTable,
} from "@freshet/core";
import { serverLimits } from "../limits.ts";

/** Everything about a request for a picture that follows from its URL and the settings. */
export interface ReadRequest extends ParsedRequest {
  /** Identity of the transformed URL, in whatever spelling. */
  readonly key: string;
  /** Tags for caches in front: as `Surrogate-Key`, and as `Cache-Tag`. */
  readonly surrogateKey: string;
  readonly cacheTag: string;
  /** How long its answers may be kept. */
  readonly life: CacheLife;
}

/**
 * Reads path and query as a request for a picture of a token, whether or not it is signed.
 * @throws FreshetError for what cannot be read
 */
export function understandRequest(
  target: string,
  token: TokenSettings,
  life: CacheLife,
  hash: HashText,
): ReadRequest {
  const parsed = parseRequest(target, token);
  const tags = surrogateTags(parsed.token, [parsed.origin, ...parsed.watermarks], hash);
  return {
    ...parsed,
    key: requestKey(parsed),
    surrogateKey: tags.join(" "),
    cacheTag: tags.join(","),
    life: cacheLife(life, parsed.settings, parsed.delivery),
  };
}

/** @throws FreshetError for a URL that cannot be read or is not signed as it must be; those are not remembered */
export type ReadsRequests = (url: string, host: string | null) => ReadRequest;

/**
 * Reads URLs, and remembers the last thousands of them: pages ask for the same pictures again and again, and
 * reading and hashing is most of the work of a hit.
 *
 * @param life how long the installation lets answers be kept
 */
export function createReadRequest(
  tokens: TokenTable,
  life: CacheLife,
  hash: HashText,
  sha1: Sha1,
): ReadsRequests {
  const remembered = new Map<string, ReadRequest>();

  return function readRequest(url: string, host: string | null): ReadRequest {
    const id = `${host} ${url}`;
    const known = remembered.get(id);
    if (known) return known;
    const target = targetOf(url);
    const token = tokens.byHost(host);
    authorizeUrl(target, token.security, sha1);
    const request = understandRequest(target, token, life, hash);
    remembered.set(id, request);
    if (remembered.size > serverLimits.rememberedRequests)
      remembered.delete(remembered.keys().next().value as string);
    return request;
  };
}

function targetOf(url: string): string {
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}
