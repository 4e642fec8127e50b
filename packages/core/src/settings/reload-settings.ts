import { SettingsError } from "./settings-error.ts";

/** How reading settings again ended, and what the operator is to know of it. */
export interface Reload {
  readonly worked: boolean;
  readonly message: string;
}

/**
 * Reads settings again and puts them in force, all of them or none: with a single problem the old ones stay.
 *
 * @param replace puts them in force; names what changed and cannot take effect before the next start
 */
export function reloadSettings<C>(load: () => C, replace: (config: C) => readonly string[]): Reload {
  try {
    const waiting = replace(load());
    const rest =
      waiting.length === 0 ? "" : `; changed, but in force only after the next start: ${waiting.join(", ")}`;
    return { worked: true, message: `settings were read again${rest}` };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { worked: false, message: `settings stay as they were: ${error.message}` };
  }
}
