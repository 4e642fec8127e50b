import { changedSettings, type TokenSettings } from "@freshet/core";
import { type Config, purgeSettings } from "./config.ts";

/** The tokens as they are now: what a pasted path means must be the same here and at the servers. */
export interface LiveTokens {
  byName(name: string): TokenSettings | undefined;
  /** @returns names of settings that changed and cannot take effect before the next start */
  replace(config: Config): readonly string[];
}

export function holdTokens(first: Config): LiveTokens {
  let { tokens } = first;
  return {
    byName: (name) => tokens.byName(name),
    replace(config) {
      tokens = config.tokens;
      // Tokens are made of these two; the rest is bound at the start: ports, folders, keys, leases.
      return changedSettings(purgeSettings, first, config, ["defaultToken", "ownHosts"]);
    },
  };
}
