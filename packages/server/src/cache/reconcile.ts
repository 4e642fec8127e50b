import { existsSync, readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../take-lock.ts";
import type { Books } from "./books.ts";
import { pathOf, temporaryPath } from "./file-books.ts";

export interface Walked {
  readonly books: Books;
  /** Of each store. */
  readonly folders: Readonly<Record<"originals" | "variants", string>>;
  /** Where the lock lies. */
  readonly lockFile: string;
  /** Names the time since the machine was started; `null` where that is not known: then each walk counts once. */
  readonly boot?: string | null;
}

/** Lines that are looked at before others get their turn. */
const atOnce = 1_000;
const tryAgainMs = 100;

/**
 * Compares the folders with what is written down of them. That is needed once after the machine was started: with the
 * power, the last lines may have been lost, and files that they named are there. What has a name gets its line back;
 * what has none is removed, since nobody could say any more whose bytes it is. Lines without a file go.
 *
 * One process does it, the others wait for that.
 */
export async function reconcile({ books, folders, lockFile, boot = bootId() }: Walked): Promise<void> {
  const isDone = () =>
    boot !== null &&
    books.db.query<unknown, [string]>("SELECT 1 FROM walked WHERE boot = ?").get(boot) !== null;
  while (!isDone()) {
    const lock = takeLock(lockFile);
    if (lock === null) {
      await Bun.sleep(tryAgainMs);
      continue;
    }
    try {
      if (isDone()) return;
      for (const [store, folder] of Object.entries(folders)) {
        await walk(books, store, folder);
        await strikeLost(books, store, folder);
      }
      if (boot === null) return;
      books.write(() => {
        books.db.query("DELETE FROM walked").run();
        books.db.query("INSERT INTO walked VALUES (?)").run(boot);
      });
    } finally {
      lock.release();
    }
  }
}

function bootId(): string | null {
  const file = "/proc/sys/kernel/random/boot_id";
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

async function walk(books: Books, store: string, folder: string): Promise<void> {
  for (const first of namesIn(folder)) {
    if (first.endsWith(".tmp")) removeUnclaimed(books, folder, first);
    if (first.length !== 2) continue;
    for (const second of namesIn(join(folder, first))) {
      const keys = namesIn(join(folder, first, second)).filter((key) => key.startsWith(first + second));
      if (keys.length > 0) books.write(() => adopt(books, store, folder, keys));
      await new Promise(setImmediate);
    }
  }
}

/** @returns nothing for what is no folder, or none any more */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty if its claim is only about to be written down: then whoever wants to write into it gives up. */
function removeUnclaimed(books: Books, folder: string, name: string): void {
  const claim = name.slice(1, -".tmp".length);
  books.write(() => {
    const isClaimed = books.db.query("SELECT 1 FROM file WHERE claim = ?").get(claim) !== null;
    if (!isClaimed && existsSync(temporaryPath(folder, claim))) unlinkSync(temporaryPath(folder, claim));
  });
}

const nameTests: Readonly<Record<string, string>> = {
  originals: "SELECT 1 FROM original WHERE content = ?",
  variants: "SELECT 1 FROM variant WHERE variant = ?",
};

function adopt(books: Books, store: string, folder: string, keys: readonly string[]): void {
  const line = books.db.query("SELECT 1 FROM file WHERE store = ? AND key = ?");
  const name = books.db.query(nameTests[store] as string);
  const insert = books.db.query("INSERT INTO file VALUES (?, ?, ?, ?, '', 1)");
  for (const key of keys) {
    const path = pathOf(folder, key);
    if (line.get(store, key) !== null || !existsSync(path)) continue;
    const { size, mtimeMs } = statSync(path);
    if (name.get(key) === null) unlinkSync(path);
    else insert.run(store, key, size, mtimeMs);
  }
}

async function strikeLost(books: Books, store: string, folder: string): Promise<void> {
  interface Line {
    readonly key: string;
    readonly claim: string;
  }
  const select = "SELECT key, claim FROM file WHERE store = ? AND key > ? AND whole = 1 ORDER BY key LIMIT ?";
  for (let after = ""; ; ) {
    const lines = books.db.query<Line, [string, string, number]>(select).all(store, after, atOnce);
    const last = lines.at(-1);
    if (!last) return;
    after = last.key;
    const lost = lines.filter(({ key }) => !existsSync(pathOf(folder, key)));
    if (lost.length > 0) {
      books.write(() => {
        const strike = books.db.query("DELETE FROM file WHERE store = ? AND key = ?");
        for (const { key } of lost) if (!existsSync(pathOf(folder, key))) strike.run(store, key);
      });
    }
    await new Promise(setImmediate);
  }
}
