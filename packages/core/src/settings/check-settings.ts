import { SettingsError } from "./settings-error.ts";

/** What `check-config` says, and the exit code that it ends with. */
export interface SettingsCheck {
  readonly exitCode: 0 | 1;
  readonly message: string;
}

/** Reads settings as a start would, and changes nothing. */
export function checkSettings(load: () => unknown): SettingsCheck {
  try {
    load();
    return { exitCode: 0, message: "the settings can be used" };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { exitCode: 1, message: error.message };
  }
}
