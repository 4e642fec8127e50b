import {
  type ErasedReport,
  parseRequest,
  plainToken,
  requestKey,
  type Stamp,
} from "../../packages/core/src/index.ts";
import { openBooks } from "../../packages/server/src/cache/books.ts";
import { createErasures } from "../../packages/server/src/cache/erasures.ts";
import { createLineage } from "../../packages/server/src/cache/lineage.ts";
import { createMemoryStore } from "../../packages/server/src/cache/memory.ts";
import { createTieredStore, type TieredStore } from "../../packages/server/src/cache/tiered.ts";
import { createJudge } from "../../packages/server/src/origin/judge.ts";
import type { Pointer, PointerTable } from "../../packages/server/src/origin/pointer-table.ts";
import { createResolve, type Resolve } from "../../packages/server/src/origin/resolve.ts";
import { type Auditor, createAuditor } from "../../packages/server/src/purge/auditor.ts";
import { createEraser } from "../../packages/server/src/purge/eraser.ts";
import { createFollower, type Follower } from "../../packages/server/src/purge/follower.ts";
import { isLeftBehind } from "../../packages/server/src/purge/left-behind.ts";
import { type Lines, noLines } from "../../packages/server/src/purge/lines.ts";
import type { Erasing } from "../../packages/server/src/purge/owed-erasures.ts";
import { Link } from "./network.ts";
import { contentOf, type Fetch, type Origin, versionOf } from "./origin.ts";
import type { Time } from "./time.ts";

const request = parseRequest("/h.io/a.bmp?w=5", plainToken("doc"));

/** For how long nodes may answer with the old picture after a soft purge. */
export const softWindowMs = 2_000;

/** What the table of pointers keeps. */
interface Disk {
  readonly pointers: Map<string, Pointer>;
  newest: Required<Stamp> | null;
}

/** What lives as long as the process does. */
interface Process {
  readonly follower: Follower;
  readonly resolve: Resolve;
  readonly link: Link;
  readonly fetches: Fetch[];
  audit(): Promise<void>;
}

/** An image server without pixels: the real resolver and follower over a disk that outlives their process. */
export class Node {
  process: Process | null = null;
  /** What its auditor found. */
  readonly audits = { looks: 0, violations: 0 };
  #boots = 0;
  readonly #disk: Disk = { pointers: new Map(), newest: null };
  readonly #books = openBooks(":memory:");
  readonly #lineage = createLineage(this.#books);
  readonly #originals = storeThatLasts();
  #erased: { logId: string; report: ErasedReport }[] = [];
  readonly name: string;
  readonly #time: Time;
  readonly #origin: Origin;

  constructor(name: string, time: Time, origin: Origin) {
    this.name = name;
    this.#time = time;
    this.#origin = origin;
  }

  boot(): void {
    if (this.process) return;
    this.#boots++;
    const { clock, wait } = this.#time;
    const boot = `${this.name}-${this.#boots}`;
    const erasing = this.#erasing();
    let auditor: Auditor | null = null;
    const follower = createFollower({
      clock,
      node: this.name,
      boot,
      fence: "revalidate",
      softWindowMs,
      erasing,
      lines: linesOn(this.#disk),
      onRows: (...rows) => auditor?.add(...rows),
    });
    const fetches: Fetch[] = [];
    const resolve = createResolve({
      clock,
      wait,
      position: follower,
      table: tableOn(this.#disk),
      originals: this.#originals,
      lineage: this.#lineage,
      refreshSeconds: 0,
      staleIfErrorSeconds: 0,
      fetchOriginal: this.#origin.fetchInto(fetches),
    });
    const table = tableOn(this.#disk);
    const { judge } = createJudge({ clock, position: follower, table, refreshSeconds: 0 });
    auditor = createAuditor({
      ...{ table, judge, position: follower },
      isErased: erasing.record.isDone,
      isLeftBehind: (content) =>
        isLeftBehind({ lineage: this.#lineage, originals: this.#originals }, content),
      count: (isViolation) => {
        this.audits.looks++;
        if (isViolation) this.audits.violations++;
      },
    });
    const { audit } = auditor;
    this.process = { follower, resolve, link: new Link(follower), fetches, audit };
  }

  /** Bytes of a version that are on this node's disk. */
  async keeps(version: number): Promise<boolean> {
    return (await this.#originals.get(await contentOf(version))) !== null;
  }

  /** The real eraser; what it has done outlives the process. */
  #erasing(): Erasing {
    const originals = this.#originals;
    const variants = storeThatLasts();
    const table = { tagsOf: () => ["red"] };
    const erasures = createErasures(this.#books, this.#lineage);
    return {
      erase: createEraser({ lineage: this.#lineage, erasures, originals, variants, table }),
      record: {
        isDone: (logId, seq) => this.#erased.some((one) => one.logId === logId && one.report.seq >= seq),
        done: (logId, report) => void this.#erased.push({ logId, report }),
        reports: (logId) => this.#erased.filter((one) => one.logId === logId).map(({ report }) => report),
      },
      report(error) {
        throw error;
      },
    };
  }

  /** What was running is gone: its answers never reach anybody. */
  crash(): void {
    this.process?.link.drop();
    this.process = null;
  }

  /** @param onAnswer told of the version that a request which starts now is answered with */
  ask(onAnswer: (version: number) => void, onError: (error: unknown) => void): void {
    const { process } = this;
    process?.resolve(request, requestKey(request)).then(({ pointer }) => {
      if (this.process === process) onAnswer(versionOf(pointer));
    }, onError);
  }
}

/** A disk in memory, with nothing before it. */
function storeThatLasts(): TieredStore {
  const disk = createMemoryStore(1e6);
  return createTieredStore(createMemoryStore(0), {
    ...disk,
    touch() {},
    fileOf: (key) => ({ path: "", key }),
    get size() {
      return disk.size;
    },
  });
}

function tableOn(disk: Disk): PointerTable {
  return {
    get: (key, version) => disk.pointers.get(`${key}\n${version}`) ?? null,
    isCurrent: ({ name, pointer }) => disk.pointers.get(name) === pointer,
    set(key, version, pointer) {
      linesOn(disk).note(pointer.stamp);
      disk.pointers.set(`${key}\n${version}`, pointer);
    },
    lines: linesOn(disk),
    // All purges name the one original, but those of another one.
    sample: ({ kind, pattern }) =>
      [...disk.pointers.keys()].flatMap((key) => {
        const [originKey = "", version = ""] = key.split("\n");
        return kind === "original" && pattern !== originKey ? [] : [{ originKey, version }];
      }),
    countOrigins: async () => ({ count: disk.pointers.size, cut: false }),
    taggedOrigins: async () => ({ keys: [], more: 0, cut: false }),
    get size() {
      return disk.pointers.size;
    },
    newer: () => null,
    tagsOf: () => [],
    check() {},
    close() {},
  };
}

/** Of one process at a time. */
function linesOn(disk: Disk): Lines {
  return {
    ...noLines,
    newest: (line) => (line === undefined || line === disk.newest?.logId ? disk.newest : null),
    note({ job, ...stamp }) {
      if (job === undefined || (disk.newest?.logId === stamp.logId && disk.newest.seq >= stamp.seq)) return;
      disk.newest = { ...stamp, job };
    },
  };
}
