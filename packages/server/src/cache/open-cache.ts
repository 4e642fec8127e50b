import { join } from "node:path";
import type { Clock } from "@freshet/core";
import type { Config } from "../config.ts";
import { dataFiles } from "../data-files.ts";
import { serverLimits } from "../limits.ts";
import { openBooks } from "./books.ts";
import { openDiskStore } from "./disk.ts";
import { createErasures } from "./erasures.ts";
import { createInventory } from "./inventory.ts";
import { createLineage, type Lineage } from "./lineage.ts";
import { createMemoryStore } from "./memory.ts";
import { reconcile } from "./reconcile.ts";
import { createS3Store } from "./s3.ts";
import { createSharedStore, type SharedResult, type SharedStore } from "./shared.ts";
import { createTieredStore } from "./tiered.ts";
import { createTolerantStore } from "./tolerant.ts";

export type Cache = Awaited<ReturnType<typeof openCache>>;

export interface CacheDeps {
  readonly clock: Clock;
  /** Whether everything that was purged is known here. */
  isTrusted(): boolean;
  countShared(result: SharedResult): void;
  /** Variants were taken out of memory for good. */
  removed(): void;
  /** @throws FreshetError if nothing may be read into memory now */
  admit(): void;
  report(error: unknown): void;
}

/**
 * Opens everything that is kept of originals and variants, and what is written down of it.
 */
export async function openCache(config: Config, deps: CacheDeps) {
  const { clock, report } = deps;
  const inData = (name: string) => join(config.dataDir, name);
  const books = openBooks(dataFiles(config.dataDir).books, report);
  const lineage = createLineage(books, report);

  const shared = openShared(config, lineage, deps);

  async function openStore(store: "originals" | "variants", memoryBytes: number, maxBytes: number) {
    const memory = createMemoryStore(memoryBytes, store === "variants" ? deps.removed : undefined);
    // What is shared is erased by its name, also when it is not here any more.
    const forgets = shared === null;
    const place = { books, store, folder: inData(store), maxBytes, named: true, forgets };
    const disk = createTolerantStore(await openDiskStore({ ...place, now: clock.wallMs }), report);
    return {
      memory,
      tiers: createTieredStore(memory, disk, {
        shared: store === "variants" ? shared : null,
        admit: deps.admit,
      }),
    };
  }
  const originals = await openStore("originals", config.originalMemoryBytes, config.originalBytes);
  const variants = await openStore("variants", config.memoryBytes - readyBytes(config), config.variantBytes);
  const walked = reconcile({
    books,
    folders: { originals: inData("originals"), variants: inData("variants") },
    lockFile: inData("processes/walk.lock"),
  });
  walked.catch(report);
  return {
    books,
    lineage,
    inventory: createInventory(books),
    erasures: createErasures(books, lineage),
    originals: originals.tiers,
    variants: variants.tiers,
    /** Waits for what is on its way to the disk and to where it is shared. */
    async close() {
      await Promise.all([originals.tiers.settled(), variants.tiers.settled(), shared?.close()]);
      books.close();
    },
    /** Resolves when nothing is in the folders that is written down nowhere. */
    walked,
    /** For metrics: bytes on the disk and in memory, by store. */
    bytes: { originals: () => originals.tiers.size, variants: () => variants.tiers.size },
    memoryBytes: { originals: () => originals.memory.size, variants: () => variants.memory.size },
  };
}

/** What of the memory for pictures is for answers that are ready: their bytes are kept twice, and are few. */
export function readyBytes({ memoryBytes }: Pick<Config, "memoryBytes">): number {
  return Math.floor(memoryBytes / 4);
}

function openShared(config: Config, lineage: Lineage, deps: CacheDeps): SharedStore | null {
  const { clock, isTrusted, countShared, report } = deps;
  const settings = config.sharedStorage === null ? undefined : config.storages.get(config.sharedStorage);
  if (settings?.kind !== "s3" || settings.key === null) return null;
  const { key } = settings;
  return createSharedStore({
    objects: createS3Store({ ...settings, key }, serverLimits.sharedObjectBytes, clock.wallMs),
    timeoutMs: config.sharedTimeoutMs,
    now: clock.monotonicMs,
    isNamed: lineage.isVariantNamed,
    mayWrite: isTrusted,
    count: countShared,
    report: (error) =>
      report(
        new Error(`the shared storage is not asked any more until it answers: ${error}`, { cause: error }),
      ),
  });
}
