import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Playwright may run on Node; the services always run on Bun. */
const bun = process.env.FRESHET_BUN ?? "bun";

/** Folder of the programs as people install them, if this run has built them; otherwise the sources are run. */
const binaries = process.env.FRESHET_BINARIES;

/** A host that the services take for one of the image server's own. */
export const ownHost = "img.example";

const startWithinMs = 30_000;

export interface Service {
  readonly url: string;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
}

/** The real purge-api and a real image server that follows it, on free ports, with folders and keys of their own. */
export interface Services {
  readonly purge: Service;
  readonly server: Service;
  readonly clientKey: string;
  /** Brings purge-api back, where it was and with what it had, after it was killed. */
  restartPurge(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** What `freshet.toml` holds. */
  readonly settings?: string;
  /** Further settings of purge-api. */
  readonly purge?: Readonly<Record<string, string>>;
}

/** purge-api serves the form as it was built last; a binary has its own. */
export function buildForm(): void {
  if (binaries) return;
  execFileSync(bun, ["packages/web-invalidator/build.ts"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

export async function startServices({
  settings = "",
  purge: more = {},
}: ServiceOptions = {}): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), "freshet-form-"));
  await writeFile(join(folder, "freshet.toml"), settings);
  const clientKey = `freshet_${randomBytes(24).toString("base64url")}`;
  const shared = {
    FRESHET_NODE_KEY: randomBytes(32).toString("hex"),
    FRESHET_OWN_HOSTS: ownHost,
    // One of its own: settings of whoever runs the tests stay out of them.
    FRESHET_CONFIG: join(folder, "freshet.toml"),
    // purge-api has to know where the pictures are before there is a server.
    FRESHET_SERVER_PORT: await freePort(),
  };
  const startPurge = (port: string) =>
    startService("freshet-purge", "packages/purge-api/src/main.ts", {
      ...shared,
      FRESHET_PURGE_HOST: "127.0.0.1",
      FRESHET_PURGE_PORT: port,
      FRESHET_DATA_DIR: join(folder, "purge"),
      FRESHET_CLIENT_KEY: clientKey,
      // A log in a new folder lets one lease pass before its first DONE.
      FRESHET_LEASE_MS: "2000",
      ...more,
    });
  const started: Service[] = [];
  const stop = async () => {
    await Promise.all(started.map((service) => service.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const purge = await startPurge("0");
    started.push(purge);
    const server = await startService("freshet-server", "packages/server/src/main.ts", {
      ...shared,
      FRESHET_SERVER_HOST: "127.0.0.1",
      FRESHET_DATA_DIR: join(folder, "server"),
      // By address: where `localhost` means ::1 first, the name may not reach a service bound to IPv4.
      FRESHET_PURGE_URL: purge.url.replace("localhost", "127.0.0.1"),
    });
    started.push(server);
    await Promise.all(started.map(untilReady));
    const restartPurge = async () => void started.push(await startPurge(new URL(purge.url).port));
    return { purge, server, clientKey, restartPurge, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One that is free now. */
async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => void probe.close(resolve));
  return String(port);
}

async function startService(name: string, main: string, env: Record<string, string>): Promise<Service> {
  const [program, ...args] = binaries ? [join(binaries, name)] : [bun, main];
  if (binaries && !existsSync(program as string)) throw new Error(`there is no ${program}`);
  const child = spawn(program as string, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  };
  try {
    return { url: await listeningUrl(name, child), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Waits for `<name> listening on <url>`; everything else that is said meanwhile becomes part of the error. */
function listeningUrl(name: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const timer = setTimeout(() => fail(`did not listen within ${startWithinMs} ms`), startWithinMs);
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error([`${name} ${what}`, ...said].join("\n")));
    };
    const read = (line: string) => {
      said.push(line);
      const [, url] = /^freshet-\w+ listening on (http:\/\/localhost:\d+)$/.exec(line) ?? [];
      if (!url || !line.startsWith(name)) return;
      clearTimeout(timer);
      resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", read);
    }
    child.once("error", ({ message }) => fail(message));
    child.once("exit", (code) => fail(`ended with exit code ${code}`));
  });
}

async function untilReady({ url }: Service): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  for (;;) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline) throw new Error(`${url} was not ready within ${startWithinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
