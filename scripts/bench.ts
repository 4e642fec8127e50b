/**
 * `npm run bench -- [--minutes N] [--quick] [name …]`: answers the questions of `scripts/bench/questions.ts`, or those that
 * are named, one after the other, and writes `docs/benchmarks.md` with its charts from what they printed now or earlier.
 * One alone, without writing anything: `bun bench/http.ts`.
 *
 * `--minutes`: all of it takes no longer than that: there are shorter ways for some, and for the last there may be no
 * time; what takes much longer than it should is ended. `--quick`: to try it out, the short ways; nothing is written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { makePage, type Raw } from "./bench/page.ts";
import { type Question, questions, type Run } from "./bench/questions.ts";
import { shareTime } from "./bench/share-time.ts";
import { root, run } from "./run.ts";

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    "page-only": { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const folder = `${root}docs/benchmarks`;
const unknown = positionals.filter((name) => !questions.some((question) => question.name === name));
if (unknown.length > 0) {
  console.error(
    `there is no benchmark ${unknown.join(", ")}; there are ${questions.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const chosen =
  positionals.length === 0 ? questions : questions.filter(({ name }) => positionals.includes(name));
/** On a machine that is busy, or slower than the one that the times are of. */
const patience = { times: 2.5, leastSeconds: 60 };

/** Ends it, and what it started, when it takes longer than that. */
async function answer({ script }: Question, { args }: Run, limitSeconds: number): Promise<Raw> {
  const [startMs, load] = [performance.now(), loadavg()[0] ?? 0];
  const child = Bun.spawn([process.execPath, "--no-orphans", `bench/${script}.ts`, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const late = setTimeout(() => child.kill("SIGTERM"), limitSeconds * 1000);
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  await child.exited;
  clearTimeout(late);
  return {
    command: ["bun", `bench/${script}.ts`, ...args].join(" "),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${cpus()[0]?.model.trim()}`,
    ...{ load, seconds: (performance.now() - startMs) / 1000, output },
    ended: child.exitCode === null ? "late" : child.exitCode === 0 ? "well" : "badly",
  };
}

function writePage(): void {
  const raws = new Map<string, Raw>();
  for (const { name } of questions) {
    const file = `${folder}/${name}.json`;
    if (existsSync(file)) raws.set(name, JSON.parse(readFileSync(file, "utf8")) as Raw);
  }
  const { markdown, charts } = makePage(questions, raws);
  for (const [name, chart] of charts) writeFileSync(`${folder}/${name}`, chart);
  writeFileSync(`${root}docs/benchmarks.md`, markdown);
}

const endMs = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
const leftSeconds = () => (endMs - performance.now()) / 1000;

async function answerAll(): Promise<number> {
  let exitCode = 0;
  const failed: string[] = [];
  for (const [at, question] of chosen.entries()) {
    const { name, title, full, quick = full } = question;
    console.log(`\n── ${name}: ${title}`);
    // Anew each time: those before may have taken more than they should, or less.
    const run = values.quick ? quick : shareTime(chosen.slice(at), leftSeconds())[0]?.run;
    if (!run) {
      console.log("there is no time for it");
      continue;
    }
    const patient = Math.max(run.seconds * patience.times, patience.leastSeconds);
    const raw = await answer(question, run, Math.min(patient, leftSeconds()));
    if (raw.ended !== "well") failed.push(`${name} (${raw.ended})`);
    if (!values.quick) writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(raw, null, 2)}\n`);
  }
  if (failed.length > 0) {
    exitCode = 1;
    console.error(`\nnot as they should: ${failed.join(", ")}`);
  }
  return exitCode;
}

mkdirSync(folder, { recursive: true });
let exitCode = 0;
if (!values["page-only"]) {
  if (chosen.some(({ name }) => name === "start" || name === "full-cache"))
    if ((await run([process.execPath, "scripts/build.ts"])) !== 0) process.exit(1);
  exitCode = await answerAll();
}
if (!values.quick) writePage();
process.exit(exitCode);
