/**
 * `npm test`: everything, in order of how quickly it tells. `npm test -- --unit` stops after the first step.
 * Every step leaves JUnit reports; the closing line is their sum, so no output of a tool is ever parsed.
 */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { ensureChromium } from "./ensure-chromium.ts";
import { root, run, tool } from "./run.ts";
import { addTallies, formatTally, readTally, type Tally } from "./tally.ts";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Record<string, string>;
  /** Every report that the step owes, under `.reports/`. */
  readonly reports: readonly string[];
}

/** Each package's own tests; its `test` script writes `.reports/<package>.xml`. */
async function unitStep(): Promise<Step> {
  const reports: string[] = [];
  for await (const manifest of new Bun.Glob("packages/*/package.json").scan(root)) {
    const { scripts } = await Bun.file(`${root}${manifest}`).json();
    if (scripts?.test) reports.push(`${manifest.split("/")[1]}.xml`);
  }
  const command = tool("turbo", "run", "test", "--continue=always", "--log-order=grouped");
  return { name: "unit tests", command, reports: reports.sort() };
}

/** Tests across packages, with real processes, and the tests of these scripts. */
function crossPackageStep(): Step {
  const folders = ["./scripts/", "./test/"].filter((folder) => existsSync(`${root}${folder}`));
  const reporter = ["--reporter=junit", "--reporter-outfile=.reports/root.xml"];
  return {
    name: "tests across packages",
    // Also for hooks, of which some end processes that are busy.
    command: [process.execPath, "test", "--timeout", "30000", ...folders, ...reporter],
    reports: ["root.xml"],
  };
}

/** The form and its service are tested as people install them, if the tests across packages have built them in this run. */
function builtPrograms(): Record<string, string> {
  const isNew = ["freshet-purge", "freshet-server"].every(
    (name) => Bun.file(`${root}dist/${name}`).lastModified > startedMs && existsSync(`${root}dist/${name}`),
  );
  return isNew ? { FRESHET_BINARIES: `${root}dist` } : {};
}

async function browserStep(): Promise<Step> {
  const chromium = await ensureChromium();
  console.log(`Chromium: ${chromium}`);
  return {
    name: "browser tests",
    command: tool("playwright", "test", "--reporter=list,junit"),
    env: {
      ...builtPrograms(),
      FRESHET_CHROMIUM: chromium,
      PLAYWRIGHT_JUNIT_OUTPUT_FILE: `${root}.reports/browser.xml`,
    },
    reports: ["browser.xml"],
  };
}

async function runStep(step: Step): Promise<Tally> {
  console.log(`\n── ${step.name}`);
  const exitCode = await run(step.command, step.env);
  const tallies = await Promise.all(step.reports.map(readReport));
  const tally = addTallies(tallies);
  if (exitCode === 0 || tally.failed > 0) return tally;
  // A file that does not load, or an error between two tests, is in no report.
  return addTallies([tally, failure(`The ${step.name} ended with exit code ${exitCode}, see above.`)]);
}

async function readReport(name: string): Promise<Tally> {
  const report = Bun.file(`${root}.reports/${name}`);
  if (await report.exists()) return readTally(await report.text());
  return failure(`The tests behind .reports/${name} left no report: they did not run to their end.`);
}

/** Something that no report counts, counted as one failed test. */
function failure(sentence: string): Tally {
  console.error(`freshet: ${sentence}`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function runBrowserStep(): Promise<Tally> {
  try {
    return await runStep(await browserStep());
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

const startedMs = Date.now();
await rm(`${root}.reports`, { recursive: true, force: true });
await mkdir(`${root}.reports`);

const tallies = [await runStep(await unitStep())];
if (!process.argv.includes("--unit")) {
  tallies.push(await runStep(crossPackageStep()), await runBrowserStep());
}
const total = addTallies(tallies);
console.log(`\n${formatTally(total)}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
