import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import type { PostgresServer } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { dataFolder, keys, type Running, startPurge, startServer } from "../processes.ts";
import { clockFile, fillDisk, mountSmallDisk, type SmallDisk } from "./machine.ts";
import { type Link, startLink } from "./proxy.ts";
import { originTag, softWindowS } from "./purges.ts";
import { startVersionedOrigin } from "./versioned-origin.ts";

/** Below the range that systems give to connections: the ports must still be free when a log comes back to its. */
const firstLogPort = 21_000 + Math.floor(Math.random() * 11_000);

export interface Node {
  readonly name: string;
  /** Between the node and the log. */
  readonly link: Link;
  readonly clock: ReturnType<typeof clockFile>;
  running: Running;
}

/** A purge-api. */
export interface Log {
  readonly name: string;
  readonly port: number;
  readonly clock: ReturnType<typeof clockFile>;
  running: Running;
}

const nodeEnv = {
  FRESHET_ORIGIN_TIMEOUT_MS: "3000",
  FRESHET_SOFT_WINDOW_SECONDS: String(softWindowS),
};

/**
 * A purge-api, or two on one PostgreSQL, three servers and an origin, each a process or a port of its own, with a link
 * between any two that talk. What they keep lies on small disks, where the machine allows to mount some.
 *
 * @param names of the servers; the last is of two processes on one folder
 * @param postgres where the log is; `null`: in a file
 */
export async function startCluster(names: readonly string[], postgres: PostgresServer | null) {
  const data = dataFolder();
  const origin = startVersionedOrigin(originTag);
  const originLink = await startLink(Number(origin.host.split(":")[1]), { framed: false });
  const originHost = `127.0.0.1:${originLink.port}`;
  const disks = new Map<string, SmallDisk | null>();
  const folderOf = (name: string) => {
    const path = `${data.path}/${name}`;
    if (!disks.has(name)) {
      mkdirSync(path);
      disks.set(name, mountSmallDisk(path));
    }
    return `${path}/data`;
  };
  const database = await postgres?.newDatabase();
  const startLog = ({ name, port, clock }: Omit<Log, "running">, env: Record<string, string> = {}) =>
    startPurge({
      dataDir: folderOf(name),
      port,
      // So few rows that the log is compacted all the time.
      env: { FRESHET_LOG_ROWS: "100", ...clock.env, ...(database && { FRESHET_DATABASE: database }), ...env },
    });
  const startNode = (name: string, link: Link, clock: Node["clock"]) =>
    startServer({
      dataDir: folderOf(name),
      purgeUrl: `http://127.0.0.1:${link.port}`,
      env: {
        ...{ ...clock.env, ...nodeEnv, FRESHET_ALLOW_LOCAL_ORIGINS: originHost },
        FRESHET_PROCESSES: name === names.at(-1) ? "2" : "1",
      },
    });

  const logs: Log[] = [];
  for (const [at, name] of (postgres ? ["log", "log-2"] : ["log"]).entries()) {
    const log = { name, port: firstLogPort + at, clock: clockFile(`${data.path}/clock-${name}`) };
    logs.push({ ...log, running: await startLog(log) });
  }
  const nodes: Node[] = [];
  for (const [at, name] of names.entries()) {
    const link = await startLink((logs[at % logs.length] as Log).port, { framed: true });
    const clock = clockFile(`${data.path}/clock-${name}`);
    nodes.push({ name, link, clock, running: await startNode(name, link, clock) });
  }

  return {
    nodes,
    origin,
    originLink,
    originHost,
    logs,
    postgres,
    disks,
    async killLog(log: Log): Promise<void> {
      await log.running.kill();
    },
    async startLog(log: Log, env?: Record<string, string>): Promise<void> {
      log.running = await startLog(log, env);
    },
    async startNode(node: Node): Promise<void> {
      node.running = await startNode(node.name, node.link, node.clock).catch(explainBy(logs));
    },
    /** A copy of a log's files, which must not be in use. */
    saveLog({ name }: Log): string {
      const copy = `${data.path}/backup-${randomUUID()}`;
      cpSync(folderOf(name), copy, { recursive: true });
      return copy;
    },
    /** Written over the files that are there, as `cp` does. */
    restoreLog({ name }: Log, copy: string): void {
      const folder = folderOf(name);
      for (const name of readdirSync(folder)) if (!existsSync(`${copy}/${name}`)) rmSync(`${folder}/${name}`);
      cpSync(copy, folder, { recursive: true });
    },
    /** Bytes of its write-ahead log. It must not be in use, nor in the next. */
    walBytes: ({ name }: Log): number => statSync(walOf(folderOf(name))).size,
    cutWal: ({ name }: Log, bytes: number): void => truncateSync(walOf(folderOf(name)), bytes),
    /** @returns a function that makes room again */
    fillDisk: (name: string) => fillDisk(`${data.path}/${name}`),
    async stop(): Promise<void> {
      for (const { running, link } of nodes) {
        await running.kill();
        link.stop();
      }
      for (const { running } of logs) await running.kill();
      originLink.stop();
      await origin.stop();
      for (const disk of disks.values()) disk?.unmount();
      data.remove();
    },
  };
}

export type Cluster = Awaited<ReturnType<typeof startCluster>>;

/** A server that is not ready waits for a log. */
function explainBy(logs: readonly Log[]) {
  return async (error: Error): Promise<never> => {
    throw new Error([error.message, ...(await Promise.all(logs.map(readinessOf)))].join("\n"));
  };
}

/** What it says of itself, and what it wrote. */
async function readinessOf({ name, running }: Log): Promise<string> {
  const ask = (path: string) =>
    fetch(running.url + path, { headers: { authorization: `Bearer ${keys.node}` } }).then(
      (response) => response.text(),
      (error) => String(error),
    );
  const [ready, nodes] = [await ask("/readyz"), await ask("/nodes")];
  return `${name} said ${ready} and ${nodes}; it wrote:\n${running.output().slice(-2_000)}`;
}

function walOf(dataDir: string): string {
  return `${dataDir}/purge.sqlite-wal`;
}
