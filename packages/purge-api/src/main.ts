import { readFileSync } from "node:fs";
import { checkSettings, positional, SettingsError, settingsSources } from "@freshet/core";
import { loadConfig } from "./config.ts";
import { makeKey } from "./keys/make-key.ts";
import { serve } from "./serve.ts";

const help = `freshet-purge: takes invalidations and tells the image servers

  freshet-purge                answer requests, until SIGTERM or SIGINT
  freshet-purge check-config   say everything that is wrong with the settings; exit code 1 if anything is
  freshet-purge make-key NAME  make a client key for a token, a scope or a folder, and say what to put in freshet.toml
  freshet-purge --help         this text

  --config FILE                read these settings instead of freshet.toml

SIGHUP has a running service read its tokens and keys again.`;

const { argv, env } = process;

function load() {
  const readFile = (path: string) => readFileSync(path, "utf8");
  return loadConfig(settingsSources({ argv, env, readFile, parseToml: Bun.TOML.parse }));
}

async function main(): Promise<void> {
  const [command, ...words] = positional(argv.slice(2));
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
    case "make-key": {
      const { key, settings } = makeKey(words[0] ?? "name");
      console.log(`client key, shown only now: ${key}\n\nfor freshet.toml:\n\n${settings}`);
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
