import { fileURLToPath } from "node:url";

/** The argument by which a program of ours knows that it is one of several processes that another one started. */
export const processArgument = "--server-process";

/** Starts this program again with the same arguments: from source its entry file, as a single binary itself. */
export function processCommand(args: readonly string[]): readonly string[] {
  const isSource = import.meta.url.endsWith("/process-command.ts");
  return isSource
    ? [process.execPath, fileURLToPath(new URL("../main.ts", import.meta.url)), processArgument, ...args]
    : [process.execPath, processArgument, ...args];
}
