import { SettingsError, type SettingsSources } from "./settings-error.ts";

/** What a service lends core to find its settings: core itself touches neither files nor processes. */
export interface SettingsAccess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Error with `code` ENOENT if there is no such file */
  readFile(path: string): string;
  parseToml(text: string): object;
}

/**
 * Finds the settings file: the one that `--config` or `FRESHET_CONFIG` names, which must exist, else `freshet.toml` in
 * the folder that the service was started in, which need not.
 *
 * @throws SettingsError for a file that is missing or no TOML
 */
export function settingsSources({ argv, env, readFile, parseToml }: SettingsAccess): SettingsSources {
  const flag = argv.indexOf("--config");
  const named = flag === -1 ? env.FRESHET_CONFIG : argv[flag + 1];
  const path = named ?? "freshet.toml";
  try {
    return { env, readFile, file: parseToml(readFile(path)) as Record<string, unknown> };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === "ENOENT" && named === undefined) return { env, readFile, file: {} };
    throw new SettingsError([`${path}: ${message}`]);
  }
}
