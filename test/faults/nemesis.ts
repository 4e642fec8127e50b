import type { PostgresServer } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import type { Books } from "./books.ts";
import type { Cluster, Log, Node } from "./cluster.ts";
import { fakeTime } from "./machine.ts";

/** One thing that goes wrong, from its beginning until it is over. */
export type Fault = () => Promise<void>;

export interface Nemesis {
  readonly faults: Readonly<Record<string, Fault>>;
  /** What this machine does not allow, and why. */
  readonly skipped: readonly string[];
  /** Older copies of the log that were put in place: what was accepted since they were made is gone. */
  readonly restores: number;
}

export function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

const aWhile = (maxMs: number) => Bun.sleep(Math.random() * maxMs);
/** Shorter and longer than the lease, which `processes.ts` sets. */
const pausesMs = [500, 3_000, 10_000];

/** @param newest the newest version that was given to the origin so far */
export function createNemesis(cluster: Cluster, books: Books, newest: () => number): Nemesis {
  const aNode = () => pick(cluster.nodes);
  const aLog = () => pick(cluster.logs);
  const skipped: string[] = [];
  const allDisks = [...cluster.disks.values()].every((disk) => disk !== null);
  if (!allDisks) skipped.push("full disks: mounting small ones takes root");
  if (fakeTime() === null) skipped.push("clock steps: Debian's package faketime is not installed");
  const backup = { restores: 0 };
  const { postgres } = cluster;
  if (postgres)
    skipped.push("older copies of the log: PostgreSQL may only fail over to a synchronous standby");
  return {
    faults: {
      ...processFaults(cluster, aNode, aLog),
      ...linkFaults(cluster, aNode),
      ...(postgres ? databaseFaults(postgres) : backupFaults(cluster, aNode, books, newest, backup)),
      ...(allDisks ? diskFaults(cluster, aNode, aLog) : {}),
      ...(fakeTime() === null ? {} : clockFaults(aNode, aLog)),
    },
    skipped,
    get restores() {
      return backup.restores;
    },
  };
}

function processFaults(cluster: Cluster, aNode: () => Node, aLog: () => Log): Record<string, Fault> {
  const restart = async (log: Log, env?: Record<string, string>) => {
    await cluster.killLog(log);
    await cluster.startLog(log, env);
  };
  return {
    async killServer() {
      const node = aNode();
      await node.running.kill();
      await aWhile(1_000);
      await cluster.startNode(node);
    },
    async killLog() {
      const log = aLog();
      await cluster.killLog(log);
      await aWhile(1_500);
      await cluster.startLog(log);
    },
    /** It dies when a job is on disk and its 201 is not sent. */
    async killLogAfterCommit() {
      const log = aLog();
      await restart(log, { FRESHET_FAIL_POINT: `after-commit:${1 + Math.floor(Math.random() * 20)}` });
      await Bun.sleep(1_500);
      await restart(log);
    },
    async stopServer() {
      const { running } = aNode();
      running.signal("SIGSTOP");
      await Bun.sleep(pick(pausesMs));
      running.signal("SIGCONT");
    },
    async stopLog() {
      const { running } = aLog();
      running.signal("SIGSTOP");
      await Bun.sleep(pick(pausesMs));
      running.signal("SIGCONT");
    },
  };
}

function databaseFaults(postgres: PostgresServer): Record<string, Fault> {
  return {
    async killDatabase() {
      await postgres.kill();
      await aWhile(3_000);
      await postgres.start();
    },
  };
}

function linkFaults(cluster: Cluster, aNode: () => Node): Record<string, Fault> {
  const during = async (link: Node["link"], ms: number, ...state: Parameters<Node["link"]["set"]>) => {
    link.set(...state);
    await Bun.sleep(ms);
    link.set("open");
  };
  return {
    cutLink: () => during(aNode().link, pick([500, 3_000, 8_000]), "refusing"),
    halfOpenLink: () => during(aNode().link, pick([500, 3_000, 8_000]), "silent"),
    delayLink: () => during(aNode().link, 3_000, "open", pick([20, 300, 2_000])),
    duplicateMessages: () => during(aNode().link, 3_000, "duplicating", pick([0, 100])),
    async resetLinks() {
      for (let at = 0; at < 20; at++) {
        aNode().link.reset();
        await aWhile(100);
      }
    },
    cutEveryNode: async () => {
      await Promise.all(cluster.nodes.map(({ link }) => during(link, 7_000, "refusing")));
    },
    slowOrigin: () => during(cluster.originLink, 3_000, "open", pick([100, 1_000])),
    silentOrigin: () => during(cluster.originLink, 2_000, "silent"),
  };
}

function backupFaults(
  cluster: Cluster,
  aNode: () => Node,
  books: Books,
  newest: () => number,
  backup: { restores: number },
): Record<string, Fault> {
  return {
    /** An older copy is put in place, perhaps while a server is down or cut off. */
    async restoreLog() {
      const [log] = cluster.logs as [Log];
      await cluster.killLog(log);
      const upTo = newest();
      const copy = cluster.saveLog(log);
      await cluster.startLog(log);
      await Bun.sleep(1_500);
      const node = aNode();
      const bystander = pick(["connected", "down", "cut off"]);
      if (bystander === "down") await node.running.kill();
      if (bystander === "cut off") node.link.set("refusing");
      await cluster.killLog(log);
      cluster.restoreLog(log, copy);
      backup.restores++;
      books.forget(upTo);
      await cluster.startLog(log);
      await aWhile(1_500);
      node.link.set("open");
      if (bystander === "down") await cluster.startNode(node);
    },
    /** The end of the log's file is lost with its process: jobs are gone that were DONE, and processes on record. */
    async cutWal() {
      const [log] = cluster.logs as [Log];
      await cluster.killLog(log);
      const upTo = newest();
      const safeBytes = cluster.walBytes(log);
      await cluster.startLog(log);
      const node = aNode();
      if (Math.random() < 0.5) node.link.set("refusing");
      await Bun.sleep(2_500);
      await cluster.killLog(log);
      const bytes = cluster.walBytes(log);
      cluster.cutWal(
        log,
        Math.min(bytes, safeBytes + Math.floor(Math.random() * Math.max(0, bytes - safeBytes))),
      );
      backup.restores++;
      books.forget(upTo);
      await cluster.startLog(log);
      await aWhile(1_500);
      node.link.set("open");
    },
  };
}

function diskFaults(cluster: Cluster, aNode: () => Node, aLog: () => Log): Record<string, Fault> {
  const during = async (name: string) => {
    const makeRoom = cluster.fillDisk(name);
    await Bun.sleep(2_000);
    makeRoom();
  };
  return { fillLogDisk: () => during(aLog().name), fillServerDisk: () => during(aNode().name) };
}

function clockFaults(aNode: () => Node, aLog: () => Log): Record<string, Fault> {
  const step = async (clock: Node["clock"]) => {
    // Forth and back, by less and by more than a lease.
    clock.set(pick([-86_400, -4, 4, 86_400]));
    await Bun.sleep(3_000);
    clock.set(0);
    await Bun.sleep(1_500);
  };
  return { setServerClock: () => step(aNode().clock), setLogClock: () => step(aLog().clock) };
}
