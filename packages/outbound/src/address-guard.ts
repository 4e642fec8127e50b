import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { FreshetError } from "@freshet/core";
import { isPublic } from "./is-public.ts";

/** Finds the addresses that a URL's host may be fetched from. */
export interface AddressGuard {
  /**
   * Resolves the host once; the connection must go to one of the addresses that are returned, or a name server could
   * answer differently the second time.
   *
   * @returns IP addresses without brackets, at least one, in the order in which they are to be tried: IPv4 first, since
   *   more networks lack IPv6 than admit it
   * @throws FreshetError `origin_refused` for an address that is not public, a port that is not allowed or another
   *   scheme than http and https; `origin_unreachable` for an unknown host
   */
  resolve(url: URL): Promise<readonly string[]>;
}

export interface GuardOptions {
  /** `host` or `host:port` as they stand in URLs, brackets optional, that may be local, at any port; `*` allows all. */
  readonly allowed: readonly string[];
  /** Ports of all other hosts; `*` allows all. */
  readonly ports: readonly string[];
  /** Addresses of a host; by default what the system says. */
  lookUp?(host: string): Promise<readonly { readonly address: string; readonly family: number }[]>;
}

/** Refuses every address that is not public, or is this machine's own: behind its firewall there is more to be reached. */
export function createAddressGuard({ allowed, ports, lookUp = lookUpHere }: GuardOptions): AddressGuard {
  const names = new Set(allowed.map(withoutBrackets));
  const open = new Set(ports);

  return {
    async resolve(url) {
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw refused(`${url.protocol.slice(0, 40)} is not a scheme that is fetched by`);
      }
      const host = withoutBrackets(url.hostname);
      const port = url.port || (url.protocol === "https:" ? "443" : "80");
      const isNamed = names.has("*") || names.has(host) || names.has(`${host}:${port}`);
      if (!isNamed && !open.has(port) && !open.has("*")) {
        throw refused(`port ${port} is not among those that are fetched from (FRESHET_ORIGIN_PORTS)`);
      }
      const found = isIP(host) ? [host] : await find(host, lookUp);
      const usable = isNamed ? found : publicOf(found);
      if (usable.length > 0) return usable;
      throw refused(`${host} is at an address that is not public`);
    },
  };
}

function publicOf(addresses: readonly string[]): readonly string[] {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
  );
  return addresses.filter((address) => isPublic(address) && !own.has(address));
}

/** `[::1]:80` → `::1:80`: only compared, never parsed again. */
function withoutBrackets(host: string): string {
  return host.toLowerCase().replace(/[[\]]/g, "");
}

const lookUpHere: NonNullable<GuardOptions["lookUp"]> = (host) => lookup(host, { all: true });

async function find(host: string, lookUp: NonNullable<GuardOptions["lookUp"]>): Promise<string[]> {
  try {
    const found = await lookUp(host);
    return found.toSorted((a, b) => a.family - b.family).map(({ address }) => address);
  } catch (cause) {
    throw new FreshetError("origin_unreachable", `the host ${host} is not known`, { cause });
  }
}

function refused(detail: string): FreshetError {
  return new FreshetError("origin_refused", detail);
}
