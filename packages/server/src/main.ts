import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { isMainThread } from "node:worker_threads";
import { SettingsError, settingsSources } from "@freshet/core";
import { childArgument } from "./children/child-command.ts";
import { runCommand } from "./commands/run-command.ts";
import { loadConfig } from "./config.ts";
import { processArgument, processCommand } from "./processes/process-command.ts";

const { argv, env } = process;

function load() {
  const readFile = (path: string) => readFileSync(path, "utf8");
  return loadConfig(settingsSources({ argv, env, readFile, parseToml: Bun.TOML.parse }));
}

async function main(): Promise<void> {
  if (!isMainThread) {
    const { workInThread } = await import("./processes/write-back-thread.ts");
    return workInThread(console.error);
  }
  if (argv[2] === childArgument) {
    const [{ answerJobs }, { jobs }] = await Promise.all([
      import("./children/answer-jobs.ts"),
      import("./children/jobs.ts"),
    ]);
    // All that the first picture needs is loaded before it is asked for.
    await jobs.render();
    return answerJobs(jobs);
  }
  if (argv[2] === processArgument) {
    const [{ serve }, { connectSupervisor }, { shareOf }] = await Promise.all([
      import("./serve.ts"),
      import("./processes/supervisor.ts"),
      import("./processes/share-of.ts"),
    ]);
    return serve(() => shareOf(load()), connectSupervisor);
  }
  const lines = () => createInterface({ input: process.stdin });
  const exitCode = await runCommand(argv.slice(2), load, { lines, out: console.log, err: console.error });
  if (exitCode !== null) {
    process.exitCode = exitCode;
    return;
  }
  // Only now: translating a list of URLs needs none of it.
  if (load().processes > 1) {
    const { supervise } = await import("./processes/supervise.ts");
    const { log, error: report } = console;
    const command = processCommand(argv.slice(2));
    return supervise({ config: load(), command, env, say: log, report, exit: process.exit });
  }
  const { serve } = await import("./serve.ts");
  await serve(load);
}

main().catch((error) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
