import type { Database } from "bun:sqlite";
import type { PurgeTarget, Stamp } from "@freshet/core";
import { logOf } from "../purge/lines.ts";
import type { Books } from "./books.ts";

/**
 * Which bytes came from which origin, and which variants were made of which bytes. Nothing is served by it: it is for
 * erasing, and says where the bytes of an original are. It is written before the bytes are, so it may name some that
 * are not there; what it does not name may not be there, either: no file is put that has no name here.
 */
export interface Lineage {
  /**
   * @param stamp how far the purge log has been applied by who has the bytes in hand
   * @returns whether it could be written down; if not, the bytes must not be kept. Nothing is written down for who has
   *   not heard of an erasure that was begun in this folder: it might bring back what that takes away.
   */
  addOriginal(originKey: string, content: string, stamp: Stamp): boolean;
  /** @param url that it was asked for as, a path of v7; empty if none says it */
  addVariant(contents: readonly string[], variant: string, stamp: Stamp, url?: string): boolean;
  /** Hashes of everything that was ever fetched for originals that a purge names. */
  contentsOf(target: PurgeTarget, hasTag: (originKey: string) => boolean): readonly string[];
  /** @param limit the first so many */
  variantsOf(content: string, limit?: number): readonly string[];
  /** Whether it is written down that these bytes came from some origin. */
  isNamed(content: string): boolean;
  isVariantNamed(variant: string): boolean;
  forgetOriginal(content: string): void;
  /** Whatever it was made of. */
  forgetVariant(variant: string): void;
}

export function createLineage(books: Books, report: (error: unknown) => void = console.error): Lineage {
  const query = <Row, Args extends (string | number)[]>(sql: string) => books.db.query<Row, Args>(sql);
  /** Whether an erasure has been begun of which the log's position says that it was not applied. */
  const isBehind = ({ logId, seq }: Stamp) =>
    query("SELECT 1 FROM erasure WHERE log_id = ? AND begun > ?").get(logOf(logId), seq) !== null;

  function add(stamp: Stamp, write: () => void): boolean {
    try {
      return books.write(() => {
        if (isBehind(stamp)) return false;
        write();
        return true;
      });
    } catch (error) {
      report(error);
      return false;
    }
  }
  return {
    addOriginal: (originKey, content, stamp) =>
      add(stamp, () => query("INSERT OR IGNORE INTO original VALUES (?, ?)").run(originKey, content)),
    addVariant: (contents, variant, stamp, url = "") =>
      add(stamp, () => {
        const insert = query("INSERT OR IGNORE INTO variant VALUES (?, ?, ?)");
        for (const content of contents) insert.run(content, variant, url);
      }),
    contentsOf: (target, hasTag) => contentsIn(books.db, target, hasTag),
    variantsOf: (content, limit = -1) =>
      query<{ variant: string }, [string, number]>("SELECT variant FROM variant WHERE content = ? LIMIT ?")
        .all(content, limit)
        .map(({ variant }) => variant),
    isNamed: (content) => query("SELECT 1 FROM original WHERE content = ?").get(content) !== null,
    isVariantNamed: (variant) => query("SELECT 1 FROM variant WHERE variant = ?").get(variant) !== null,
    forgetOriginal: (content) => void query("DELETE FROM original WHERE content = ?").run(content),
    forgetVariant: (variant) => void query("DELETE FROM variant WHERE variant = ?").run(variant),
  };
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
