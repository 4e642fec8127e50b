import {
  choiceSetting,
  createTokenTable,
  listSetting,
  loadSettings,
  numberSetting,
  ownHosts,
  SettingsError,
  type SettingsSources,
  sharedSettings,
  type TokenTable,
  textSetting,
  type Values,
} from "@freshet/core";
import { readNetwork } from "./audit/address-of.ts";
import { type FrontSettings, loadFronts } from "./fronts/load-fronts.ts";
import { type FileKey, loadKeys } from "./keys/load-keys.ts";

/** Settings of purge-api: type, defaults and limits in one place; `docs/configuration.md` is made from it. */
export const purgeSettings = {
  ...sharedSettings,
  port: numberSetting({
    key: "purge.port",
    env: "FRESHET_PURGE_PORT",
    fallback: 8081,
    min: 0,
    max: 65535,
    doc: "Port of the API and the form; 0 = any free one, which is printed.",
  }),
  host: textSetting<string>({
    key: "purge.host",
    env: "FRESHET_PURGE_HOST",
    fallback: "0.0.0.0",
    accepts: "an address of this machine",
    doc: "Address to listen on.",
  }),
  serverUrl: textSetting<string | null>({
    key: "purge.server_url",
    env: "FRESHET_SERVER_URL",
    fallback: null,
    accepts: "a URL such as http://10.0.0.5:8080, without a path",
    pattern: /^https?:\/\/[^\s/?#@]+$/,
    doc: "Image server, or what stands before several, whose pictures the form shows from before and after a purge; by default `http://127.0.0.1` at `server.port`.",
  }),
  clientKey: textSetting<string | null>({
    key: null,
    env: "FRESHET_CLIENT_KEY",
    fallback: null,
    secret: true,
    accepts: "at least 16 characters",
    pattern: /^.{16,}$/,
    doc: "Client key of the default token. Without it one is made at first start, and printed once.",
  }),
  database: textSetting<string | null>({
    key: "purge.database",
    env: "FRESHET_DATABASE",
    fallback: null,
    accepts: "a URL such as postgres://freshet@db.example/freshet, without password",
    pattern: /^postgres(ql)?:\/\/[^\s/@:]+@[^\s/@]+\/[^\s/?]+(\?\S*)?$/,
    doc: "PostgreSQL database (13 or newer) that several purge-api share, instead of a file in the data folder. It must be reached directly, not through a pooler, and fail over only to a synchronous standby.",
  }),
  databasePassword: textSetting<string | null>({
    key: null,
    env: "FRESHET_DATABASE_PASSWORD",
    fallback: null,
    secret: true,
    doc: "Password of the database's user.",
  }),
  leaseMs: numberSetting({
    key: "purge.lease_ms",
    env: "FRESHET_LEASE_MS",
    // With the log's margin and the pauses between its looks, a server that is cut off costs a purge six seconds at most.
    fallback: 4_700,
    min: 1_000,
    max: 60_000,
    unit: "ms",
    doc: "How long a server may answer from its cache without hearing from the log; a purge waits for a server that was cut off this long, plus a fifth.",
  }),
  jobDeadlineMs: numberSetting({
    key: "purge.job_deadline_ms",
    env: "FRESHET_JOB_DEADLINE_MS",
    fallback: 120_000,
    min: 10_000,
    max: 86_400_000,
    unit: "ms",
    doc: "When a job that waits for a server with fence `serve` ends in ERROR.",
  }),
  rewarmMs: numberSetting({
    key: "purge.rewarm_ms",
    env: "FRESHET_REWARM_MS",
    fallback: 10_000,
    min: 100,
    max: 60_000,
    unit: "ms",
    doc: "How long a purge with `rewarm` waits for pictures to be made again, counted from when no server answers with old bytes any more. What is not ready by then is made nevertheless, and the job says so.",
  }),
  reboundMs: numberSetting({
    key: "purge.rebound_ms",
    env: "FRESHET_REBOUND_MS",
    fallback: 5_000,
    min: 0,
    max: 600_000,
    unit: "ms",
    doc: "How long after it was purged a front is purged once more, for answers that were on their way to it. Must be longer than any answer takes from a server to the front.",
  }),
  rebound: choiceSetting<"wait" | "background">({
    key: "purge.rebound",
    env: "FRESHET_REBOUND",
    fallback: "wait",
    choices: ["wait", "background"],
    doc: "Whether a purge is DONE only after the second purge of the fronts, or already after the first. With `background` an answer that was on its way may be served by a front until the second one, which is written down: it comes even if purge-api is killed in between.",
  }),
  hookSecret: textSetting<string | null>({
    key: null,
    env: "FRESHET_HOOK_SECRET",
    fallback: null,
    secret: true,
    accepts: "at least 16 characters",
    pattern: /^.{16,}$/,
    doc: "Secret that bodies sent to /hooks/signed are signed with, as X-Freshet-Signature; they purge the default token. Without it that path refuses everything.",
  }),
  patternsPerMinute: numberSetting({
    key: "purge.patterns_per_minute",
    env: "FRESHET_PATTERNS_PER_MINUTE",
    fallback: 6_000_000,
    min: 1,
    max: 1_000_000_000,
    doc: "How many paths, tags or transformed URLs each client key may purge in a minute; beyond that the answer is 429. A key of `freshet.toml` may have a number of its own. Several purge-api on one database each count for themselves.",
  }),
  trustedProxies: listSetting({
    key: "purge.trusted_proxies",
    env: "FRESHET_TRUSTED_PROXIES",
    fallback: [],
    accepts: "a list of addresses and networks such as 10.0.0.0/8",
    doc: "Proxies before purge-api whose `X-Forwarded-For` says where a request came from. For the audit; nobody else's is believed.",
  }),
  auditDays: numberSetting({
    key: "purge.audit_days",
    env: "FRESHET_AUDIT_DAYS",
    fallback: 90,
    min: 1,
    max: 36_500,
    unit: "days",
    doc: "For how long the audit keeps who did what.",
  }),
  auditEntries: numberSetting({
    key: "purge.audit_entries",
    env: "FRESHET_AUDIT_ENTRIES",
    fallback: 500_000,
    min: 100,
    max: 1_000_000_000,
    doc: "How many entries the audit keeps, if so many come within that time. Of refused requests it never keeps more than 10,000.",
  }),
  jobDays: numberSetting({
    key: "purge.job_days",
    env: "FRESHET_JOB_DAYS",
    fallback: 90,
    min: 1,
    max: 36_500,
    unit: "days",
    doc: "For how long a purge that has ended can be asked for, and stands in the list.",
  }),
  jobEntries: numberSetting({
    key: "purge.job_entries",
    env: "FRESHET_JOB_ENTRIES",
    fallback: 500_000,
    min: 1_000,
    max: 1_000_000_000,
    doc: "How many purges are kept, if so many come within that time. Those of the last day are all kept, and those that run.",
  }),
  logRows: numberSetting({
    key: "purge.log_rows",
    env: "FRESHET_LOG_ROWS",
    fallback: 200_000,
    min: 100,
    max: 10_000_000,
    unit: "rows",
    doc: "How many rows the purge log keeps. Beyond that, rows are dropped that newer ones cover, and the oldest are folded into purges of their folder, then of their token: a server that starts, or was away, fetches more again than it must, and never less. Each 100,000 rows make a server's start about 0.3 s longer.",
  }),
  frontDeadlineMs: numberSetting({
    key: "purge.front_deadline_ms",
    env: "FRESHET_FRONT_DEADLINE_MS",
    fallback: 120_000,
    min: 1_000,
    max: 86_400_000,
    unit: "ms",
    doc: "How long a front that fails is tried again before the purge ends in ERROR.",
  }),
};

export interface Config extends Values<typeof purgeSettings> {
  readonly tokens: TokenTable;
  readonly fronts: readonly FrontSettings[];
  readonly keys: readonly FileKey[];
}

/** @throws SettingsError with all problems at once */
export function loadConfig(sources: SettingsSources): Config {
  const problems: string[] = [];
  const settings = attempt(() => loadSettings(purgeSettings, sources), problems);
  const fronts = attempt(() => loadFronts(sources), problems);
  const tokens = settings && tokensOf(settings);
  const keys = tokens && attempt(() => loadKeys(sources, tokens), problems);
  problems.push(...proxyProblems(settings?.values.trustedProxies ?? []));
  if (settings) problems.push(...deadlineProblems(settings.values));
  if (!settings || !fronts || !tokens || !keys || problems.length > 0) throw new SettingsError(problems);
  return { ...settings.values, fronts, tokens, keys };
}

function tokensOf({ values, tokens }: ReturnType<typeof loadSettings<typeof purgeSettings>>): TokenTable {
  const hosts = ownHosts(values, tokens);
  return createTokenTable(tokens, values.defaultToken, hosts);
}

/** A job must not end in ERROR because of a server that would have lapsed a little later. */
function deadlineProblems({ leaseMs, jobDeadlineMs }: Values<typeof purgeSettings>): string[] {
  const leastMs = 2 * leaseMs;
  if (jobDeadlineMs >= leastMs) return [];
  return [`FRESHET_JOB_DEADLINE_MS: with a lease of ${leaseMs} ms it must be at least ${leastMs}`];
}

function proxyProblems(proxies: readonly string[]): string[] {
  return proxies.flatMap((proxy) => {
    try {
      readNetwork(proxy);
      return [];
    } catch (error) {
      return [`FRESHET_TRUSTED_PROXIES: ${(error as Error).message}`];
    }
  });
}

/** Runs one part of the reading, and goes on with the next even if it fails. */
function attempt<T>(read: () => T, problems: string[]): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
