import { dirname } from "node:path";

/** The repository's root, where every command runs; ends in a slash. */
export const root: string = `${dirname(import.meta.dir)}/`;

/** Runs a command with this terminal and answers its exit code. */
export async function run(command: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return child.exited;
}

/**
 * The command line of an installed tool. Their launchers are written for Node; `--bun` runs them on Bun
 * instead, so that a machine with Node and a machine without it do exactly the same.
 */
export function tool(name: string, ...args: string[]): string[] {
  return [process.execPath, "run", "--bun", "--silent", name, ...args];
}
