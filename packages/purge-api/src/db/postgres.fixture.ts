/** A real PostgreSQL server in a folder of its own, on a free loopback port. */
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { ensurePostgres } from "../../../../scripts/ensure-postgres.ts";

export interface PostgresServer {
  /** Everything that it keeps. */
  readonly folder: string;
  /** Makes an empty database. @returns its URL */
  newDatabase(): Promise<string>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and folder. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const startWithinMs = 30_000;
/** What the server says of a folder that processes of an earlier one have not let go of yet. */
const stillInUse = "pre-existing shared memory block";

/** @param fsync whether commits wait for the disk. Tests kill processes, never the machine: they need not. */
export async function startPostgres({ fsync = false } = {}): Promise<PostgresServer> {
  const bin = await ensurePostgres();
  const folder = mkdtempSync(join(tmpdir(), "freshet-postgres-"));
  const user = otherUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const data = join(folder, "data");
  const made = spawn([
    join(bin, "initdb"),
    "-D",
    data,
    "-U",
    "freshet",
    "-A",
    "trust",
    "-N",
    "-E",
    "UTF8",
    "--locale=C",
  ]);
  if ((await made.exited) !== 0) throw new Error(`initdb: ${await made.stderr.text()}`);
  let server = launch();
  let databases = 0;

  function spawn(command: string[]) {
    // The server refuses to run as root, as which tests in containers often do.
    const asUser = user
      ? ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", ...command]
      : command;
    return Bun.spawn(asUser, { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  }

  function launch() {
    const settings = ["listen_addresses=127.0.0.1", "max_connections=200", `fsync=${fsync ? "on" : "off"}`];
    const flags = settings.flatMap((setting) => ["-c", setting]);
    return spawn([join(bin, "postgres"), "-D", data, "-k", folder, "-p", String(port), ...flags]);
  }

  async function admin<T>(work: (sql: SQL) => Promise<T>): Promise<T> {
    await using sql = new SQL(`postgres://freshet@127.0.0.1:${port}/postgres`, { max: 1 });
    return await work(sql);
  }

  async function ready(): Promise<void> {
    const endMs = performance.now() + startWithinMs;
    for (;;) {
      try {
        await admin((sql) => sql`SELECT 1`);
        return;
      } catch (error) {
        if (server.exitCode !== null) {
          const said = await server.stderr.text();
          // Children of the one that was killed are about to end.
          if (!said.includes(stillInUse)) throw new Error(`postgres ended: ${said}`);
          server = launch();
        }
        if (performance.now() > endMs) throw error;
        await Bun.sleep(20);
      }
    }
  }

  async function kill(): Promise<void> {
    // Its children see that their parent is gone and end.
    server.kill("SIGKILL");
    await server.exited;
  }

  await ready();
  const watchdog = watch(folder);
  return {
    folder,
    async newDatabase() {
      const name = `test_${++databases}`;
      await admin((sql) => sql.unsafe(`CREATE DATABASE ${name}`));
      return `postgres://freshet@127.0.0.1:${port}/${name}`;
    },
    kill,
    async start() {
      server = launch();
      await ready();
    },
    async close() {
      server.kill("SIGQUIT");
      await server.exited;
      await watchdog.stdin.end();
      await watchdog.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Ends the server and removes its folder when this process is gone without having done so: its end of the pipe closes,
 * however it died.
 */
function watch(folder: string) {
  // In the background: what Bun itself started may be ended along with it. It is waited for, or Bun would close the pipe.
  const script = `
    exec 3<&0
    {
      trap '' INT TERM HUP
      cat <&3 > /dev/null
      pid=$(head -n 1 "$1/data/postmaster.pid")
      # Whom nobody waits for may stay in /proc when it has ended, but without a command line.
      runs() { grep -q "$1" "/proc/$pid/cmdline"; }
      runs "$1" && kill -QUIT "$pid"
      while runs "$1"; do sleep 0.1; done
      rm -rf "$1"
    } &
    wait`;
  const quiet = { stdout: "ignore", stderr: "ignore" } as const;
  return Bun.spawn(["sh", "-c", script, "watchdog", folder], { stdin: "pipe", ...quiet });
}

/** Whom the server runs as if we are root: nobody in particular. */
function otherUser(): { uid: number; gid: number } | null {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject()));
  });
  return promise;
}
