/**
 * `bun run faults --minutes 10`: the test of the promise under faults, for longer than `npm test` runs it; with
 * `--postgres` the log is two purge-api on one PostgreSQL.
 */
import { run } from "./run.ts";
import { secondsAsked } from "./seconds-asked.ts";

const seconds = secondsAsked("bun run faults --minutes N [--postgres]");
process.exit(
  await run([process.execPath, "test", "./test/faults"], {
    FAULT_SECONDS: String(seconds),
    ...(process.argv.includes("--postgres") && { FAULT_LOG: "postgres" }),
  }),
);
