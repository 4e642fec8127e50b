import { checkSettings, positional } from "@freshet/core";
import { translate } from "./translate.ts";

/** Where a command reads from and writes to, line by line. */
export interface Streams {
  lines(): AsyncIterable<string>;
  out(line: string): void;
  err(line: string): void;
}

export const help = `freshet-server: resizes images on request

  freshet-server                     answer requests, until SIGTERM or SIGINT
  freshet-server check-config        say everything that is wrong with the settings; exit code 1 if anything is
  freshet-server translate [URL...]  say v6 and v4 URLs in v7; without URLs, those on the standard input
  freshet-server --help              this text

  --config FILE                      read these settings instead of freshet.toml

SIGHUP has a running server read its settings again: tokens, storages and cache times take effect at once.
All settings: docs/configuration.md`;

/**
 * Runs what the command line asks for.
 * @param args without the program
 * @param loadConfig reads the settings as a start would
 * @returns the exit code; `null` if it asks for nothing, so that the server is to be started
 */
export async function runCommand(
  args: readonly string[],
  loadConfig: () => unknown,
  streams: Streams,
): Promise<number | null> {
  const [command, ...rest] = positional(args);
  switch (command) {
    case undefined:
      return null;
    case "check-config": {
      const { exitCode, message } = checkSettings(loadConfig);
      (exitCode === 0 ? streams.out : streams.err)(message);
      return exitCode;
    }
    case "translate":
      return translate(rest, streams);
    case "--help":
    case "-h":
    case "help":
      streams.out(help);
      return 0;
    default:
      streams.err(`there is no command "${command}"\n\n${help}`);
      return 2;
  }
}
