import { FreshetError } from "../errors.ts";
import type { TokenSettings } from "./token.ts";
import { resolveAddress } from "./watermarks.ts";

/**
 * Everything that is wrong with a token's settings, one sentence each; empty if nothing is.
 * @see reference/cloudimage.md section 9
 */
export function tokenProblems(token: TokenSettings): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(token.name)) {
    problems.push(`tokens.${token.name}: a token's name is 1 to 63 of a-z, 0-9, "-" and "_"`);
  }
  if (token.originPrefix !== null && !/^(https?:\/\/)?[^/?#]+(\/[^?#]*)?$/.test(token.originPrefix)) {
    problems.push(`tokens.${token.name}.origin_prefix: expected a URL such as https://bucket.host/folder/`);
  }
  const names = Object.keys(token.aliases);
  for (const name of names) {
    const at = `tokens.${token.name}.aliases.${name}`;
    if (!/^_[A-Za-z0-9._-]+_$/.test(name)) problems.push(`${at}: an alias starts and ends with "_"`);
    const target = token.aliases[name] as string;
    if (target === "" || target.startsWith("/") || target.endsWith("/")) {
      problems.push(`${at}: the value must not be empty nor start or end with "/"`);
    }
    const inside = names.find((other) => other !== name && other.includes(name));
    if (inside) problems.push(`${at}: overlaps with ${inside}, so a path could mean either`);
  }
  if (token.watermark !== null) {
    const problem = addressProblem(token.watermark, token);
    if (problem !== null) problems.push(`tokens.${token.name}.watermark: ${problem}`);
  }
  return problems;
}

function addressProblem(address: string, token: TokenSettings): string | null {
  try {
    resolveAddress(address, token);
    return null;
  } catch (error) {
    if (error instanceof FreshetError) return error.detail;
    throw error;
  }
}
