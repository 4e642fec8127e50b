import { availableParallelism, totalmem } from "node:os";
import {
  addTokenSecrets,
  choiceSetting,
  createTokenTable,
  type FencePolicy,
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
import { loadStorages, type Storages, storageNames, unknownStorages } from "./origin/storages.ts";

const gib = 1024 ** 3;

/** Memory of the machine, or what the container is allowed of it. */
function machineBytes(): number {
  const allowed = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return Math.max(gib, Math.min(allowed, totalmem()));
}

/** Settings of the image server: type, defaults and limits in one place; `docs/configuration.md` is made from it. */
export const serverSettings = {
  ...sharedSettings,
  host: textSetting<string>({
    key: "server.host",
    env: "FRESHET_SERVER_HOST",
    fallback: "0.0.0.0",
    accepts: "an address of this machine",
    doc: "Address to listen on.",
  }),
  purgeUrl: textSetting<string | null>({
    key: "server.purge_url",
    env: "FRESHET_PURGE_URL",
    fallback: null,
    accepts: "a URL such as http://127.0.0.1:8081",
    pattern: /^https?:\/\/[^/]+\/?$/,
    doc: "Where the purge log is; without it the server stands alone and nothing can be purged.",
  }),
  fence: choiceSetting<FencePolicy>({
    key: "server.fence",
    env: "FRESHET_FENCE",
    fallback: "revalidate",
    choices: ["revalidate", "refuse", "serve"],
    doc: "What to do while cut off from the purge log: ask the origin each time, answer 503, or serve what is cached (purges then wait for this server).",
  }),
  allowLocalOrigins: listSetting({
    key: "server.allow_local_origins",
    env: "FRESHET_ALLOW_LOCAL_ORIGINS",
    fallback: [],
    accepts: "a list of host or host:port",
    doc: "Hosts on private or loopback addresses that may be fetched; `*` allows all, for tests only.",
  }),
  originPorts: listSetting({
    key: "server.origin_ports",
    env: "FRESHET_ORIGIN_PORTS",
    fallback: ["80", "443", "8080", "8443"],
    accepts: "a list of ports",
    doc: "Ports that originals are fetched from; `*` allows all. Hosts in `allow_local_origins` may have any.",
  }),
  originTimeoutMs: numberSetting({
    key: "server.origin_timeout_ms",
    env: "FRESHET_ORIGIN_TIMEOUT_MS",
    fallback: 20_000,
    min: 100,
    max: 300_000,
    unit: "ms",
    doc: "Longest time for one original, from connecting to its last byte.",
  }),
  originMaxBytes: numberSetting({
    key: "server.origin_max_bytes",
    env: "FRESHET_ORIGIN_MAX_BYTES",
    fallback: 100_000_000,
    min: 1_000,
    max: 2 * gib,
    unit: "bytes",
    doc: "Largest original.",
  }),
  originRefreshSeconds: numberSetting({
    key: "server.origin_refresh_seconds",
    env: "FRESHET_ORIGIN_REFRESH_SECONDS",
    fallback: 0,
    min: 0,
    max: 31_536_000,
    unit: "s",
    doc: "Ask the origin whether an original changed once it is this old; 0 = only when it is purged.",
  }),
  staleIfErrorSeconds: numberSetting({
    key: "server.stale_if_error_seconds",
    env: "FRESHET_STALE_IF_ERROR_SECONDS",
    fallback: 86_400,
    min: 0,
    max: 31_536_000,
    unit: "s",
    doc: "For how long a picture whose original is due to be asked about (`origin_refresh_seconds`) may be answered while the origin is down or cannot be asked; 0 = never. What was purged is never answered because of this.",
  }),
  originFetches: numberSetting({
    key: "server.origin_fetches",
    env: "FRESHET_ORIGIN_FETCHES",
    fallback: 24,
    min: 1,
    max: 256,
    doc: "Originals that are fetched from one origin at the same time; others wait for their turn.",
  }),
  softWindowSeconds: numberSetting({
    key: "server.soft_window_seconds",
    env: "FRESHET_SOFT_WINDOW_SECONDS",
    fallback: 60,
    min: 0,
    max: 3_600,
    unit: "s",
    doc: "For how long after a purge with mode `soft` the old picture may be answered, while the origin is asked or if it fails; 0 = never.",
  }),
  browserSeconds: numberSetting({
    key: "server.browser_seconds",
    env: "FRESHET_BROWSER_SECONDS",
    fallback: 0,
    min: 0,
    max: 31_536_000,
    unit: "s",
    doc: "How long browsers keep pictures without asking. No purge reaches a browser, so the default lets them ask, and answers 304.",
  }),
  sharedSeconds: numberSetting({
    key: "server.shared_seconds",
    env: "FRESHET_SHARED_SECONDS",
    fallback: 31_536_000,
    min: 0,
    max: 31_536_000,
    unit: "s",
    doc: "How long caches in front of the server keep pictures. Set it to 0 if such a cache is not purged together with the servers.",
  }),
  memoryBytes: numberSetting({
    key: "server.memory_bytes",
    env: "FRESHET_MEMORY_BYTES",
    fallback: 256 * 1024 ** 2,
    min: 0,
    max: 1024 * gib,
    unit: "bytes",
    doc: "Memory for finished pictures.",
  }),
  originalMemoryBytes: numberSetting({
    key: "server.original_memory_bytes",
    env: "FRESHET_ORIGINAL_MEMORY_BYTES",
    fallback: 64 * 1024 ** 2,
    min: 0,
    max: 1024 * gib,
    unit: "bytes",
    doc: "Memory for originals: pages ask for several sizes of one picture at once.",
  }),
  variantBytes: numberSetting({
    key: "server.variant_bytes",
    env: "FRESHET_VARIANT_BYTES",
    fallback: 10 * gib,
    min: 0,
    max: 1024 * 1024 * gib,
    unit: "bytes",
    doc: "Disk space for finished pictures; what was not used for longest goes first.",
  }),
  sharedStorage: textSetting<string | null>({
    key: "server.shared_storage",
    env: "FRESHET_SHARED_STORAGE",
    fallback: null,
    accepts: "the name of a storage of kind s3",
    doc: "Storage of kind `s3`, from `[storages]`, in which servers on several machines share finished pictures. It needs an access key that may read, write and delete there, and should not be the one that holds originals.",
  }),
  sharedTimeoutMs: numberSetting({
    key: "server.shared_timeout_ms",
    env: "FRESHET_SHARED_TIMEOUT_MS",
    fallback: 250,
    min: 10,
    max: 30_000,
    unit: "ms",
    doc: "How long a picture waits at most for the shared storage before it is made; after three failures in a row none waits until the storage has answered again.",
  }),
  originalBytes: numberSetting({
    key: "server.original_bytes",
    env: "FRESHET_ORIGINAL_BYTES",
    fallback: 10 * gib,
    min: 0,
    max: 1024 * 1024 * gib,
    unit: "bytes",
    doc: "Disk space for originals.",
  }),
  renderTimeoutMs: numberSetting({
    key: "server.render_timeout_ms",
    env: "FRESHET_RENDER_TIMEOUT_MS",
    fallback: 30_000,
    min: 100,
    max: 600_000,
    unit: "ms",
    doc: "Longest time for making one picture, waiting for its turn not counted; then the process that makes it is killed.",
  }),
  renderMemoryBytes: numberSetting({
    key: "server.render_memory_bytes",
    env: "FRESHET_RENDER_MEMORY_BYTES",
    fallback: 2 * gib,
    min: 256 * 1024 ** 2,
    max: 1024 * gib,
    unit: "bytes",
    doc: "Memory that the process that makes one picture may take; then it is killed. Linux only.",
  }),
  ceilingBytes: numberSetting({
    key: "server.ceiling_bytes",
    env: "FRESHET_CEILING_BYTES",
    fallback: Math.floor((machineBytes() * 3) / 4),
    min: 256 * 1024 ** 2,
    max: 1024 * gib,
    unit: "bytes",
    doc: "Memory that the server may take, with all processes that make pictures; the default is three quarters of what the machine, or the container, has. From 80 % of it on nothing new is begun; above it the process that takes most is ended, and its picture answered with 503. `memory_bytes` and `original_memory_bytes` are part of it. Linux only.",
  }),
  requests: numberSetting({
    key: "server.requests",
    env: "FRESHET_REQUESTS",
    fallback: 8_192,
    min: 16,
    max: 1_000_000,
    doc: "Requests that each process answers at the same time, those among them that wait for a picture and those whose client reads slowly; beyond it the answer is 503. `/healthz`, `/readyz` and `/metrics` are always answered.",
  }),
  sharedBytes: numberSetting({
    key: "server.shared_bytes",
    env: "FRESHET_SHARED_BYTES",
    fallback: 96 * 1024 ** 2,
    min: 0,
    max: 1024 * gib,
    unit: "bytes",
    doc: "Memory in which each process that makes pictures keeps originals and their pixels, since other sizes of them are often asked for at once; the default holds one of 24 megapixels.",
  }),
  processes: numberSetting({
    key: "server.processes",
    env: "FRESHET_PROCESSES",
    fallback: availableParallelism(),
    min: 1,
    max: 256,
    doc: "Processes that answer requests, on one port and from one data folder; as many as the machine has cores by default. Memory and renders are for all of them together. Each is a server of its own to the purge log.",
  }),
  renders: numberSetting({
    key: "server.renders",
    env: "FRESHET_RENDERS",
    fallback: availableParallelism() + 1,
    min: 1,
    max: 1_024,
    doc: "Pictures that are made at the same time; the default is one more than the machine has cores.",
  }),
};

export interface Config extends Values<typeof serverSettings> {
  readonly tokens: TokenTable;
  readonly storages: Storages;
}

/** @throws SettingsError with all problems at once */
export function loadConfig(sources: SettingsSources): Config {
  const problems: string[] = [];
  const settings = attempt(() => loadSettings(serverSettings, sources), problems);
  const storages = attempt(() => loadStorages(sources), problems);
  const tokens = settings && attempt(() => addTokenSecrets(settings.tokens, sources), problems);
  if (settings) {
    problems.push(...unknownStorages(settings.tokens, storageNames(sources)));
    if (settings.values.purgeUrl !== null && settings.values.nodeKey === null) {
      problems.push("FRESHET_NODE_KEY: needed to follow the purge log that FRESHET_PURGE_URL names");
    }
  }
  if (settings && storages) problems.push(...sharedProblems(settings.values.sharedStorage, storages));
  if (!settings || !storages || !tokens || problems.length > 0) throw new SettingsError(problems);
  const { values } = settings;
  return {
    ...values,
    storages,
    tokens: createTokenTable(tokens, values.defaultToken, ownHosts(values, tokens)),
  };
}

function sharedProblems(name: string | null, storages: Storages): string[] {
  const storage = name === null ? undefined : storages.get(name);
  if (name === null || (storage?.kind === "s3" && storage.key !== null)) return [];
  const needed = storage ? "must be of kind s3, with an access key" : "is not there";
  return [`server.shared_storage: [storages.${name}] ${needed}`];
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
