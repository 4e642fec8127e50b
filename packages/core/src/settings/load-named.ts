import { loadSettings, type Schema } from "./load-settings.ts";
import { SettingsError, type SettingsSources } from "./settings-error.ts";

/** Settings that an installation has several of, each with a name and a kind: `[storages.photos]`, `[fronts.edge]`. */
export interface NamedSchemas<K extends string> {
  /** Name of the table in the file: `storages`. */
  readonly section: string;
  /** A name that one may have, for a sentence: `photos`. */
  readonly example: string;
  /** What one of them is called: `storage`. */
  readonly noun: string;
  /** What the names of all variables begin with: `FRESHET_STORAGE_`. */
  readonly prefix: string;
  /** Variables of other settings that begin with the same. */
  readonly notOurs?: readonly string[];
  /** The settings of each kind, for one of that name. */
  readonly schemas: { readonly [kind in K]: (name: string) => Schema };
}

/** What was read of one of them. */
export interface Named<K extends string> {
  readonly name: string;
  readonly kind: K;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What it may be called: it stands in keys, in URLs, and in names of variables. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is read from, and what was found out while reading. */
interface Reading<K extends string> extends NamedSchemas<K> {
  readonly sources: SettingsSources;
  readonly problems: string[];
  /** Variables that one of them reads. */
  readonly claimed: Set<string>;
}

/** `FRESHET_STORAGE_`, `photos-eu`, `BUCKET` → `FRESHET_STORAGE_PHOTOS_EU_BUCKET`. */
export function namedVariable(prefix: string, name: string, member: string): string {
  return `${prefix}${name.toUpperCase().replaceAll("-", "_")}_${member}`;
}

/**
 * Reads all tables of a section, and the secrets that belong to them from the environment.
 * @param finish makes of the values what the service works with; it may report further problems and answer `null`
 * @throws SettingsError with all problems at once
 */
export function loadNamed<K extends string, T>(
  named: NamedSchemas<K>,
  sources: SettingsSources,
  finish: (one: Named<K>, problems: string[]) => T | null,
): ReadonlyMap<string, T> {
  const { section, example } = named;
  const { [section]: tables = {} } = sources.file;
  if (!isTable(tables))
    throw new SettingsError([`${section}: expected tables such as [${section}.${example}]`]);
  const reading: Reading<K> = { ...named, sources, problems: [], claimed: new Set(named.notOurs) };
  const found = new Map<string, T>();
  for (const [name, table] of Object.entries(tables)) {
    const kind = readKind(name, table, reading);
    const values = kind && isTable(table) ? readOne(name, kind, table, reading) : null;
    const one = kind && values ? finish({ name, kind, values }, reading.problems) : null;
    if (one) found.set(name, one);
    else claimAll(name, reading);
  }
  refuseUnclaimed(reading);
  if (reading.problems.length > 0) throw new SettingsError(reading.problems);
  return found;
}

function readKind<K extends string>(name: string, table: unknown, reading: Reading<K>): K | null {
  const { section, noun, schemas, problems } = reading;
  if (!namePattern.test(name)) {
    problems.push(
      `${section}.${name}: a ${noun}'s name is 1 to 63 of a-z, 0-9 and "-", with no "-" at either end`,
    );
    return null;
  }
  const kinds = Object.keys(schemas) as K[];
  const kind = isTable(table) ? kinds.find((known) => known === table.kind) : undefined;
  if (kind === undefined) problems.push(`${section}.${name}.kind: expected one of ${kinds.join(", ")}`);
  return kind ?? null;
}

function readOne<K extends string>(
  name: string,
  kind: K,
  table: Readonly<Record<string, unknown>>,
  reading: Reading<K>,
): Readonly<Record<string, unknown>> | null {
  const { section, schemas, sources, problems } = reading;
  const schema = schemas[kind](name);
  claim(schema, reading);
  problems.push(...strangers(name, table, schema, reading));
  try {
    return loadSettings(schema, { ...sources, file: { [section]: { [name]: table } } }).values;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}

/** `[storages.a]` and `[storages.a-service]` could mean different things by `FRESHET_STORAGE_A_SERVICE_ACCOUNT`. */
function claim<K extends string>(schema: Schema, { noun, problems, claimed }: Reading<K>): void {
  for (const { env, secret } of Object.values(schema)) {
    if (claimed.has(env)) problems.push(`${env}: two ${noun}s would read it, so one needs another name`);
    claimed.add(env);
    if (secret) claimed.add(`${env}_FILE`);
  }
}

/** Of one that cannot be read, nobody knows which variables are its own. */
function claimAll<K extends string>(name: string, { prefix, sources, claimed }: Reading<K>): void {
  for (const env of Object.keys(sources.env)) {
    if (env.startsWith(namedVariable(prefix, name, ""))) claimed.add(env);
  }
}

/** A key under a name that is misspelled would leave its owner without any, and nobody would notice. */
function refuseUnclaimed<K extends string>({ noun, prefix, sources, problems, claimed }: Reading<K>): void {
  for (const env of Object.keys(sources.env)) {
    if (env.startsWith(prefix) && !claimed.has(env)) problems.push(`${env}: no ${noun} reads it`);
  }
}

/** What stands in a table and has no place there, one sentence each. */
function strangers<K extends string>(
  name: string,
  table: Readonly<Record<string, unknown>>,
  schema: Schema,
  { section, prefix }: Reading<K>,
): string[] {
  const settings = Object.values(schema);
  return Object.entries(table).flatMap(([key, value]) => {
    const path = `${section}.${name}.${key}`;
    const env = namedVariable(prefix, name, key.toUpperCase());
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
