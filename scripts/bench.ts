/**
 * `npm run bench -- [--quick] [--minutes 10] [name …]`: answers the questions of `scripts/bench/questions.ts`, or those that are named, one after
 * the other, and writes `docs/benchmarks.md` with its charts from what they printed now or earlier. One alone, without
 * writing anything: `bun bench/http.ts`.
 *
 * `--quick`: to try it out, with few rounds; nothing is written. `--minutes`: a benchmark that takes longer is ended.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { makePage, type Raw } from "./bench/page.ts";
import { type Question, questions } from "./bench/questions.ts";
import { root, run } from "./run.ts";

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string", default: "10" },
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

async function answer({ script, full = [], quick = full }: Question): Promise<Raw> {
  const args = values.quick ? quick : full;
  const [startMs, load] = [performance.now(), loadavg()[0] ?? 0];
  const child = Bun.spawn([process.execPath, `bench/${script}.ts`, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // It ends what it started itself.
  const late = setTimeout(() => child.kill("SIGINT"), Number(values.minutes) * 60_000);
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const exitCode = await child.exited;
  clearTimeout(late);
  return {
    command: ["bun", `bench/${script}.ts`, ...args].join(" "),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${cpus()[0]?.model.trim()}`,
    ...{ load, seconds: (performance.now() - startMs) / 1000, exitCode, output },
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

let exitCode = 0;
mkdirSync(folder, { recursive: true });
if (!values["page-only"]) {
  if (chosen.some(({ name }) => name === "start" || name === "full-cache"))
    if ((await run([process.execPath, "scripts/build.ts"])) !== 0) process.exit(1);
  for (const question of chosen) {
    console.log(`\n── ${question.name}: ${question.title}`);
    const raw = await answer(question);
    if (raw.exitCode !== 0) exitCode = 1;
    if (!values.quick) writeFileSync(`${folder}/${question.name}.json`, `${JSON.stringify(raw, null, 2)}\n`);
  }
}
if (!values.quick) writePage();
process.exit(exitCode);
