/** Starts the real programs, each in a process of its own, on free loopback ports: for tests and benchmarks. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const startWithinMs = 20_000;

export interface Running {
  readonly url: string;
  readonly pid: number;
  isAlive(): boolean;
  /** What it wrote to its standard output and error so far. */
  output(): string;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Sends any other signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void;
}

export interface PurgeOptions {
  /** Kept when the process ends, so that another one can be started on it. */
  readonly dataDir: string;
  /** `null`: let it make one, which it prints. */
  readonly clientKey?: string | null;
  readonly nodeKey?: string;
  /** The port to listen on; by default any free one. A restarted log must keep its port to be found by its nodes. */
  readonly port?: number;
  /** A compiled binary to start instead of the sources. */
  readonly binary?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerOptions {
  readonly dataDir: string;
  /** Without it the server stands alone. */
  readonly purgeUrl?: string;
  readonly nodeKey?: string;
  /** A compiled binary to start instead of the sources. */
  readonly binary?: string;
  /** The folder that it is started in. */
  readonly cwd?: string;
  /** How long to wait until it is ready; 20 s if nothing is said. */
  readonly readyWithinMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A client key and a node key that hold for everything that one test starts. */
export const keys = {
  client: `test_${randomBytes(16).toString("hex")}`,
  node: randomBytes(16).toString("hex"),
};

/** A new folder for the data of what a test starts; `remove` deletes it. */
export function dataFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "freshet-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function startPurge(options: PurgeOptions): Promise<Running> {
  return start(program("packages/purge-api/src/main.ts", options.binary), "/readyz", {
    FRESHET_DATA_DIR: options.dataDir,
    FRESHET_PURGE_PORT: String(options.port ?? 0),
    FRESHET_PURGE_HOST: "127.0.0.1",
    ...(options.clientKey !== null && { FRESHET_CLIENT_KEY: options.clientKey ?? keys.client }),
    FRESHET_NODE_KEY: options.nodeKey ?? keys.node,
    // A log in a new folder lets one lease pass before its first DONE: tests shall not wait for the usual five seconds.
    FRESHET_LEASE_MS: "2000",
    ...options.env,
  });
}

export function startServer(options: ServerOptions): Promise<Running> {
  const env = {
    FRESHET_DATA_DIR: options.dataDir,
    FRESHET_SERVER_PORT: "0",
    FRESHET_SERVER_HOST: "127.0.0.1",
    // What is killed, stopped or asked for its metrics shall be all there is.
    FRESHET_PROCESSES: "1",
    ...(options.purgeUrl && { FRESHET_PURGE_URL: options.purgeUrl }),
    FRESHET_NODE_KEY: options.nodeKey ?? keys.node,
    ...options.env,
  };
  return start(
    program("packages/server/src/main.ts", options.binary),
    "/readyz",
    env,
    options.cwd,
    options.readyWithinMs,
  );
}

function program(main: string, binary: string | undefined): string[] {
  return binary ? [binary] : [process.execPath, join(root, main)];
}

/** Resolves when the program has printed its address and `readyPath` answers 200. */
async function start(
  command: readonly string[],
  readyPath: string,
  env: Record<string, string>,
  // Not the repository: a developer's freshet.toml there must not change what is tested.
  cwd = tmpdir(),
  readyWithinMs = startWithinMs,
): Promise<Running> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...inherited(), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = collect(child.stdout, child.stderr);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await child.exited;
  };
  let said = "nothing";
  const isReady = async (url: string) => {
    const response = await fetch(url + readyPath);
    said = await response.text();
    return response.status === 200;
  };
  try {
    const url = await address(output, child.exited);
    await until(
      () => isReady(url),
      `${command.at(-1)} is ready`,
      () => `${output.text()}\n${readyPath} said ${said}`,
      readyWithinMs,
    );
    return {
      url,
      pid: child.pid,
      isAlive: () => child.exitCode === null && child.signalCode === null,
      output: output.text,
      stop: () => end("SIGTERM"),
      kill: () => end("SIGKILL"),
      signal: (name) => child.kill(name),
    };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
}

/** The environment without settings of ours, for the same reason. */
function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("FRESHET_"));
  return Object.fromEntries(kept) as Record<string, string>;
}

interface Output {
  text(): string;
  /** Resolves when the text changed. */
  changed(): Promise<void>;
}

function collect(...streams: ReadableStream<Uint8Array>[]): Output {
  let text = "";
  let next = Promise.withResolvers<void>();
  for (const stream of streams) {
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) {
        text += decoder.decode(chunk, { stream: true });
        next.resolve();
        next = Promise.withResolvers();
      }
    })();
  }
  return { text: () => text, changed: () => next.promise };
}

async function address(output: Output, exited: Promise<number>): Promise<string> {
  const timeout = AbortSignal.timeout(startWithinMs);
  const over = Promise.race([
    exited.then((code) => `ended with exit code ${code}`),
    new Promise<string>((resolve) =>
      timeout.addEventListener("abort", () => resolve("did not start in time")),
    ),
  ]);
  for (;;) {
    const match = /listening on http:\/\/localhost:(\d+)/.exec(output.text());
    if (match) return `http://127.0.0.1:${match[1]}`;
    const reason = await Promise.race([over, output.changed()]);
    if (typeof reason === "string") throw new Error(`the program ${reason}; it wrote:\n${output.text()}`);
  }
}

/** Asks until something holds, every few milliseconds: what other processes do cannot be awaited. */
export async function until(
  holds: () => Promise<boolean>,
  what: string,
  explain: () => string = () => "",
  withinMs: number = startWithinMs,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < endMs) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    await Bun.sleep(5);
  }
  throw new Error(`waited ${withinMs} ms in vain until ${what}\n${explain()}`, { cause: last });
}
