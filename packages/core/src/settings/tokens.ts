import { plainToken, type TokenSettings } from "../request/token.ts";

/** The tokens of an installation, found by name or by the host under which a request came in. */
export interface TokenTable {
  readonly all: readonly TokenSettings[];
  readonly default: TokenSettings;
  byName(name: string): TokenSettings | undefined;
  /** @param host value of the `Host` header; one that belongs to no token means the default token */
  byHost(host: string | null): TokenSettings;
}

/**
 * The default token exists even if no file speaks of it. It answers at all addresses that belong to nobody else, so
 * the installation's own addresses are its hosts.
 *
 * @param ownHosts addresses of the image server, with port, e.g. `localhost:8080`
 */
export function createTokenTable(
  configured: readonly TokenSettings[],
  defaultName: string,
  ownHosts: readonly string[],
): TokenTable {
  const base = configured.find((token) => token.name === defaultName) ?? plainToken(defaultName);
  const fallback = { ...base, hosts: [...base.hosts, ...ownHosts.map((host) => host.toLowerCase())] };
  const all = [fallback, ...configured.filter((token) => token.name !== defaultName)];
  const byName = new Map(all.map((token) => [token.name, token]));
  const byHost = new Map(all.flatMap((token) => token.hosts.map((host) => [host, token] as const)));
  return {
    all,
    default: fallback,
    byName: (name) => byName.get(name),
    byHost: (host) => byHost.get(host?.toLowerCase() ?? "") ?? fallback,
  };
}
