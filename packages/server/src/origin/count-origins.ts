import type { Database } from "bun:sqlite";
import type { GoOn } from "../budget.ts";
import type { KeyRange } from "../purge/key-ranges.ts";

/** Originals that are counted before others get their turn: some 1 ms. */
const countedAtOnce = 5_000;

/** Counts the originals of the pointer table whose keys are in a range. */
export async function countOrigins(db: Database, { from, to }: KeyRange, goOn: GoOn) {
  const page = db.query<{ n: number; last: string | null }, [string, string, number]>(
    `SELECT count(*) AS n, max(origin) AS last FROM
      (SELECT DISTINCT origin FROM pointer WHERE origin >= ? AND origin < ? ORDER BY origin LIMIT ?)`,
  );
  let count = 0;
  for (let start = from; ; ) {
    const { n, last } = page.get(start, to, countedAtOnce) as { n: number; last: string | null };
    count += n;
    if (last === null || n < countedAtOnce) return { count, cut: false };
    start = `${last}\0`;
    if (!(await goOn())) return { count, cut: true };
  }
}
