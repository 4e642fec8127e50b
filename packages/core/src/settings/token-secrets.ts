import type { TokenSettings } from "../request/token.ts";
import { headersSetting } from "./headers-setting.ts";
import { readSetting } from "./read-setting.ts";
import type { Setting } from "./setting.ts";
import { SettingsError, type SettingsSources } from "./settings-error.ts";

/** Salts that are valid at once: the old and the new one while keys rotate. Each costs hashes for a URL that is wrong. */
const maxSalts = 4;

/** Variable of a token: `FRESHET_TOKEN_SHOP_SALTS`. */
export function tokenVariable(token: string, member: "SALTS" | "ORIGIN_HEADERS"): string {
  return `FRESHET_TOKEN_${token.toUpperCase().replaceAll("-", "_")}_${member}`;
}

/** Salts that URLs are signed or sealed with: secrets, so they are in no file that people copy around. */
export function saltsSetting(token: string): Setting<readonly string[]> {
  const accepts = `1 to ${maxSalts} salts, separated by commas`;
  return {
    key: null,
    env: tokenVariable(token, "SALTS"),
    fallback: [],
    secret: true,
    accepts,
    doc: "What URLs are signed or sealed with; several are valid at once, while keys rotate.",
    read(raw) {
      const salts = String(raw)
        .split(",")
        .map((salt) => salt.trim());
      if (salts.length > maxSalts || salts.some((salt) => salt === "")) throw new RangeError(accepts);
      return salts;
    },
  };
}

/**
 * The tokens with their secrets: salts, and headers for origins that may not stand in the file. Only who checks URLs and
 * fetches originals needs them; purge-api does not.
 *
 * @throws SettingsError with all problems at once: a token that checks URLs and has nothing to check them with, salts of
 *   one that checks none, and variables that no token reads
 */
export function addTokenSecrets(tokens: readonly TokenSettings[], sources: SettingsSources): TokenSettings[] {
  const problems: string[] = [];
  const claimed = new Map<string, string>();
  const complete = tokens.map((token) => {
    const salts = saltsSetting(token.name);
    const headers = headersSetting(null, tokenVariable(token.name, "ORIGIN_HEADERS"));
    for (const { env } of [salts, headers]) {
      const other = claimed.get(env);
      if (other !== undefined)
        problems.push(`${env}: the tokens ${other} and ${token.name} would both read it`);
      claimed.set(env, token.name);
    }
    return {
      ...token,
      security: withSalts(token, readSetting(salts, sources, problems), sources, problems),
      originHeaders: { ...token.originHeaders, ...readSetting(headers, sources, problems) },
    };
  });
  for (const env of Object.keys(sources.env)) {
    if (env.startsWith("FRESHET_TOKEN_") && !claimed.has(env.replace(/_FILE$/, "")))
      problems.push(`${env}: no token reads it`);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return complete;
}

function withSalts(
  { name, security }: TokenSettings,
  salts: readonly string[],
  { env }: SettingsSources,
  problems: string[],
): TokenSettings["security"] {
  const variable = tokenVariable(name, "SALTS");
  const isGiven = [env[variable], env[`${variable}_FILE`]].some(Boolean);
  if (security.kind === "open") {
    if (isGiven)
      problems.push(`${variable}: tokens.${name}.security is "open", so no URL is checked with it`);
    return security;
  }
  if (!isGiven)
    problems.push(`tokens.${name}.security: "${security.kind}" needs ${variable}, or ${variable}_FILE`);
  return { ...security, salts };
}
