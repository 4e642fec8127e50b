import {
  createTokenTable,
  loadSettings,
  numberSetting,
  type SettingsSources,
  sharedSettings,
  type TokenTable,
  textSetting,
  type Values,
} from "@freshet/core";

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
  clientKey: textSetting<string | null>({
    key: null,
    env: "FRESHET_CLIENT_KEY",
    fallback: null,
    secret: true,
    accepts: "at least 16 characters",
    pattern: /^.{16,}$/,
    doc: "Client key of the default token. Without it one is made at first start, and printed once.",
  }),
  leaseMs: numberSetting({
    key: "purge.lease_ms",
    env: "FRESHET_LEASE_MS",
    fallback: 5_000,
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
};

export interface Config extends Values<typeof purgeSettings> {
  readonly tokens: TokenTable;
}

/** @throws SettingsError with all problems at once */
export function loadConfig(sources: SettingsSources): Config {
  const { values, tokens } = loadSettings(purgeSettings, sources);
  const ownHosts = [...values.ownHosts, `localhost:${values.serverPort}`, `127.0.0.1:${values.serverPort}`];
  return { ...values, tokens: createTokenTable(tokens, values.defaultToken, ownHosts) };
}
