/**
 * `bun run overload --minutes 10`: ten times what a server can carry, for longer than `npm test` sends it.
 */
import { run } from "./run.ts";
import { secondsAsked } from "./seconds-asked.ts";

const seconds = secondsAsked("bun run overload --minutes N");
process.exit(
  await run([process.execPath, "test", "./test/overload"], {
    OVERLOAD_SECONDS: String(seconds),
  }),
);
