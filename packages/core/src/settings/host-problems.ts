import { FreshetError } from "../errors.ts";
import { locateOrigin } from "../request/origin-key.ts";
import type { TokenSettings } from "../request/token.ts";
import { locateAddress } from "../request/watermarks.ts";

/**
 * What is wrong with tokens beside one another, one sentence each: a host that two of them claim, and settings that
 * lead back to a host of this installation, which would ask itself without end.
 *
 * @param ownHosts the default token's, beside its own
 */
export function hostProblems(tokens: readonly TokenSettings[], ownHosts: readonly string[]): string[] {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const { name, hosts } of tokens) {
    for (const host of new Set(hosts)) {
      const other = owners.get(host);
      if (other !== undefined)
        problems.push(`tokens.${name}.hosts: ${host} is a host of tokens.${other} too`);
      else owners.set(host, name);
    }
  }
  for (const host of ownHosts) {
    const other = owners.get(host.toLowerCase());
    if (other !== undefined) problems.push(`own_hosts: ${host} is a host of tokens.${other}`);
  }
  const own = new Set([...owners.keys(), ...ownHosts.map((host) => host.toLowerCase())]);
  return [...problems, ...tokens.flatMap((token) => loopsOf(token, own))];
}

function loopsOf(token: TokenSettings, own: ReadonlySet<string>): string[] {
  const { name, aliases, originPrefix, watermark, missingImage } = token;
  const below = originPrefix === null ? [] : [["origin_prefix", () => locateOrigin("a", "", token)] as const];
  const behind = Object.keys(aliases).map(
    (alias) => [`aliases.${alias}`, () => locateOrigin(`${alias}/a`, "", token)] as const,
  );
  const images = Object.entries({ watermark, missing_image: missingImage }).flatMap(([member, address]) =>
    address === null ? [] : [[member, () => locateAddress(address, token)] as const],
  );
  return [...below, ...behind, ...images].flatMap(([member, locate]) => {
    const host = hostOf(locate);
    if (host === null || !own.has(host)) return [];
    return [`tokens.${name}.${member}: ${host} is a host of this installation, which would ask itself`];
  });
}

/** What cannot be read is reported elsewhere, or is a part of a path that stands behind another alias. */
function hostOf(locate: () => { readonly host: string | null }): string | null {
  try {
    return locate().host;
  } catch (error) {
    if (error instanceof FreshetError) return null;
    throw error;
  }
}
