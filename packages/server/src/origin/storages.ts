import {
  loadSettings,
  type Schema,
  SettingsError,
  type SettingsSources,
  type TokenSettings,
} from "@freshet/core";
import { finishStorage } from "./finish-storage.ts";
import { type StorageKind, type StorageSettings, storageSchemas, variable } from "./storage-settings.ts";

/** The storages of an installation, by the name that aliases know them by. */
export type Storages = ReadonlyMap<string, StorageSettings>;

/** What a storage may be called: it stands in keys, in URLs, and in names of variables. */
const storageName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is read from, and what was found out while reading. */
interface Reading {
  readonly sources: SettingsSources;
  readonly problems: string[];
  /** Variables that some storage reads. */
  readonly claimed: Set<string>;
}

/**
 * Reads `[storages.name]` from the file, and the secrets that belong to them from the environment.
 * @throws SettingsError with all problems at once
 */
export function loadStorages(sources: SettingsSources): Storages {
  const { storages: tables = {} } = sources.file;
  if (!isTable(tables)) throw new SettingsError(["storages: expected tables such as [storages.photos]"]);
  const reading: Reading = { sources, problems: [], claimed: new Set() };
  const storages = new Map<string, StorageSettings>();
  for (const [name, table] of Object.entries(tables)) {
    const kind = readKind(name, table, reading);
    const storage = kind && isTable(table) ? readStorage(name, kind, table, reading) : null;
    if (storage) storages.set(name, storage);
    else claimAll(name, reading);
  }
  refuseUnclaimed(reading);
  if (reading.problems.length > 0) throw new SettingsError(reading.problems);
  return storages;
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

function readKind(name: string, table: unknown, { problems }: Reading): StorageKind | null {
  if (!storageName.test(name)) {
    problems.push(
      `storages.${name}: a storage's name is 1 to 63 of a-z, 0-9 and "-", with no "-" at either end`,
    );
    return null;
  }
  const kinds = Object.keys(storageSchemas) as StorageKind[];
  const kind = isTable(table) ? kinds.find((known) => known === table.kind) : undefined;
  if (kind === undefined) problems.push(`storages.${name}.kind: expected one of ${kinds.join(", ")}`);
  return kind ?? null;
}

function readStorage(
  name: string,
  kind: StorageKind,
  table: Readonly<Record<string, unknown>>,
  reading: Reading,
): StorageSettings | null {
  const { sources, problems } = reading;
  const schema: Schema = storageSchemas[kind](name);
  claim(schema, reading);
  problems.push(...strangers(name, table, schema));
  try {
    const { values } = loadSettings(schema, { ...sources, file: { storages: { [name]: table } } });
    return finishStorage(name, kind, values, problems);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}

/** `[storages.a]` and `[storages.a-service]` could mean different things by `FRESHET_STORAGE_A_SERVICE_ACCOUNT`. */
function claim(schema: Schema, { problems, claimed }: Reading): void {
  for (const { env, secret } of Object.values(schema)) {
    if (claimed.has(env)) problems.push(`${env}: two storages would read it, so one needs another name`);
    claimed.add(env);
    if (secret) claimed.add(`${env}_FILE`);
  }
}

/** Of a storage that cannot be read, nobody knows which variables are its own. */
function claimAll(name: string, { sources, claimed }: Reading): void {
  for (const env of Object.keys(sources.env)) {
    if (env.startsWith(variable(name, ""))) claimed.add(env);
  }
}

/** A key under a name that is misspelled would leave a storage without any, and the server asking for nothing but what is public. */
function refuseUnclaimed({ sources, problems, claimed }: Reading): void {
  for (const env of Object.keys(sources.env)) {
    if (env.startsWith("FRESHET_STORAGE_") && !claimed.has(env)) problems.push(`${env}: no storage reads it`);
  }
}

/** What stands in a storage's table and has no place there, one sentence each. */
function strangers(name: string, table: Readonly<Record<string, unknown>>, schema: Schema): string[] {
  const settings = Object.values(schema);
  return Object.entries(table).flatMap(([key, value]) => {
    const path = `storages.${name}.${key}`;
    const env = variable(name, key.toUpperCase());
    const known = settings.find((setting) => setting.key === path);
    if (known?.secret && typeof value === "string") {
      return [`${path}: lines of headers have no place in this file: set ${env}`];
    }
    if (key === "kind" || known) return [];
    const isSecret = settings.some((setting) => setting.env === env);
    return [
      isSecret
        ? `${path}: a secret has no place in this file: set ${env}`
        : `${path}: there is no such setting`,
    ];
  });
}

function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
