import type { Database } from "bun:sqlite";
import type { GoOn } from "../budget.ts";
import { type KeyRange, wholeToken } from "../purge/key-ranges.ts";

/** Originals that are counted before others get their turn: some 1 ms. */
const countedAtOnce = 5_000;

/**
 * How many originals each token has, whatever their versions. Kept by triggers, so that whoever writes a pointer need not
 * know of it; what was there before is counted once.
 */
export function prepareCounted(db: Database): void {
  if (db.query("SELECT 1 FROM sqlite_schema WHERE name = 'counted'").get() !== null) return;
  db.run("CREATE TABLE counted (token TEXT PRIMARY KEY, origins INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  const tokenOf = (origin: string) => `substr(${origin}, 1, instr(${origin}, '|') - 1)`;
  db.run(`CREATE TRIGGER origin_comes AFTER INSERT ON pointer
    WHEN NOT EXISTS (SELECT 1 FROM pointer WHERE origin = new.origin AND version <> new.version) BEGIN
    INSERT INTO counted VALUES (${tokenOf("new.origin")}, 1) ON CONFLICT DO UPDATE SET origins = origins + 1; END`);
  db.run(`CREATE TRIGGER origin_goes AFTER DELETE ON pointer
    WHEN NOT EXISTS (SELECT 1 FROM pointer WHERE origin = old.origin) BEGIN
    UPDATE counted SET origins = origins - 1 WHERE token = ${tokenOf("old.origin")}; END`);
  db.run(`INSERT INTO counted SELECT ${tokenOf("origin")}, count(DISTINCT origin) FROM pointer GROUP BY 1`);
}

/** Counts the originals of the pointer table whose keys are in a range. */
export async function countOrigins(db: Database, range: KeyRange, goOn: GoOn) {
  const token = wholeToken(range);
  if (token !== null) {
    const sql = "SELECT origins AS count FROM counted WHERE token = ?";
    return { count: db.query<{ count: number }, [string]>(sql).get(token)?.count ?? 0, cut: false };
  }
  const { from, to } = range;
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
