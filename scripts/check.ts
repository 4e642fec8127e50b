/** `npm run check`: everything that can be known without running the tests. All of it runs, then a summary. */
import { existsSync } from "node:fs";
import { root, run, tool } from "./run.ts";

const checks: Record<string, string[]> = {
  "types of the packages": tool("turbo", "run", "check", "--continue=always", "--log-order=grouped"),
  "types of scripts, test and bench": tool("tsc", "--noEmit", "-p", "."),
  // Not `biome ci`: it is the same but for colors, which it forces into logs, letter by letter.
  "lint, imports and format": tool("biome", "check", "--error-on-warnings", "."),
};
if (existsSync(`${root}scripts/docs.ts`)) {
  checks["generated documents"] = [process.execPath, "scripts/docs.ts", "--check"];
}

const summary: string[] = [];
for (const [name, command] of Object.entries(checks)) {
  console.log(`\n── ${name}`);
  const exitCode = await run(command);
  summary.push(`${exitCode === 0 ? "ok    " : "FAILED"} ${name}`);
}
console.log(`\n${summary.join("\n")}`);
process.exit(summary.some((line) => line.startsWith("FAILED")) ? 1 : 0);
