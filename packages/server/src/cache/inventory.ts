import type { GoOn } from "../budget.ts";
import type { KeyRange } from "../purge/key-ranges.ts";
import type { Books } from "./books.ts";

/** What is on the disk, by original; read page by page, as far as it is asked for, and never all at once. */
export interface Inventory {
  /** What was fetched for the originals of a range. */
  originalsIn(range: KeyRange): Iterable<Kept & { readonly content: string }>;
  /** What was made of some bytes. */
  picturesOf(content: string): Iterable<Picture>;
  /** Whether there are no originals but those of one of these ranges. */
  isAllWithin(ranges: readonly KeyRange[]): boolean;
  /** Pictures on the disk, and bytes of pictures and originals. `cut`: there was no time to count all. */
  totals(goOn: GoOn): Promise<{ readonly pictures: number; readonly bytes: number; readonly cut: boolean }>;
}

interface Kept {
  /** `null` if it is not on the disk, or not yet. */
  readonly bytes: number | null;
}

export interface Picture extends Kept {
  readonly variant: string;
  /** That it was asked for as, a path of v7; empty if nobody knows. */
  readonly url: string;
}

/** Rows of one page: some 1 ms. */
const pageRows = 250;

export function createInventory(books: Books): Inventory {
  const query = <Row, Args extends (string | number)[]>(sql: string) => books.db.query<Row, Args>(sql);

  function* originalsIn({ from, to }: KeyRange) {
    interface Row extends Kept {
      readonly origin: string;
      readonly content: string;
    }
    const page = query<Row, [string, string, string, number]>(
      `SELECT origin, content, bytes FROM original
        LEFT JOIN file ON store = 'originals' AND key = content AND whole = 1
        WHERE (origin, content) > (?, ?) AND origin < ? ORDER BY origin, content LIMIT ?`,
    );
    for (let [origin, content] = [from, ""]; ; ) {
      const rows = page.all(origin, content, to, pageRows);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      ({ origin, content } = last);
    }
  }

  function* picturesOf(content: string) {
    const page = query<Picture, [string, string, number]>(
      `SELECT variant, url, bytes FROM variant
        LEFT JOIN file ON store = 'variants' AND key = variant AND whole = 1
        WHERE content = ? AND variant > ? ORDER BY variant LIMIT ?`,
    );
    for (let variant = ""; ; ) {
      const rows = page.all(content, variant, pageRows);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      ({ variant } = last);
    }
  }

  function isAllWithin(ranges: readonly KeyRange[]): boolean {
    const end = (order: "ASC" | "DESC") =>
      query<{ origin: string }, []>(`SELECT origin FROM original ORDER BY origin ${order} LIMIT 1`).get();
    const [first, last] = [end("ASC"), end("DESC")];
    return !first || !last || ranges.some(({ from, to }) => from <= first.origin && last.origin < to);
  }

  return {
    originalsIn,
    picturesOf,
    isAllWithin,
    async totals(goOn) {
      const bytes =
        query<{ bytes: number }, []>("SELECT coalesce(sum(bytes), 0) AS bytes FROM store").get()?.bytes ?? 0;
      const count = query<{ n: number }, [string, string]>(
        "SELECT count(*) AS n FROM file WHERE store = 'variants' AND key >= ? AND key < ?",
      );
      let pictures = 0;
      // Keys are hashes in hex: each of these is a 256th.
      for (let part = 0; part < 256; part++) {
        const start = part.toString(16).padStart(2, "0");
        pictures += count.get(start, `${start}~`)?.n ?? 0;
        if (!(await goOn())) return { pictures, bytes, cut: part < 255 };
      }
      return { pictures, bytes, cut: false };
    },
  };
}
