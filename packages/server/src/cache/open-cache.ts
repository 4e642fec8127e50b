import { join } from "node:path";
import type { Config } from "../config.ts";
import { openBooks } from "./books.ts";
import { openDiskStore } from "./disk.ts";
import { createErasures } from "./erasures.ts";
import { createInventory } from "./inventory.ts";
import { createLineage } from "./lineage.ts";
import { createMemoryStore } from "./memory.ts";
import { reconcile } from "./reconcile.ts";
import { createTieredStore } from "./tiered.ts";
import { createTolerantStore } from "./tolerant.ts";

export type Cache = Awaited<ReturnType<typeof openCache>>;

/**
 * Opens everything that is kept of originals and variants, and what is written down of it.
 * @param wallMs ms since 1970
 */
export async function openCache(config: Config, wallMs: () => number, report: (error: unknown) => void) {
  const inData = (name: string) => join(config.dataDir, name);
  const books = openBooks(inData("books.sqlite"), report);
  const lineage = createLineage(books, report);

  async function openStore(store: "originals" | "variants", memoryBytes: number, maxBytes: number) {
    const memory = createMemoryStore(memoryBytes);
    const place = { books, store, folder: inData(store), maxBytes, named: true, forgets: true };
    const disk = await openDiskStore({ ...place, now: wallMs });
    return { memory, tiers: createTieredStore(memory, createTolerantStore(disk, report)) };
  }
  const originals = await openStore("originals", config.originalMemoryBytes, config.originalBytes);
  const variants = await openStore("variants", config.memoryBytes, config.variantBytes);
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
    /** Resolves when nothing is in the folders that is written down nowhere. */
    walked,
    /** For metrics: bytes held, by store. */
    bytes: {
      originals: () => originals.tiers.size,
      originals_memory: () => originals.memory.size,
      variants: () => variants.tiers.size,
      variants_memory: () => variants.memory.size,
    },
  };
}
