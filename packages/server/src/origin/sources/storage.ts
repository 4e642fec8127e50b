import { type ErrorCode, FreshetError } from "@freshet/core";
import type { OriginAnswer, Source, Validators } from "../source.ts";
import type { StorageSettings } from "../storage-settings.ts";
import type { Storages } from "../storages.ts";
import { createAzureStorage } from "./azure-storage.ts";
import { createBucketStorage } from "./bucket-storage.ts";
import { explainFailure } from "./explain-failure.ts";
import { createFolderStorage } from "./folder-storage.ts";
import { createHttpStorage } from "./http-storage.ts";
import type { BodyBounds } from "./read-body.ts";

/** What is asked of one storage. */
export interface StorageRequest extends BodyBounds {
  /** Percent-encoded, as core writes it: with a leading slash, without dots as segments. */
  readonly path: string;
  /** Empty, or the query with its `?`: only a web server is told. */
  readonly search: string;
  readonly known: Validators | null;
  readonly signal: AbortSignal;
}

/** One configured place. @throws FreshetError with an `origin_…` code; anything else means that it cannot be reached */
export type Storage = (request: StorageRequest) => Promise<OriginAnswer>;

/** What the storages need of the outside. */
export interface StorageDeps extends BodyBounds {
  /** From the first connection to the last byte. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970: signatures carry the time. */
  now(): number;
  /** Takes what the operator should know: a key that is refused, a bucket that is not there. */
  report(error: unknown): void;
}

/**
 * Fetches `storage://name/path` from the storage of that name. The addresses were written by the operator, so none is
 * guarded; but nothing is followed to anywhere else.
 */
export function createStorageSource(storages: Storages, deps: StorageDeps): Source {
  const opened = new Map([...storages].map(([name, settings]) => [name, openStorage(settings, deps)]));
  const faults = createFaultReport(deps.report);
  const { maxBytes, incoming } = deps;
  const bounds: BodyBounds = { maxBytes, ...(incoming && { incoming }) };

  return {
    async fetch(url, known) {
      const { name, path, search } = splitAddress(url);
      const storage = opened.get(name);
      if (!storage) throw new FreshetError("origin_failed", `there is no storage "${name}"`);
      const signal = AbortSignal.timeout(deps.timeoutMs);
      try {
        const answer = await storage({ path, search, known, signal, ...bounds });
        faults.clear(name);
        return answer;
      } catch (error) {
        const failure = explainFailure(error, `the storage "${name}"`, signal, deps.timeoutMs);
        faults.note(name, failure);
        throw failure;
      }
    },
  };
}

function openStorage(settings: StorageSettings, deps: StorageDeps): Storage {
  switch (settings.kind) {
    case "folder":
      return createFolderStorage(settings, deps.now);
    case "http":
      return createHttpStorage(settings);
    case "s3":
    case "gcs":
      return createBucketStorage(settings, deps);
    case "azure":
      return createAzureStorage(settings, deps.now);
  }
}

/** By hand, since `URL` resolves what is percent-encoded and means dots. */
function splitAddress(url: string): { name: string; path: string; search: string } {
  const match = /^storage:\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/.exec(url);
  if (!match) throw new FreshetError("origin_failed", "the URL names no storage");
  const [, name = "", path = "", search = ""] = match;
  return { name, path, search };
}

/** What an operator can do something about. */
const reported: ReadonlySet<ErrorCode> = new Set(["origin_failed", "origin_down", "origin_unreachable"]);

/** Tells of each storage's trouble once, not at each request, until there is other trouble or none. */
function createFaultReport(report: StorageDeps["report"]) {
  const told = new Map<string, string>();
  return {
    clear: (name: string) => told.delete(name),
    note(name: string, { code, detail, cause }: FreshetError) {
      if (!reported.has(code)) return;
      const reason = cause instanceof Error ? `: ${cause.message}` : "";
      const text = `storage ${name}: ${detail}${reason}`;
      if (told.get(name) === text) return;
      told.set(name, text);
      report(new Error(text));
    },
  };
}
