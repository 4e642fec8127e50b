import { fileURLToPath } from "node:url";

/** The argument by which a program of ours knows that it is a child. */
export const childArgument = "--render-child";

/** Starts this program again, as a child: from source its entry file, as a single binary itself. */
export function childCommand(): readonly string[] {
  const isSource = import.meta.url.endsWith("/child-command.ts");
  return isSource
    ? [process.execPath, fileURLToPath(new URL("../main.ts", import.meta.url)), childArgument]
    : [process.execPath, childArgument];
}
