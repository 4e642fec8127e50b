import { writeFileSync } from "node:fs";
import { plainToken } from "../../packages/core/src/index.ts";
import { createHolderStore } from "../../packages/purge-api/src/db/holder-store.ts";
import { openDatabase } from "../../packages/purge-api/src/db/open.ts";
import { holders, jobs } from "../../packages/purge-api/src/db/schema.ts";
import type { Witness } from "../../packages/purge-api/src/db/witness.ts";
import { type Accept, createAccept } from "../../packages/purge-api/src/jobs/accept.ts";
import { createSettler, type Settler } from "../../packages/purge-api/src/jobs/settle.ts";
import { wholeGrant } from "../../packages/purge-api/src/keys/grant.ts";
import { createRateLimit } from "../../packages/purge-api/src/keys/rate-limit.ts";
import type { Job } from "../../packages/purge-api/src/log/log.ts";
import { createSqliteLog } from "../../packages/purge-api/src/log/sqlite.ts";
import { createHub, type Hub } from "../../packages/purge-api/src/nodes/hub.ts";
import { createMembership } from "../../packages/purge-api/src/nodes/membership.ts";
import { dataFolder } from "../processes.ts";
import { Node, softWindowMs } from "./node.ts";
import { Origin } from "./origin.ts";
import { createTime } from "./time.ts";

const caller = { token: plainToken("doc"), grant: wholeGrant("doc") };
const leaseMs = 5_000;

interface Serializable {
  serialize(): Buffer;
}

interface Service {
  readonly hub: Hub;
  readonly settler: Settler;
  readonly accept: Accept;
}

/**
 * One log and some nodes made of the real classes, with everything between them in the hands of the test: messages,
 * origin, clock, crashes. It keeps the books for the one promise: a request that starts after a job is DONE gets what
 * the origin had when the job was accepted, or newer.
 */
export class World {
  readonly time = createTime();
  readonly origin = new Origin();
  readonly nodes: readonly Node[];
  #database = openDatabase(":memory:");
  #log = createSqliteLog(this.#database.db);
  /** Older copies of the database, oldest first. */
  readonly #copies: Buffer[] = [];
  #folder: ReturnType<typeof dataFolder> | null = null;
  #restores = 0;
  /** What the file beside the database says; as in `db/witness.ts`. */
  #isContinued = true;
  #service: Service | null = null;

  /** Version of the original when each open job was accepted. */
  readonly #open = new Map<string, { readonly version: number; readonly mode: string }>();
  /** Jobs that are DONE, and from when on nothing older may be answered: of a soft one after its window. */
  #done: { readonly uuid: string; readonly version: number; readonly fromMs: number }[] = [];
  readonly books = { answers: 0, jobsDone: 0, violations: [] as string[] };

  constructor(nodeCount: number) {
    this.nodes = Array.from({ length: nodeCount }, (_, at) => new Node(`node-${at}`, this.time, this.origin));
  }

  /** Jobs that are not DONE. */
  get unfinished(): number {
    return this.#open.size;
  }

