/**
 * `bun run overload --minutes 10`: ten times what a server can carry, for longer than `npm test` sends it.
 */
import { run } from "./run.ts";

const at = process.argv.indexOf("--minutes");
const minutes = Number(process.argv[at + 1] ?? Number.NaN);
if (at < 0 || !(minutes > 0 && minutes <= 24 * 60)) {
  console.error("freshet: bun run overload --minutes N, with N from 0 to 1440");
  process.exit(1);
}
process.exit(
  await run([process.execPath, "test", "./test/overload"], {
    OVERLOAD_SECONDS: String(Math.round(minutes * 60)),
  }),
);
