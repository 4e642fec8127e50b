import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dataFolder, startServer } from "../processes.ts";
import { memoryOf } from "../soak/harm.ts";
import { startLargeOrigin } from "./large-origin.ts";

/** What the server is told to stay below, with all its processes. A server that has nothing to do takes 120 MB. */
export const ceilingBytes = 640_000_000;
/** Those who ask for what is not there yet, 12.5 MB each time: 2.5 GB at once, ten times what there is room for. */
const clients = 200;
/** Who asks for something large that is there already, and does not read it. */
const deafClients = 8;

const asker = fileURLToPath(new URL("./ask-again.ts", import.meta.url));

/** What came of a load. */
export interface OverloadReport {
  /** Answers by status; 0 for none. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** 503s that did not say when to come back. */
  readonly withoutRetry: number;
  /** Of a picture that is in memory, asked for all the while by a process of its own. */
  readonly hits: { readonly byStatus: Readonly<Record<string, number>>; readonly ms: readonly number[] };
  /** Of all processes, and of files that they hand to each other; every 20 ms. */
  readonly memory: readonly number[];
  readonly isAlive: boolean;
  /** What the server wrote. */
  readonly output: string;
}

/** Sends ten times what the server can carry: large originals, slow origins, clients that do not read. */
export async function overload(seconds: number): Promise<OverloadReport> {
  const data = dataFolder();
  const origin = startLargeOrigin();
  const config = `${data.path}/freshet.toml`;
  await Bun.write(config, "[tokens.doc]\nproxy_anywhere = true\n");
  const server = await startServer({
    dataDir: data.path,
    env: {
      FRESHET_CONFIG: config,
      FRESHET_ALLOW_LOCAL_ORIGINS: `${origin.quick},${origin.slow}`,
      FRESHET_CEILING_BYTES: String(ceilingBytes),
      FRESHET_MEMORY_BYTES: "32000000",
      FRESHET_ORIGINAL_MEMORY_BYTES: "16000000",
      FRESHET_ORIGINAL_BYTES: "400000000",
      FRESHET_RENDERS: "2",
      FRESHET_ORIGIN_TIMEOUT_MS: "8000",
      // Neither this nor the rest of an origin is to be what bounds the load.
      FRESHET_ORIGIN_FETCHES: "256",
    },
  });
  const memory: number[] = [];
  const looking = setInterval(() => memory.push(memoryOf(server.pid) + handedOver(server.pid)), 20);
  const told = createTold();
  try {
    const deaf = await startDeaf(`${server.url}/http://${origin.quick}/quick/deaf.jpg?func=proxy`);
    const picture = `${server.url}/sample.li/flat.jpg?w=300`;
    await (await fetch(picture)).bytes();
    const hits = askAgain(picture, seconds);
    const endMs = performance.now() + seconds * 1000;
    let serial = 0;
    const client = async () => {
      while (performance.now() < endMs) await told.ask(server.url + origin.next(serial++));
    };
    await Promise.all(Array.from({ length: clients }, client));
    deaf.stop();
    return {
      ...{ byStatus: told.byStatus, withoutRetry: told.withoutRetry(), memory, hits: await hits },
      isAlive: server.isAlive(),
      output: server.output(),
    };
  } finally {
    clearInterval(looking);
    await server.kill();
    await origin.stop();
    data.remove();
  }
}

function createTold() {
  const byStatus: Record<string, number> = {};
  let withoutRetry = 0;
  return {
    byStatus,
    withoutRetry: () => withoutRetry,
    async ask(url: string): Promise<void> {
      const status = await fetch(url, {
        // A connection for each: one that is kept may end at the very moment in which it is used again.
        ...{ keepalive: false, headers: { connection: "close" }, signal: AbortSignal.timeout(120_000) },
      }).then(
        async (response) => {
          await response.bytes();
          if (response.status === 503 && !response.headers.has("retry-after")) withoutRetry++;
          return response.status;
        },
        () => 0,
      );
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      // Sooner than they were told to.
      if (status === 503) await Bun.sleep(50);
    },
  };
}

/** Asks again and again, in a process that has nothing else to do. */
async function askAgain(url: string, seconds: number): Promise<OverloadReport["hits"]> {
  const child = Bun.spawn([process.execPath, asker, url, String(seconds)], { stdout: "pipe" });
  return JSON.parse(await new Response(child.stdout).text());
}

/** Connections on which something large is asked for, and nothing is read; opened again when they were cut. */
async function startDeaf(url: string) {
  const { port, pathname, search } = new URL(url);
  let isOver = false;
  const open = () => {
    if (isOver) return;
    void Bun.connect({
      ...{ hostname: "127.0.0.1", port: Number(port) },
      socket: {
        open(socket) {
          socket.pause();
          socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        },
        data() {},
        close: open,
        error() {},
      },
    }).catch(() => {});
  };
  await (await fetch(url)).bytes();
  for (let at = 0; at < deafClients; at++) open();
  return {
    stop() {
      isOver = true;
    },
  };
}

/** Bytes that lie in memory as files, on their way to processes that make pictures. */
function handedOver(pid: number): number {
  try {
    const own = readdirSync("/dev/shm").filter((name) => name.startsWith(`freshet-${pid}-`));
    return own.reduce(
      (sum, name) => sum + (statSync(`/dev/shm/${name}`, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  } catch {
    return 0;
  }
}

/** Bytes that the machine has to spare. */
export function spareBytes(): number {
  const [, kilobytes = 0] = /^MemAvailable:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "latin1")) ?? [];
  return Number(kilobytes) * 1024;
}
