import type { TokenSettings } from "../request/token.ts";

/**
 * Addresses of the image server that belong to the default token: those of `own_hosts`, and those by which it is asked
 * on its own machine, unless they are another token's. Both services must mean the same by a URL of the server itself,
 * so a port that only one of them knows counts for neither: that is how a server on any free port (0) is.
 */
export function ownHosts(
  { ownHosts, serverPort }: { readonly ownHosts: readonly string[]; readonly serverPort: number },
  tokens: readonly Pick<TokenSettings, "hosts">[],
): readonly string[] {
  if (serverPort === 0) return ownHosts;
  const taken = new Set([...ownHosts, ...tokens.flatMap(({ hosts }) => hosts)]);
  // As hosts are written in keys: without a scheme's own port.
  const port = serverPort === 80 || serverPort === 443 ? "" : `:${serverPort}`;
  return [...ownHosts, ...[`localhost${port}`, `127.0.0.1${port}`].filter((host) => !taken.has(host))];
}
