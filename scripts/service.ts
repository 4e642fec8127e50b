import { root } from "./run.ts";

/** One child process of `npm start`. */
export interface Service {
  readonly name: string;
  /** Its base URL, once it has printed `<name> listening on http://localhost:PORT`. */
  readonly listening: Promise<string>;
  /** Its exit code, once it has ended for whatever reason. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: string;
  /** The script to run with Bun, from the repository's root. */
  readonly main: string;
  readonly env: Record<string, string>;
  /** Sees every line of stdout, after it has been passed on. */
  readonly onLine?: (line: string) => void;
}

/** How long a service may take to finish its requests before it is killed. */
const graceMs = 10_000;

export function startService({ name, main, env, onLine }: ServiceOptions): Service {
  const child = Bun.spawn([process.execPath, "--no-orphans", main], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C reaches only `npm start`, which then asks each service once, politely.
    detached: true,
  });
  const prefix = `${name.replace("freshet-", "").padEnd(6)} | `;
  const listening = Promise.withResolvers<string>();

  void eachLine(child.stdout, (line) => {
    console.log(prefix + line);
    const [, url] = line.match(/ listening on (http:\/\/localhost:\d+)/) ?? [];
    if (url && line.startsWith(name)) listening.resolve(url);
    onLine?.(line);
  });
  void eachLine(child.stderr, (line) => console.error(prefix + line));

  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await child.exited;
    clearTimeout(timer);
  };
  return { name, listening: listening.promise, exited: child.exited, stop };
}

async function eachLine(bytes: ReadableStream<Uint8Array>, use: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(use);
  }
  if (rest) use(rest);
}
