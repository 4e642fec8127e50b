/**
 * `npm run fuzz -- [--minutes N] [--seed S]`: changed files of every format, URLs and bodies by grammar, through both
 * services; a minute unless it is told otherwise. Exit code 1 if a process crashed, a request was not answered, or was
 * answered with a 5xx other than 502, 503 and 504. What finds something stays in `test/fuzz/found`, and is sent first
 * in every later run, those of `npm test` among them.
 */
import { formatReport, runFuzz } from "../test/fuzz/run-fuzz.ts";

function readNumber(name: string, fallback: number, most: number): number {
  const at = process.argv.indexOf(name);
  if (at < 0) return fallback;
  const value = Number(process.argv[at + 1]);
  if (value > 0 && value <= most) return value;
  console.error(
    "freshet: npm run fuzz -- [--minutes N] [--seed S], with N up to 10080 and S up to 4294967295",
  );
  return process.exit(2);
}

const seed = Math.trunc(readNumber("--seed", Date.now() % 2 ** 32, 2 ** 32 - 1));
const seconds = readNumber("--minutes", 1, 7 * 24 * 60) * 60;
console.log(`seed ${seed}, ${seconds} s`);
const report = await runFuzz(seed, seconds);
console.log(formatReport(report));
process.exit(report.crashes.length + report.unanswered.length + report.bad.length === 0 ? 0 : 1);
