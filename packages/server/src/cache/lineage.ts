import type { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PurgeTarget } from "@freshet/core";
import { openRebuildable } from "../open-rebuildable.ts";

/**
 * Which bytes came from which origin, and which variants were made of which bytes. Nothing is served by it: it is for
 * erasing, and says where the bytes of an original are. It is written before the bytes are, so it may name some that
 * are not there; what it does not name, because it was lost with the power, is taken away at the next start.
 */
export interface Lineage {
  /** @returns whether it could be written down; if not, the bytes must not be kept */
  addOriginal(originKey: string, content: string): boolean;
  addVariant(contents: readonly string[], variant: string): boolean;
  /** Hashes of everything that was ever fetched for originals that a purge names. */
  contentsOf(target: PurgeTarget, hasTag: (originKey: string) => boolean): readonly string[];
  variantsOf(content: string): readonly string[];
  /** Whether it is written down that these bytes came from some origin. */
  isNamed(content: string): boolean;
  forget(content: string): void;
  /**
   * @param originals keys on the disk, and likewise `variants`
   * @returns those that are named nowhere; what is named and not there is forgotten
   */
  compare(originals: readonly string[], variants: readonly string[]): Promise<Unnamed>;
  close(): void;
}

interface Unnamed {
  readonly originals: readonly string[];
  readonly variants: readonly string[];
}

/** Rows that are looked at before others get their turn. */
const sliceRows = 1_000;

export function openLineage(file: string, report: (error: unknown) => void = console.error): Lineage {
  mkdirSync(dirname(file), { recursive: true });
  const db = openRebuildable(file, prepare, report);
  /** Tells rows of this run, whose bytes may be on their way to the disk, from older ones. */
  const run = randomUUID();
  const addOriginal = db.query("INSERT OR REPLACE INTO original VALUES (?, ?, ?)");
  const addVariant = db.query("INSERT OR REPLACE INTO variant VALUES (?, ?, ?)");

  function attempt(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  }
  const named = db.query<unknown, [string]>("SELECT 1 FROM original WHERE content = ?");
  const variantsOf = db.query<{ variant: string }, [string]>("SELECT variant FROM variant WHERE content = ?");

  return {
    addOriginal: (originKey, content) => attempt(() => addOriginal.run(originKey, content, run)),
    addVariant: (contents, variant) =>
      attempt(() => {
        for (const content of new Set(contents)) addVariant.run(content, variant, run);
      }),
    contentsOf: (target, hasTag) => contentsIn(db, target, hasTag),
    variantsOf: (content) => variantsOf.all(content).map(({ variant }) => variant),
    isNamed: (content) => named.get(content) !== null,
    forget(content) {
      db.query("DELETE FROM original WHERE content = ?").run(content);
      db.query("DELETE FROM variant WHERE content = ?").run(content);
    },
    async compare(originals, variants) {
      return {
        originals: await compareTable(db, run, ["original", "content"], originals),
        variants: await compareTable(db, run, ["variant", "variant"], variants),
      };
    },
    close: () => db.close(),
  };
}

/** What is on the disk and not in it is taken away at the start, so a file begun anew leaves nothing behind. */
function prepare(db: Database): void {
  db.run(`CREATE TABLE IF NOT EXISTS original (origin TEXT NOT NULL, content TEXT NOT NULL, run TEXT NOT NULL,
    PRIMARY KEY (origin, content)) STRICT, WITHOUT ROWID`);
  db.run("CREATE INDEX IF NOT EXISTS original_by_content ON original (content)");
  db.run(`CREATE TABLE IF NOT EXISTS variant (content TEXT NOT NULL, variant TEXT NOT NULL, run TEXT NOT NULL,
    PRIMARY KEY (content, variant)) STRICT, WITHOUT ROWID`);
  db.run("CREATE INDEX IF NOT EXISTS variant_by_variant ON variant (variant)");
}

function contentsIn(db: Database, target: PurgeTarget, hasTag: (originKey: string) => boolean): string[] {
  const { kind, token, pattern } = target;
  if (kind === "tag") {
    const all = between(db, `${token}|`);
    return unique(all.filter(({ origin }) => hasTag(origin)));
  }
  if (kind === "all") return unique(between(db, `${token}|`));
  if (kind === "prefix") return unique(between(db, pattern));
  // A transformed URL cannot be erased by itself: all of its original is, which is more than was asked for.
  const [origin = ""] = pattern.split("\n");
  const own = db.query<Row, [string]>("SELECT origin, content FROM original WHERE origin = ?").all(origin);
  return unique(origin.includes("?") ? own : [...own, ...between(db, `${origin}?`)]);
}

interface Row {
  readonly origin: string;
  readonly content: string;
}

/** Rows whose origin begins so. */
function between(db: Database, start: string): Row[] {
  const select = "SELECT origin, content FROM original WHERE origin >= ? AND origin < ?";
  return db.query<Row, [string, string]>(select).all(start, `${start}\u{10ffff}`);
}

function unique(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ content }) => content))];
}

async function compareTable(
  db: Database,
  run: string,
  [table, column]: readonly [table: string, column: string],
  onDisk: readonly string[],
): Promise<string[]> {
  const isNamed = db.query<unknown, [string]>(`SELECT 1 FROM ${table} WHERE ${column} = ?`);
  const unnamed: string[] = [];
  for (const [at, key] of onDisk.entries()) {
    if (at % sliceRows === sliceRows - 1) await nextTurn();
    if (isNamed.get(key) === null) unnamed.push(key);
  }
  const there = new Set(onDisk);
  const forget = db.query(`DELETE FROM ${table} WHERE ${column} = ? AND run <> ?`);
  const select = `SELECT DISTINCT ${column} AS key FROM ${table} WHERE run <> ?`;
  const named = db.query<{ key: string }, [string]>(select).all(run);
  for (const [at, { key }] of named.entries()) {
    if (at % sliceRows === sliceRows - 1) await nextTurn();
    if (!there.has(key)) forget.run(key, run);
  }
  return unnamed;
}
