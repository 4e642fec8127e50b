/**
 * `bun run faults --minutes 10`: the test of the promise under faults, for longer than `npm test` runs it; with
 * `--postgres` the log is two purge-api on one PostgreSQL.
 */
import { run } from "./run.ts";

const at = process.argv.indexOf("--minutes");
const minutes = Number(process.argv[at + 1] ?? Number.NaN);
if (at < 0 || !(minutes > 0 && minutes <= 24 * 60)) {
  console.error("freshet: bun run faults --minutes N [--postgres], with N from 0 to 1440");
  process.exit(1);
}
process.exit(
  await run([process.execPath, "test", "./test/faults"], {
    FAULT_SECONDS: String(Math.round(minutes * 60)),
    ...(process.argv.includes("--postgres") && { FAULT_LOG: "postgres" }),
  }),
);
