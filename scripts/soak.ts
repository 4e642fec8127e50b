/**
 * `bun run soak --minutes 10`: mixed traffic with everything going wrong at once, for longer than `npm test` runs it.
 */
import { run } from "./run.ts";
import { secondsAsked } from "./seconds-asked.ts";

const seconds = secondsAsked("bun run soak --minutes N");
process.exit(await run([process.execPath, "test", "./test/soak"], { SOAK_SECONDS: String(seconds) }));
