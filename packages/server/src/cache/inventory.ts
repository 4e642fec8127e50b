import type { GoOn } from "../budget.ts";
import type { KeyRange } from "../purge/key-ranges.ts";
import type { Books } from "./books.ts";

/** What is on the disk, by original; read page by page, as far as it is asked for, and never all at once. */
export interface Inventory {
  /** What was fetched for the originals of a range, a page at a time. */
  originalsIn(range: KeyRange): Iterable<readonly (Kept & { readonly content: string })[]>;
  /** What was made of any of these bytes, a page at a time; what was made of several of them comes more than once. */
  picturesOf(contents: readonly string[]): Iterable<readonly Picture[]>;
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
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      ({ origin, content } = last);
    }
  }

  function* picturesOf(contents: readonly string[]) {
    interface Row extends Picture {
      /** Which of the contents it is made of. */
      readonly at: number;
    }
    // One question for many originals: most have a few pictures, and asking costs more than reading those. A cross join
    // is two loops in this order, by place and by primary key; with an ORDER BY SQLite would read all before the first.
    const page = query<Row, [string, number, string, number]>(
      `SELECT asked.key AS at, variant, url, bytes FROM json_each(?1) AS asked
        CROSS JOIN variant ON content = asked.value AND variant > iif(asked.key = ?2, ?3, '')
        LEFT JOIN file ON store = 'variants' AND file.key = variant AND whole = 1
        WHERE asked.key >= ?2 LIMIT ?4`,
    );
    const all = JSON.stringify(contents);
    for (let [at, variant] = [0, ""]; ; ) {
      const rows = page.all(all, at, variant, pageRows);
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      ({ at, variant } = last);
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
