import { limits } from "../limits.ts";
import { type AutoFormat, autoFormats } from "../plan/formats.ts";
import { type Fidelity, fidelities } from "../plan/plan.ts";
import type { UrlSecurity } from "../request/authorize-url.ts";
import {
  type MissingAnswer,
  missingAnswers,
  plainToken,
  type Rule,
  type TokenSettings,
} from "../request/token.ts";
import { tokenProblems } from "../request/token-problems.ts";
import { readHeaderTable } from "./headers-setting.ts";
import { tokenVariable } from "./token-secrets.ts";
import {
  isFlag,
  isOneOf,
  isTable,
  isText,
  isTextList,
  isTextTable,
  isWholeNumber,
  readTable,
  type TableReader,
} from "./token-table.ts";

/**
 * Tokens stand in the file only: `[tokens.name]`, each with what {@link TokenSettings} knows. Secrets do not: they come
 * in by `addTokenSecrets`, where they are needed.
 */
export function readTokens(raw: unknown, problems: string[]): TokenSettings[] {
  if (raw === undefined) return [];
  if (!isTable(raw)) {
    problems.push("tokens: expected tables such as [tokens.shop]");
    return [];
  }
  return Object.entries(raw).map(([name, table]) => {
    const reader = readTable(`tokens.${name}`, table, problems);
    const token = readMembers(name, reader, problems);
    reader.refuseOthers();
    problems.push(...tokenProblems(token));
    return token;
  });
}

const hostList = "a list of host names";
const seconds = `a whole number from 0 to ${limits.cacheSeconds} (s)`;
const formats = `a list of ${autoFormats.map((format) => `"${format}"`).join(" and ")}, each at most once`;
const securities = ["open", "signature", "seal"] as const;

function readMembers(name: string, table: TableReader, problems: string[]): TokenSettings {
  const { read } = table;
  const hosts = read("hosts", hostList, isTextList, []);
  const readSeconds = (key: string) =>
    read<number | null>(key, seconds, isWholeNumber(0, limits.cacheSeconds), null);
  return {
    ...plainToken(
      name,
      hosts.map((host) => host.toLowerCase()),
    ),
    originPrefix: read<string | null>("origin_prefix", "a URL", isText, null),
    aliases: read("aliases", "a table of texts", isTextTable, {}),
    presets: read("presets", "a table of queries by name", isTextTable, {}),
    rules: readRules(name, table, problems),
    allowedDomains: read<readonly string[] | null>(
      "allowed_domains",
      "a list of host names and aliases",
      isTextList,
      null,
    ),
    referers: read<readonly string[] | null>("referers", hostList, isTextList, null),
    proxyAnywhere: read("proxy_anywhere", "true or false", isFlag, false),
    security: securityOf(read("security", `one of ${securities.join(", ")}`, isOneOf(securities), "open")),
    strict: read("strict", "true or false", isFlag, false),
    autoFormats: read<readonly AutoFormat[]>("auto_formats", formats, isFormatList, []),
    quality: read<number | null>("quality", "a whole number from 1 to 100", isWholeNumber(1, 100), null),
    keepProfiles: read("keep_profiles", "true or false", isFlag, false),
    fidelity: read<Fidelity>("fidelity", `one of ${fidelities.join(", ")}`, isOneOf(fidelities), "full"),
    watermark: read<string | null>("watermark", "an image's URL", isText, null),
    browserSeconds: readSeconds("browser_seconds"),
    sharedSeconds: readSeconds("shared_seconds"),
    originRefreshSeconds: readSeconds("origin_refresh_seconds"),
    originHeaders: readHeaders(name, table, problems),
    missing: read<MissingAnswer>(
      "missing",
      `one of ${missingAnswers.join(", ")}`,
      isOneOf(missingAnswers),
      "404-image",
    ),
    missingImage: read<string | null>("missing_image", "an image's URL", isText, null),
  };
}

function securityOf(kind: (typeof securities)[number]): UrlSecurity {
  return kind === "open" ? { kind } : { kind, salts: [] };
}

function readRules(name: string, { read }: TableReader, problems: string[]): Rule[] {
  const tables = read<readonly unknown[]>(
    "rules",
    "a list of tables with match and query",
    Array.isArray,
    [],
  );
  return tables.map((raw, at) => {
    const rule = readTable(`tokens.${name}.rules[${at}]`, raw, problems);
    const { read } = rule;
    const found = { match: read("match", "a text", isText, ""), query: read("query", "a query", isText, "") };
    rule.refuseOthers();
    return found;
  });
}

function readHeaders(
  name: string,
  { read }: TableReader,
  problems: string[],
): TokenSettings["originHeaders"] {
  const table = read("origin_headers", "a table of headers", isTable, {});
  try {
    return readHeaderTable(table, tokenVariable(name, "ORIGIN_HEADERS"));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push(`tokens.${name}.origin_headers: expected ${error.message}`);
    return {};
  }
}

function isFormatList(raw: unknown): raw is readonly AutoFormat[] {
  return isTextList(raw) && new Set(raw).size === raw.length && raw.every(isOneOf(autoFormats));
}
