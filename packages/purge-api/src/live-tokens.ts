import { changedSettings, type TokenSettings } from "@freshet/core";
import { type Config, purgeSettings } from "./config.ts";
import type { FileKey } from "./keys/load-keys.ts";

/** The tokens, and the keys of the file, as they are now: what a pasted path means must be the same here and at the servers. */
export interface LiveTokens {
  default(): TokenSettings;
  /** Client keys of the settings file. */
  keys(): readonly FileKey[];
  byName(name: string): TokenSettings | undefined;
  /** @returns names of settings that changed and cannot take effect before the next start */
  replace(config: Config): readonly string[];
}

export function holdTokens(first: Config): LiveTokens {
  let { tokens, keys } = first;
  return {
    keys: () => keys,
    default: () => tokens.default,
    byName: (name) => tokens.byName(name),
    replace(config) {
      ({ tokens, keys } = config);
      // Tokens are made of these two; the rest is bound at the start: ports, folders, keys, leases.
      return changedSettings(purgeSettings, first, config, ["defaultToken", "ownHosts"]);
    },
  };
}
