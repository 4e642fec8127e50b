import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dataFolder, type Running, startPurge, startServer } from "../processes.ts";
import { clockFile, fillDisk, mountSmallDisk, type SmallDisk } from "./machine.ts";
import { type Link, startLink } from "./proxy.ts";
import { startVersionedOrigin } from "./versioned-origin.ts";

/** Below the range that systems give to connections: the port must still be free when the log comes back to it. */
const logPort = 21_000 + Math.floor(Math.random() * 11_000);

export interface Node {
  readonly name: string;
  /** Between the node and the log. */
  readonly link: Link;
  readonly clock: ReturnType<typeof clockFile>;
  running: Running;
}

/**
 * One purge-api, three servers and an origin, each a process or a port of its own, with a link between any two that talk.
 * What they keep lies on small disks, where the machine allows to mount some.
 */
export async function startCluster(names: readonly string[]) {
  const data = dataFolder();
  const origin = startVersionedOrigin();
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
  const logClock = clockFile(`${data.path}/clock-log`);
  const startLog = (env: Record<string, string> = {}) =>
    startPurge({ dataDir: folderOf("log"), port: logPort, env: { ...logClock.env, ...env } });
  const startNode = (name: string, link: Link, clock: Node["clock"]) =>
    startServer({
      dataDir: folderOf(name),
      purgeUrl: `http://127.0.0.1:${link.port}`,
      env: { ...clock.env, FRESHET_ALLOW_LOCAL_ORIGINS: originHost, FRESHET_ORIGIN_TIMEOUT_MS: "3000" },
    });

  let log = await startLog();
  const nodes: Node[] = [];
  for (const name of names) {
    const link = await startLink(logPort, { framed: true });
    const clock = clockFile(`${data.path}/clock-${name}`);
    nodes.push({ name, link, clock, running: await startNode(name, link, clock) });
  }

  return {
    nodes,
    origin,
    originLink,
    originHost,
    logClock,
    logUrl: `http://127.0.0.1:${logPort}`,
    disks,
    get log() {
      return log;
    },
    async restartLog(env?: Record<string, string>): Promise<void> {
      await log.kill();
      log = await startLog(env);
    },
    async killLog(): Promise<void> {
      await log.kill();
    },
    async startLog(): Promise<void> {
      log = await startLog();
    },
    async startNode(node: Node): Promise<void> {
      node.running = await startNode(node.name, node.link, node.clock);
    },
    /** A copy of the log's files, which must not be in use. */
    saveLog(): string {
      const copy = `${data.path}/backup-${randomUUID()}`;
      cpSync(folderOf("log"), copy, { recursive: true });
      return copy;
    },
    /** Written over the files that are there, as `cp` does. */
    restoreLog(copy: string): void {
      const folder = folderOf("log");
      for (const name of readdirSync(folder)) if (!existsSync(`${copy}/${name}`)) rmSync(`${folder}/${name}`);
      cpSync(copy, folder, { recursive: true });
    },
    /** @returns a function that makes room again */
    fillDisk: (name: string) => fillDisk(`${data.path}/${name}`),
    async stop(): Promise<void> {
      for (const { running, link } of nodes) {
        await running.kill();
        link.stop();
      }
      await log.kill();
      originLink.stop();
      await origin.stop();
      for (const disk of disks.values()) disk?.unmount();
      data.remove();
    },
  };
}

export type Cluster = Awaited<ReturnType<typeof startCluster>>;
