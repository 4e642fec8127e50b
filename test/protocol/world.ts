import { parseRequest, plainToken, requestKey } from "../../packages/core/src/index.ts";
import { createHolderStore } from "../../packages/purge-api/src/db/holder-store.ts";
import { openDatabase } from "../../packages/purge-api/src/db/open.ts";
import { type Accept, createAccept } from "../../packages/purge-api/src/jobs/accept.ts";
import { createSettler, type Settler } from "../../packages/purge-api/src/jobs/settle.ts";
import type { Job } from "../../packages/purge-api/src/log/log.ts";
import { createSqliteLog } from "../../packages/purge-api/src/log/sqlite.ts";
import { createHub, type Hub } from "../../packages/purge-api/src/nodes/hub.ts";
import { createMembership } from "../../packages/purge-api/src/nodes/membership.ts";
import { createMemoryStore } from "../../packages/server/src/cache/memory.ts";
import { hashContent } from "../../packages/server/src/hash.ts";
import type { Pointer, PointerTable } from "../../packages/server/src/origin/pointer-table.ts";
import { createResolve, type Resolve } from "../../packages/server/src/origin/resolve.ts";
import type { OriginAnswer } from "../../packages/server/src/origin/source.ts";
import { createFollower } from "../../packages/server/src/purge/follower.ts";
import { Link } from "./network.ts";
import { picture } from "./picture.ts";

const token = plainToken("doc");
const request = parseRequest("/h.io/a.bmp", token);
const leaseMs = 5_000;
const beatMs = 1_000;

/** A fetch on its way: what the origin had when it read, and the promise that waits for it. */
interface Fetch {
  readonly knownEtag: string | null;
  version: number | null;
  settle(answer: OriginAnswer): void;
}

interface Node {
  readonly name: string;
  readonly disk: {
    readonly pointers: Map<string, Pointer>;
    readonly originals: ReturnType<typeof createMemoryStore>;
  };
  process: { resolve: Resolve; link: Link; beat(): void; fetches: Fetch[] } | null;
  boots: number;
}

/**
 * One log and some nodes made of the real classes, with everything between them in the hands of the test: messages,
 * origin, clock, crashes. It keeps the books for the one promise: a request that starts after a job is DONE gets what
 * the origin had when the job was accepted, or newer.
 */
