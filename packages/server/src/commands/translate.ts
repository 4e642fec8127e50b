import { FreshetError, translateV6 } from "@freshet/core";
import type { Streams } from "./run-command.ts";

/**
 * Says v6 and v4 URLs in v7: one line of output for each URL, so that both lists can be laid side by side, and notes on
 * the error stream. A URL that no server could answer has an empty line.
 *
 * @param urls from the command line; where there are none, the lines of the input
 * @returns 1 if there was one that could not be read
 */
export async function translate(urls: readonly string[], { lines, out, err }: Streams): Promise<number> {
  let exitCode = 0;
  for await (const line of urls.length > 0 ? urls : lines()) {
    const old = line.trim();
    if (old === "") continue;
    try {
      const { url, notes } = translateV6(old);
      out(url);
      for (const note of notes) err(`${old}: ${note}`);
    } catch (error) {
      if (!(error instanceof FreshetError)) throw error;
      exitCode = 1;
      out("");
      err(`${old}: ${error.detail}`);
    }
  }
  return exitCode;
}
