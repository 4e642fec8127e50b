import type { Setting } from "./setting.ts";
import type { SettingsSources } from "./settings-error.ts";

/** Reads one setting, environment before file before fallback; what it cannot use it reports, with the setting's name. */
export function readSetting<T>(setting: Setting<T>, sources: SettingsSources, problems: string[]): T {
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
