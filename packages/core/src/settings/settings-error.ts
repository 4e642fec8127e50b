/** Where settings are read from. */
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
