/** `npm run format`: formats, sorts imports and applies every safe fix. */
import { run, tool } from "./run.ts";

process.exit(await run(tool("biome", "check", "--write", ".")));
