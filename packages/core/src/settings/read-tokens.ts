import { type AutoFormat, autoFormats } from "../plan/formats.ts";
import { plainToken, type TokenSettings } from "../request/token.ts";
import { tokenProblems } from "../request/token-problems.ts";

/** Takes one value out of a token's table; what it cannot use it reports, with the setting's name. */
interface Table {
  read<T>(key: string, accepts: string, isRight: (raw: unknown) => raw is T, fallback: T): T;
}

/** Tokens stand in the file only: `[tokens.name]`, each with what {@link TokenSettings} knows. */
export function readTokens(raw: unknown, problems: string[]): TokenSettings[] {
  if (raw === undefined) return [];
  if (!isTable(raw)) {
    problems.push("tokens: expected tables such as [tokens.shop]");
    return [];
  }
  return Object.entries(raw).map(([name, table]) => {
    const token = readToken(name, isTable(table) ? table : {}, problems);
    problems.push(...tokenProblems(token));
    return token;
  });
}

function readToken(name: string, raw: Readonly<Record<string, unknown>>, problems: string[]): TokenSettings {
  const known = new Set<string>();
  const table: Table = {
    read(key, accepts, isRight, fallback) {
      known.add(key);
      const value = raw[key];
      if (value === undefined) return fallback;
      if (isRight(value)) return value;
      problems.push(`tokens.${name}.${key}: expected ${accepts}`);
      return fallback;
    },
  };
  const token = readMembers(name, table);
  for (const key of Object.keys(raw)) {
    if (!known.has(key)) problems.push(`tokens.${name}.${key}: there is no such setting`);
  }
  return token;
}

function readMembers(name: string, { read }: Table): TokenSettings {
  const hosts = read<readonly string[]>("hosts", "a list of host names", isTextList, []);
  const formats = `a list of ${autoFormats.map((format) => `"${format}"`).join(" and ")}, each at most once`;
  return {
    ...plainToken(
      name,
      hosts.map((host) => host.toLowerCase()),
    ),
    originPrefix: read<string | null>("origin_prefix", "a URL", isText, null),
    aliases: read("aliases", "a table of texts", isTextTable, {}),
    strict: read("strict", "true or false", isFlag, false),
    autoFormats: read<readonly AutoFormat[]>("auto_formats", formats, isFormatList, []),
    keepProfiles: read("keep_profiles", "true or false", isFlag, false),
    watermark: read<string | null>("watermark", "an image's URL", isText, null),
  };
}

function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

function isText(raw: unknown): raw is string {
  return typeof raw === "string";
}

function isFlag(raw: unknown): raw is boolean {
  return typeof raw === "boolean";
}

function isTextList(raw: unknown): raw is readonly string[] {
  return Array.isArray(raw) && raw.every(isText);
}

function isTextTable(raw: unknown): raw is Readonly<Record<string, string>> {
  return isTable(raw) && Object.values(raw).every(isText);
}

function isFormatList(raw: unknown): raw is readonly AutoFormat[] {
  return (
    isTextList(raw) &&
    new Set(raw).size === raw.length &&
    raw.every((format) => autoFormats.some((known) => known === format))
  );
}
