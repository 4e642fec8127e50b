/** Starts storage servers that other people wrote, on free loopback ports. */
import { join } from "node:path";
import { installBeside } from "../install-beside.ts";

const folder = join(import.meta.dir, "servers");
const startWithinMs = 30_000;

export interface StorageServer extends AsyncDisposable {
  readonly url: string;
}

/** @throws Error with what the installer said */
export function installServers(): Promise<void> {
  return installBeside(folder, "the storage servers");
}

/** What is installed beside the servers, without its types: they may not be there yet when types are checked. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export function requireInstalled(name: string): any {
  return require(Bun.resolveSync(name, folder));
}

/** @param name of a file in `servers/` */
export async function startStorageServer(name: string, ...args: string[]): Promise<StorageServer> {
  const command = [process.execPath, join(folder, `${name}.ts`), ...args];
  // One of them is warned of what Node will drop some day.
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const child = Bun.spawn(command, { cwd: folder, env, stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const end = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  const watchdog = setTimeout(end, startWithinMs);
  let said = "";
  for await (const chunk of child.stdout) {
    said += Buffer.from(chunk).toString();
    const url = /listening on (http:\/\/\S+)/.exec(said)?.[1];
    if (url === undefined) continue;
    clearTimeout(watchdog);
    return { url, [Symbol.asyncDispose]: end };
  }
  clearTimeout(watchdog);
  await end();
  throw new Error(`${name}.ts did not start; it wrote:\n${said}`);
}
