import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { SQL } from "bun";
import { dataFolder, startPurge } from "../../test/processes.ts";

const rowsPerJob = 10_000;
const folders = 1_000;
/** As long ago as that it is no purge of now. */
const agoMs = 3_600_000;

/** Where a log lies: a folder, and a database if it is in one. */
export interface LongLog {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * A log in which so many originals were purged, each once, 10,000 by each job; all jobs are DONE. It is written past
 * purge-api, which makes the tables: what is measured is what it does with them.
 *
 * @param database URL of an empty PostgreSQL database, `null` for a file
 */
export async function makeLongLog(rows: number, database: string | null): Promise<LongLog> {
  const { path: dataDir, remove } = dataFolder();
  const env = database === null ? {} : { FRESHET_DATABASE: database };
  await (await startPurge({ dataDir, env })).stop();
  if (database === null) fillFile(join(dataDir, "purge.sqlite"), rows);
  else await fillPostgres(database, rows);
  return { dataDir, env, remove };
}

const nameOf = (number: number) => `shop.example/${number % folders}/${number}.jpg`;

function fillFile(file: string, rows: number): void {
  const db = new Database(file);
  const addRow = db.query(
    "INSERT INTO purge_log (seq, job, token, kind, pattern, mode) VALUES (?, ?, 'doc', 'original', ?, 'hard')",
  );
  const addJob = db.query(`INSERT INTO job (uuid, token, scope, received, invalidated, failed, status, seq_to,
    added_at, done_at) VALUES (?, 'doc', 'original', ?2, ?2, '[]', 'DONE', ?3, ?4, ?4)`);
  const microseconds = (Date.now() - agoMs) * 1_000;
  db.transaction(() => {
    for (let after = 0; after < rows; after += rowsPerJob) {
      const job = randomUUID();
      const names: string[] = [];
      for (let seq = after + 1; seq <= Math.min(rows, after + rowsPerJob); seq++) {
        addRow.run(seq, job, `doc|//${nameOf(seq)}`);
        names.push(`/${nameOf(seq)}`);
      }
      addJob.run(job, JSON.stringify(names), after + names.length, microseconds);
    }
  })();
  db.close();
}

async function fillPostgres(url: string, rows: number): Promise<void> {
  const sql = new SQL({ url, max: 1 });
  const name = `'/shop.example/' || seq % ${folders} || '/' || seq || '.jpg'`;
  await sql.unsafe(`INSERT INTO purge_log (seq, job, token, kind, pattern, mode)
    SELECT seq, 'job ' || (seq - 1) / ${rowsPerJob}, 'doc', 'original', 'doc|/' || ${name}, 'hard'
    FROM generate_series(1, ${rows}) AS seq`);
  await sql.unsafe(`UPDATE meta SET head = ${rows}`);
  await sql.unsafe("ANALYZE");
  await sql.close();
}
