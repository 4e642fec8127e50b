import { FreshetError } from "../errors.ts";

// What needs no `URL` to be in its one spelling. A last label of digits would make it an IPv4 address.
const alreadyCanonical =
  /^(?!(?:.*\.)?xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}$/;

/**
 * Host in lower case and ASCII, numeric forms written out, without a trailing dot or a scheme's own port.
 * @throws FreshetError `bad_path`
 */
export function canonicalHost(authority: string): string {
  if (alreadyCanonical.test(authority)) return authority;
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
  // Dots may have been percent-encoded.
  if (!url || url.hostname.includes(".."))
    throw new FreshetError("bad_path", `"${authority.slice(0, 80)}" is not a valid host name`);
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

/** A host, with or without a port, without it. */
export function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** True for a domain and everything below it; with a port in it, for that port only. Both as {@link canonicalHost} writes them. */
export function isWithin(host: string, domain: string): boolean {
  const name = withoutPort(domain) === domain ? withoutPort(host) : host;
  return name === domain || name.endsWith(`.${domain}`);
}