  startLog(): void {
    if (this.#service) return;
    const { clock } = this.time;
    const witness: Witness = {
      isContinued: this.#isContinued,
      renew: () => this.#setContinued(true),
      revoke: () => this.#setContinued(false),
    };
    // As `storage.ts` does.
    if (!witness.isContinued) void this.#log.renewId(this.#log.logId());
    const membership = createMembership({
      clock,
      store: createHolderStore(this.#database.db, witness),
      leaseMs,
    });
    const deadlineMs = Number.POSITIVE_INFINITY;
    const settler = createSettler({ clock, jobs: this.#log, membership, deadlineMs });
    const hub = createHub({ log: this.#log, membership, onProgress: () => void settler.settle() });
    void settler.takeOver();
    const rateLimit = createRateLimit(clock, 1e9);
    const accept = createAccept({ clock, log: this.#log, hub, settler, rateLimit });
    this.#service = { hub, settler, accept };
  }

  /** The database stays, everything else is forgotten. */
  killLog(): void {
    this.#service = null;
    for (const { process } of this.nodes) process?.link.logDied();
  }

  #setContinued(isContinued: boolean): void {
    this.#isContinued = isContinued;
  }

  /** While everything goes on; perhaps it is killed before it is over. @param maxRows that are left, about */
  async compact(maxRows: number): Promise<void> {
    if (this.#service) await this.#log.compact(maxRows).catch(() => {});
  }

  saveLog(): void {
    this.#copies.push((this.#database.db as unknown as { $client: Serializable }).$client.serialize());
  }

  /**
   * An older copy of the log is put in place. Jobs that it does not know of are lost, those that ran and those that were
   * DONE; what was promised of the latter still holds, since all stamps are void.
   *
   * @param isNoticed if not, it is as if only rows and jobs had been lost: the record of processes is what it was, and
   *   only what nodes say can tell. Then nobody can be held to jobs of which the log knows nothing.
   */
  restoreLog(at: number, isNoticed: boolean): void {
    const copy = this.#copies[at % Math.max(1, this.#copies.length)];
    if (!copy) return;
    this.killLog();
    const before = this.#database.db.select().from(holders).all();
    this.#database.close();
    this.#folder ??= dataFolder();
    const file = `${this.#folder.path}/${this.#restores++}.sqlite`;
    writeFileSync(file, copy);
    this.#database = openDatabase(file);
    const { db } = this.#database;
    if (isNoticed) this.#isContinued = false;
    else {
      db.delete(holders).run();
      if (before.length > 0) db.insert(holders).values(before).run();
    }
    this.#log = createSqliteLog(db);
    const isKnown = new Set(
      db
        .select({ uuid: jobs.uuid })
        .from(jobs)
        .all()
        .map(({ uuid }) => uuid),
    );
    for (const uuid of this.#open.keys()) if (!isKnown.has(uuid)) this.#open.delete(uuid);
    if (!isNoticed) this.#done = this.#done.filter(({ uuid }) => isKnown.has(uuid));
  }

  connect(node: Node): void {
    if (this.#service) node.process?.link.open(this.#service.hub);
  }

  /** Of something that nobody asks for. Its row may be the one that is left, or that nodes are compared by. */
  async purgeOther(mode: string): Promise<void> {
    if (!this.#service) return;
    const { uuid } = await this.#service.accept({ scope: "original", urls: ["/h.io/b.bmp"], mode }, caller);
    this.#open.set(uuid, { version: 0, mode: "" });
  }

  async purge(body: { readonly mode?: string }): Promise<void> {
    if (!this.#service) return;
    const version = ++this.origin.version;
    const { uuid } = await this.#service.accept(body, caller);
    this.#open.set(uuid, { version, mode: body.mode ?? "" });
  }

  ask(node: Node): void {
    const due = this.#done.filter(({ fromMs }) => fromMs <= this.time.clock.monotonicMs());
    const { books } = this;
    node.ask(
      (version) => {
        books.answers++;
        const need = Math.max(0, ...due.map((job) => (this.#done.includes(job) ? job.version : 0)));
        if (version < need) books.violations.push(`answered version ${version} after ${need} was DONE`);
      },
      (error) => books.violations.push(String(error)),
    );
  }

  pass(ms: number): void {
    this.time.pass(ms, () => {
      for (const { process } of this.nodes) process?.follower.beat();
    });
  }

  /** Lets promises run, settles jobs, and notes which are DONE: to be called after every step. */
  async breathe(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((next) => setImmediate(next));
    await this.#service?.settler.settle();
    for (const { process } of this.nodes) await process?.audit();
    for (const [uuid, { version, mode }] of this.#open) {
      const job = await this.#log.get("doc", uuid);
      if (job?.status !== "DONE") continue;
      if (mode === "erase") await this.#checkErased(job, version);
      this.#open.delete(uuid);
      this.books.jobsDone++;
      const windowMs = mode === "soft" ? softWindowMs : 0;
      this.#done.push({ uuid, version, fromMs: this.time.clock.monotonicMs() + windowMs });
    }
  }

  /** Nodes that acknowledged keep no bytes from before the job; a node that lapsed erases when it comes back. */
  async #checkErased(job: Job, version: number): Promise<void> {
    const view = await this.#service?.settler.view(job);
    for (const { node: name, state } of view?.nodes ?? []) {
      const node = this.nodes.find((one) => one.name === name);
      if (state !== "acked" || !node) continue;
      for (let old = 0; old < version; old++) {
        if (await node.keeps(old))
          this.books.violations.push(`${name} keeps version ${old} after its erasure`);
      }
    }
  }

  /** All faults end; after a while everything that was accepted must be DONE, and everything asked for answered. */
  async heal(): Promise<void> {
    this.startLog();
    for (const node of this.nodes) {
      node.boot();
      if (node.process) node.process.link.isCut = false;
    }
    for (let second = 0; second < 20; second++) {
      for (const node of this.nodes) {
        this.connect(node);
        await this.#deliverAll(node);
      }
      this.pass(1_000);
      await this.breathe();
    }
  }

  async #deliverAll({ process }: Node): Promise<void> {
    if (!process) return;
    for (let at = 0; at < 50; at++) {
      await process.link.deliver("up");
      await process.link.deliver("down");
    }
    for (const fetch of process.fetches) this.origin.read(fetch);
    while (process.fetches.length > 0) this.origin.land(process.fetches, 0);
  }

  close(): void {
    this.#database.close();
    this.#folder?.remove();
  }
}
