import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { StoredFile } from "../cache/store.ts";
import { type HandedOver, handOver } from "./hand-over.ts";
import type { JobCall, JobEnd, JobReply } from "./job.ts";
import { JobError } from "./job-error.ts";

export interface ChildOptions {
  /** What one job may take, waiting and the start of a child not counted; then its child is killed. */
  readonly jobMs: number;
  /** Resident memory that a child may take for a job; looked at every 50 ms where the system tells it (Linux). */
  readonly jobBytes: number;
  /** What a child may keep of files, and of what was made of them, for the next job. */
  readonly keepBytes: number;
  /** Where in the cache a file lies that may be kept, by its name: the child reads it there, if it can. */
  find?(name: string): Promise<StoredFile | null>;
}

export interface ChildJob {
  readonly name: string;
  readonly input: unknown;
  readonly files: readonly Uint8Array[];
  /** Name of the first file, if the child may keep it: one that it keeps is not sent again. */
  readonly keep: string | null;
}

/** A process that does one job after the other. */
export interface Child {
  readonly pid: number;
  /** Resident memory; 0 where the system does not tell. */
  bytes(): number;
  /** The part of it that is not shared with other processes. */
  ownBytes(): number;
  /** To be called when the one before has ended. @throws JobError `late`, `memory`, `crashed` or `killed`: it has gone then */
  perform(job: ChildJob): Promise<JobEnd>;
  /** Whether it keeps a file of that name. */
  keeps(name: string): boolean;
  /** Kills it; what it is doing fails with this error. */
  end(error: JobError): void;
}

/** A job that a child is at. */
interface Current extends Omit<PromiseWithResolvers<JobEnd>, "promise"> {
  /** With all files as they are, since one could not be read in the cache. */
  sendAgain(): void;
}

const lookEveryMs = 50;
/** From its start until a child listens: 150 ms, or seconds on a machine that is short of everything. */
const startMs = 20_000;

/** Signals that somebody sends; all others a process earns by what it does. */
const sentSignals: readonly string[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/**
 * Starts a child. It knows nothing of this process's environment, in which there are keys, and keeps this process alive
 * only while it does a job.
 *
 * @param command starts a program that calls `answerJobs`
 * @param onEnd called once, when it has ended for whatever reason
 */
export function openChild(command: readonly string[], options: ChildOptions, onEnd: () => void): Child {
  const ready = Promise.withResolvers<void>();
  let current: Current | null = null;
  let hasEnded = false;
  let kept: ReadonlySet<string> = new Set();
  const child = Bun.spawn([...command], {
    env: childEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
    serialization: "advanced",
    ipc: hear,
    onExit: ({ signalCode }, code) => end(deathOf(code, signalCode)),
  });
  child.unref();
  giveWay(child.pid);

  function hear(reply: JobReply): void {
    if (reply.kind === "ready") ready.resolve();
    else if (reply.kind === "missing") current?.sendAgain();
    else {
      kept = new Set(reply.kept);
      current?.resolve(reply.end);
    }
  }

  function end(error: JobError): void {
    if (hasEnded) return;
    hasEnded = true;
    child.kill("SIGKILL");
    current?.reject(error);
    ready.resolve();
    onEnd();
  }

  /** @param mayFind whether the first file may be read in the cache */
  async function send(job: ChildJob, handed: HandedOver[], mayFind: boolean): Promise<void> {
    const { name, input, keep } = job;
    const find = mayFind && keep !== null ? () => options.find?.(keep) : undefined;
    try {
      const isKept = keep !== null && kept.has(keep);
      const files: JobCall["files"][number][] = [];
      for (const [at, bytes] of job.files.entries()) {
        if (hasEnded) return;
        if (at === 0 && isKept) files.push(null);
        else {
          const one = await handOver(bytes, at === 0 ? find : undefined);
          handed.push(one);
          files.push(one.given);
        }
      }
      if (hasEnded) return;
      child.send({ name, input, files, keep, keepBytes: options.keepBytes } satisfies JobCall);
    } catch (error) {
      // An input that cannot be cloned; the end of a child is heard of by itself.
      if (!hasEnded) current?.resolve({ kind: "failed", message: String(error) });
    }
  }

  return {
    pid: child.pid,
    bytes: () => memoryOf(child.pid).resident,
    ownBytes: () => memoryOf(child.pid).own,
    keeps: (name) => kept.has(name),
    end,
    async perform(job) {
      child.ref();
      const { promise, ...rest } = Promise.withResolvers<JobEnd>();
      const handed: HandedOver[] = [];
      let sending: Promise<void> | null = null;
      current = {
        ...rest,
        sendAgain() {
          sending = send(job, handed, false);
        },
      };
      const starting = setTimeout(() => end(new JobError("killed", "it did not start")), startMs);
      await ready.promise;
      clearTimeout(starting);
      const unwatch = watch(child.pid, job.name, options, end);
      if (!hasEnded) sending = send(job, handed, true);
      try {
        return await promise;
      } finally {
        await sending;
        for (const { release } of handed) release();
        unwatch();
        current = null;
        child.unref();
      }
    },
  };
}

/** Ends a child over a job that takes too much. @returns what ends the watching */
function watch(pid: number, job: string, { jobMs, jobBytes }: ChildOptions, end: Child["end"]): () => void {
  const late = setTimeout(() => end(new JobError("late", `${job} took over ${jobMs} ms`)), jobMs);
  const look = setInterval(() => {
    if (memoryOf(pid).resident <= jobBytes) return;
    end(new JobError("memory", `${job} took over ${jobBytes} bytes of memory`));
  }, lookEveryMs);
  return () => {
    clearTimeout(late);
    clearInterval(look);
  };
}

function deathOf(code: number | null, signal: number | string | null): JobError {
  const reason = signal !== null && sentSignals.includes(String(signal)) ? "killed" : "crashed";
  return new JobError(reason, `the process ended by ${signal ?? `exit code ${code}`}`);
}

/** What a program needs to run, and nothing that is secret. */
function childEnvironment(): Record<string, string> {
  const needed = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH"];
  const kept = needed.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    // Each picture takes and frees megabytes: to give them back to the system in between, and get them anew, costs up to a
    // third of the picture's time (docs/measurements.md). The pool sees to it that not too much is held.
    MIMALLOC_PURGE_DELAY: "-1",
    // It ends with its parent, also when it is in the middle of something; and it tells nobody of its end.
    BUN_FEATURE_FLAG_NO_ORPHANS: "1",
    BUN_ENABLE_CRASH_REPORTING: "0",
    DO_NOT_TRACK: "1",
  };
}

function memoryOf(pid: number): { readonly resident: number; readonly own: number } {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ").map(Number);
    return { resident: resident * pageBytes, own: (resident - shared) * pageBytes };
  } catch {
    return { resident: 0, own: 0 };
  }
}

/**
 * Making pictures may wait for a moment of the processor; answering with those that there are may not. With 5, a hit waits
 * some milliseconds longer while pictures are made (`bun bench/overload.ts`); with 19, a machine that has other work to do
 * would hardly make pictures any more.
 */
function giveWay(pid: number): void {
  try {
    setPriority(pid, 8);
  } catch {
    // It has ended already, or the system does not let us.
  }
}

/** The smallest that Linux has; on processors with larger ones children are ended later. */
const pageBytes = 4096;
