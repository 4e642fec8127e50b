import type { TokenSettings } from "../request/token.ts";
import { hostProblems } from "./host-problems.ts";
import { ownHosts } from "./own-hosts.ts";
import { readSetting } from "./read-setting.ts";
import { readTokens } from "./read-tokens.ts";
import type { Setting } from "./setting.ts";
import { SettingsError, type SettingsSources } from "./settings-error.ts";
import type { sharedSettings } from "./shared-settings.ts";

/** Settings of one service, by the name that the code uses. */
export type Schema = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Schema> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/**
 * Reads every setting of a schema, environment before file before fallback, and the tokens beside them, without
 * their secrets. A schema of a service has the shared settings, so the installation's own hosts are known.
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
  const { ownHosts: named = [], serverPort = 0 } = values as Partial<Values<typeof sharedSettings>>;
  problems.push(...hostProblems(tokens, ownHosts({ ownHosts: named, serverPort }, tokens)));
  if (problems.length > 0) throw new SettingsError(problems);
  return { values: values as Values<S>, tokens };
}