export function createWorld(nodeCount: number) {
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
  const sleepers: { atMs: number; wake(): void }[] = [];
  const database = openDatabase(":memory:");
  const log = createSqliteLog(database.db);
  let service: { hub: Hub; settler: Settler; accept: Accept } | null = null;

  let originVersion = 0;
  const open = new Map<string, { job: Job; version: number }>();
  let doneVersion = 0;
  let answers = 0;
  let jobsDone = 0;
  const violations: string[] = [];
  const nodes: Node[] = Array.from({ length: nodeCount }, (_, at) => ({
    name: `node-${at}`,
    disk: { pointers: new Map(), originals: createMemoryStore(1e6) },
    process: null,
    boots: 0,
  }));

  function startLog(): void {
    if (service) return;
    const membership = createMembership({ clock, store: createHolderStore(database.db), leaseMs });
    const settler = createSettler({ clock, jobs: log, membership, deadlineMs: Number.POSITIVE_INFINITY });
    const hub = createHub({ log, membership, onProgress: settler.settle });
    service = { hub, settler, accept: createAccept({ clock, log, hub, settler }) };
  }

  function killLog(): void {
    service = null;
    for (const { process } of nodes) process?.link.logDied();
  }

  function boot(node: Node): void {
    if (node.process) return;
    node.boots++;
    const follower = createFollower({
      clock,
      node: node.name,
      boot: `${node.name}-${node.boots}`,
      fence: "revalidate",
    });
    const fetches: Fetch[] = [];
    const resolve = createResolve({
      clock,
      position: follower,
      table: tableOn(node.disk.pointers),
      originals: node.disk.originals,
      refreshSeconds: 0,
      wait: (ms) => new Promise((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
      fetchOriginal: (_origin, known) =>
        new Promise((settle) => fetches.push({ knownEtag: known?.etag ?? null, version: null, settle })),
    });
    node.process = { resolve, link: new Link(follower), beat: follower.beat, fetches };
  }

  /** What was running is gone: its answers never reach anybody. */
  function crash(node: Node): void {
    node.process?.link.drop();
    node.process = null;
  }

  function ask(node: Node): void {
    if (!node.process) return;
    const need = doneVersion;
    const { process } = node;
    process.resolve(request, requestKey(request)).then(
      ({ pointer }) => {
        if (node.process !== process) return;
        answers++;
        const version = versionOf(pointer);
        if (version < need)
          violations.push(`${node.name} answered version ${version} after ${need} was DONE`);
      },
      (error) => violations.push(String(error)),
    );
  }

  function purge(mode: "hard" | "soft", scope: object): void {
    if (!service) return;
    originVersion++;
    const job = service.accept({ ...scope, mode }, token);
    open.set(job.uuid, { job, version: originVersion });
  }

  /** The origin reads its file now, and answers with that later. */
  function read(fetch: Fetch | undefined): void {
    if (fetch && fetch.version === null) fetch.version = originVersion;
  }

  function land(fetches: Fetch[], at: number): void {
    const fetch = fetches[at];
    if (!fetch || fetch.version === null) return;
    fetches.splice(at, 1);
    const etag = `"${fetch.version}"`;
    if (fetch.knownEtag === etag) return fetch.settle({ kind: "not-modified", status: 304 });
    const validators = { etag, lastModified: null };
    fetch.settle({ kind: "body", bytes: picture(fetch.version), validators, status: 200 });
  }

  function pass(ms: number): void {
    for (let left = ms; left > 0; ) {
      const step = Math.min(left, beatMs - (nowMs % beatMs));
      nowMs += step;
      left -= step;
      if (nowMs % beatMs === 0) for (const { process } of nodes) process?.beat();
      for (const sleeper of sleepers.filter(({ atMs }) => atMs <= nowMs)) {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
    }
  }

  /** Lets promises run, settles jobs, and notes which are DONE: to be called after every step. */
  async function breathe(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((next) => setImmediate(next));
    service?.settler.settle();
    for (const [uuid, { version }] of open) {
      if (log.get("doc", uuid)?.status !== "DONE") continue;
      open.delete(uuid);
      jobsDone++;
      doneVersion = Math.max(doneVersion, version);
    }
  }

  /** All faults end; after a while everything that was accepted must be DONE. */
  async function heal(): Promise<void> {
    startLog();
    for (const node of nodes) {
      boot(node);
      if (node.process) node.process.link.isCut = false;
    }
    for (let round = 0; round < 20; round++) {
      for (const { process } of nodes) {
        if (service) process?.link.open(service.hub);
        for (let at = 0; at < 50; at++) {
          process?.link.deliver("up");
          process?.link.deliver("down");
        }
        for (const fetch of process?.fetches ?? []) read(fetch);
        while (process?.fetches.length) land(process.fetches, 0);
      }
      pass(1_000);
      await breathe();
    }
  }

  return {
    nodes,
    startLog,
    killLog,
    boot,
    crash,
    ask,
    purge,
    read,
    land,
    pass,
    breathe,
    heal,
    connect: (node: Node) => service && node.process?.link.open(service.hub),
    report: () => ({ violations, unfinished: open.size, answers, jobsDone }),
    close: () => database.close(),
  };
}

export type World = ReturnType<typeof createWorld>;

function tableOn(pointers: Map<string, Pointer>): PointerTable {
  return {
    get: (key, version) => pointers.get(`${key}\n${version}`) ?? null,
    set: (key, version, pointer) => void pointers.set(`${key}\n${version}`, pointer),
    get size() {
      return pointers.size;
    },
    close() {},
  };
}

const versions = new Map(
  Array.from({ length: 256 }, (_, version) => [hashContent(picture(version)), version]),
);

function versionOf({ content }: Pointer): number {
  return versions.get(content) ?? -1;
}
