import {
  type Invalidation,
  isOneOf,
  isTable,
  isText,
  isTextList,
  isWholeNumber,
  readTable,
  SettingsError,
  type SettingsSources,
  type TokenTable,
} from "@freshet/core";
import { type Grant, readPrefix } from "./grant.ts";

/** A key of the settings file. The file holds its hash: of 256 random bits that is no secret. */
export interface FileKey extends Grant {
  /** SHA-256 in hex. */
  readonly hash: string;
}

const scopes = ["original", "urls", "all", "tag"] as const satisfies readonly Invalidation["scope"][];

/**
 * Reads `[keys.name]`: further client keys, each of one token, and limited as it says.
 * @throws SettingsError with all problems at once
 */
export function loadKeys({ file }: SettingsSources, tokens: TokenTable): readonly FileKey[] {
  const problems: string[] = [];
  const raw = file.keys ?? {};
  if (!isTable(raw)) throw new SettingsError(["keys: expected tables such as [keys.shop]"]);
  const keys = Object.entries(raw).map(([name, table]) => readKey(name, table, tokens, problems));
  const names = new Map<string, string>();
  for (const { key, hash } of keys) {
    const other = names.get(hash);
    if (other !== undefined) problems.push(`keys.${key}.sha256: it is that of keys.${other}`);
    if (hash !== "") names.set(hash, key);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return keys;
}

function readKey(name: string, raw: unknown, tokens: TokenTable, problems: string[]): FileKey {
  const table = readTable(`keys.${name}`, raw, problems);
  const { read } = table;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    problems.push(`keys.${name}: a name has small letters, digits and hyphens, at most 63`);
  }
  const hash = read("sha256", "64 hexadecimal digits, as freshet-purge make-key prints them", isHash, "");
  if (hash === "" && isTable(raw) && raw.sha256 === undefined) problems.push(`keys.${name}.sha256: missing`);
  const tokenName = read("token", "the name of a token", isText, tokens.default.name);
  const token = tokens.byName(tokenName);
  if (!token) problems.push(`keys.${name}.token: there is no token "${tokenName}"`);
  const prefixes = read<readonly string[] | null>("prefixes", "a list of paths", isNonEmptyList, null);
  for (const prefix of prefixes ?? []) {
    if (token && readPrefix(prefix, token) === null)
      problems.push(`keys.${name}.prefixes: ${JSON.stringify(prefix)} names no folder`);
  }
  const key: FileKey = {
    key: name,
    hash,
    token: tokenName,
    scopes: read<Grant["scopes"]>("scopes", `a list of ${scopes.join(", ")}`, isScopeList, null),
    prefixes,
    patternsPerMinute: read<number | null>(
      "patterns_per_minute",
      "a whole number from 1 to 1000000000",
      isWholeNumber(1, 1_000_000_000),
      null,
    ),
  };
  table.refuseOthers();
  return key;
}

function isHash(raw: unknown): raw is string {
  return isText(raw) && /^[0-9a-f]{64}$/.test(raw);
}

function isNonEmptyList(raw: unknown): raw is readonly string[] {
  return isTextList(raw) && raw.length > 0;
}

function isScopeList(raw: unknown): raw is NonNullable<Grant["scopes"]> {
  return isNonEmptyList(raw) && raw.every(isOneOf(scopes));
}
