import { existsSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../take-lock.ts";
import type { Books } from "./books.ts";
import { pathOf } from "./file-books.ts";

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
/** Each is looked at on the disk, and nobody else may write meanwhile. */
const adoptedAtOnce = 100;
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
    const names = namesIn(join(folder, first));
    for (let at = 0; at < names.length; at += adoptedAtOnce) {
      const some = names.slice(at, at + adoptedAtOnce);
      const [files, strays] = [some.filter(isFileOf(first)), some.filter((name) => !isFileOf(first)(name))];
      books.write(() => {
        adopt(books, store, folder, files);
        removeStray(books, join(folder, first), strays);
      });
      await new Promise(setImmediate);
    }
  }
}

/** Whether a name is that of a key that belongs into this folder. */
function isFileOf(folder: string): (name: string) => boolean {
  return (name) => name.length > 2 && folder.length === 1 && name.startsWith(folder);
}

/** @returns nothing for what is no folder, or none any more */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What is named for no claim that is written down: left by who ended in the middle, or by a version before this one. */
function removeStray(books: Books, folder: string, names: readonly string[]): void {
  const claimed = books.db.query("SELECT 1 FROM file WHERE claim = ?");
  for (const name of names) {
    const isClaimed = name.endsWith(".tmp") && claimed.get(name.slice(1, -".tmp".length)) !== null;
    if (!isClaimed) rmSync(join(folder, name), { recursive: true, force: true });
  }
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
  const select = `SELECT key, claim FROM file WHERE store = ?1 AND key > ?2 AND whole = 1
    AND NOT EXISTS (SELECT 1 FROM content WHERE content.store = ?1 AND content.key = file.key) ORDER BY key LIMIT ?3`;
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
