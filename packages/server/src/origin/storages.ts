import { loadNamed, type SettingsSources, type TokenSettings } from "@freshet/core";
import { finishStorage } from "./finish-storage.ts";
import { type StorageKind, type StorageSettings, storagePrefix, storageSchemas } from "./storage-settings.ts";

/** The storages of an installation, by the name that aliases know them by. */
export type Storages = ReadonlyMap<string, StorageSettings>;

/**
 * Reads `[storages.name]` from the file, and the secrets that belong to them from the environment.
 * @throws SettingsError with all problems at once
 */
export function loadStorages(sources: SettingsSources): Storages {
  const named = {
    section: "storages",
    example: "photos",
    noun: "storage",
    prefix: storagePrefix,
    schemas: storageSchemas,
  };
  return loadNamed<StorageKind, StorageSettings>(named, sources, ({ name, kind, values }, problems) =>
    finishStorage(name, kind, values, problems),
  );
}

/** Names of all storages that the file speaks of, those included that cannot be used. */
export function storageNames({ file }: SettingsSources): ReadonlySet<string> {
  return new Set(isTable(file.storages) ? Object.keys(file.storages) : []);
}

/** Aliases and prefixes that name a storage which is not there, one sentence each. */
export function unknownStorages(
  tokens: readonly Pick<TokenSettings, "name" | "aliases" | "originPrefix">[],
  storages: ReadonlySet<string>,
): string[] {
  return tokens.flatMap(({ name, aliases, originPrefix }) => {
    const targets = Object.entries(aliases).map(([alias, target]) => [`aliases.${alias}`, target] as const);
    return [...targets, ["origin_prefix", originPrefix ?? ""] as const].flatMap(([member, target]) => {
      const named = /^storage:\/\/([^/]*)/.exec(target)?.[1];
      const isKnown = named === undefined || storages.has(named);
      return isKnown ? [] : [`tokens.${name}.${member}: there is no [storages.${named}]`];
    });
  });
}

function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
