import type { TokenSettings } from "../request/token.ts";
import { readTokens } from "./read-tokens.ts";
import type { Setting } from "./setting.ts";

/** Settings of one service, by the name that the code uses. */
export type Schema = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Schema> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export interface SettingsSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed `freshet.toml`, empty if there is none. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Reads a file that a `…_FILE` variable names. */
  readFile(path: string): string;
}

/** All problems of all settings together: nobody likes to be told of them one start at a time. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Reads every setting of a schema, environment before file before fallback, and the tokens beside them.
 * @throws SettingsError naming each setting that cannot be used and what it takes
 */
export function loadSettings<S extends Schema>(
  schema: S,
  sources: SettingsSources,
): { readonly values: Values<S>; readonly tokens: readonly TokenSettings[] } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(schema))
    values[name] = readSetting(setting, sources, problems);
  const tokens = readTokens(sources.file.tokens, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return { values: values as Values<S>, tokens };
}

function readSetting(setting: Setting<unknown>, sources: SettingsSources, problems: string[]): unknown {
  const found = findRaw(setting, sources, problems);
  if (found === null) return setting.fallback;
  try {
    return setting.read(found.raw);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const got = setting.secret ? "something else" : JSON.stringify(found.raw);
    problems.push(`${found.where}: expected ${error.message}, got ${got}`);
    return setting.fallback;
  }
}

function findRaw(
  setting: Setting<unknown>,
  { env, file, readFile }: SettingsSources,
  problems: string[],
): { raw: unknown; where: string } | null {
  const fromEnv = env[setting.env];
  if (fromEnv !== undefined && fromEnv !== "") return { raw: fromEnv, where: setting.env };
  const reference = setting.secret ? env[`${setting.env}_FILE`] : undefined;
  if (reference) {
    try {
      return { raw: readFile(reference).trim(), where: `${setting.env}_FILE` };
    } catch (error) {
      problems.push(`${setting.env}_FILE: ${(error as Error).message}`);
      return null;
    }
  }
  if (setting.key === null) return null;
  const fromFile = setting.key.split(".").reduce<unknown>(step, file);
  return fromFile === undefined ? null : { raw: fromFile, where: setting.key };
}

function step(table: unknown, key: string): unknown {
  return typeof table === "object" && table !== null ? (table as Record<string, unknown>)[key] : undefined;
}
