import { readFileSync } from "node:fs";
import { checkSettings, positional, SettingsError, settingsSources } from "@freshet/core";
import { loadConfig } from "./config.ts";
import { serve } from "./serve.ts";

const help = `freshet-purge: takes invalidations and tells the image servers

  freshet-purge                answer requests, until SIGTERM or SIGINT
  freshet-purge check-config   say everything that is wrong with the settings; exit code 1 if anything is
  freshet-purge --help         this text

  --config FILE                read these settings instead of freshet.toml

SIGHUP has a running service read its tokens again.`;

const { argv, env } = process;

function load() {
  const readFile = (path: string) => readFileSync(path, "utf8");
  return loadConfig(settingsSources({ argv, env, readFile, parseToml: Bun.TOML.parse }));
}

async function main(): Promise<void> {
  const [command] = positional(argv.slice(2));
  switch (command) {
    case undefined:
      await serve(load);
      return;
    case "check-config": {
      const { exitCode, message } = checkSettings(load);
      console[exitCode === 0 ? "log" : "error"](message);
      process.exitCode = exitCode;
      return;
    }
    case "--help":
    case "-h":
    case "help":
      console.log(help);
      return;
    default:
      console.error(`there is no command "${command}"\n\n${help}`);
      process.exitCode = 2;
  }
}

main().catch((error) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
