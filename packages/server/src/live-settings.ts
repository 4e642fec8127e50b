import { changedSettings, type TokenSettings, type TokenTable } from "@freshet/core";
import { type Config, serverSettings } from "./config.ts";
import { hashText, sha1Text } from "./hash.ts";
import type { Source } from "./origin/source.ts";
import {
  createReadRequest,
  type ReadRequest,
  type ReadsRequests,
  understandRequest,
} from "./routes/read-request.ts";

/** Everything that follows from settings which can be read again, as of one reading. */
export interface LiveSettings {
  readonly refreshSeconds: number;
  readonly tokens: TokenTable;
  /** Remembers what it read under these settings, and nothing older. */
  readonly readRequest: ReadsRequests;
  /** For what the purge log asks for: nobody else may ask without a signature. @throws FreshetError */
  understand(target: string, token: TokenSettings): ReadRequest;
  readonly storage: Source;
}

/** The settings as they are now, and the means to change them in one step. */
export interface SettingsHolder {
  current(): LiveSettings;
  /** @returns names of settings that changed and cannot take effect before the next start */
  replace(config: Config): readonly string[];
}

/** What `replace` reaches, beside tokens and storages. Ports, folders, memory and the purge log are bound at the start. */
const replaceable = [
  "browserSeconds",
  "sharedSeconds",
  "originRefreshSeconds",
  "defaultToken",
  "ownHosts",
] as const satisfies readonly (keyof typeof serverSettings)[];

/** @param openStorage opens what the settings say; nothing of it holds a connection or a file */
export function holdSettings(
  first: Config,
  openStorage: (storages: Config["storages"]) => Source,
): SettingsHolder {
  const settle = (config: Config): LiveSettings => ({
    refreshSeconds: config.originRefreshSeconds,
    tokens: config.tokens,
    readRequest: createReadRequest(config.tokens, config, hashText, sha1Text),
    understand: (target, token) => understandRequest(target, token, config, hashText),
    storage: openStorage(config.storages),
  });
  let live = settle(first);
  return {
    current: () => live,
    replace(config) {
      live = settle(config);
      return changedSettings(serverSettings, first, config, replaceable);
    },
  };
}
