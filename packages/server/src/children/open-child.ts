import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { type HandedOver, handOver } from "./hand-over.ts";
import type { JobCall, JobEnd, JobReply } from "./job.ts";
import { JobError } from "./job-error.ts";

export interface ChildLimits {
  /** What one job may take, waiting and the start of a child not counted; then its child is killed. */
  readonly jobMs: number;
  /** Resident memory that a child may take for a job; looked at every 50 ms where the system tells it (Linux). */
  readonly jobBytes: number;
  /** What a child may keep of files, and of what was made of them, for the next job. */
  readonly keepBytes: number;
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
export function openChild(command: readonly string[], limits: ChildLimits, onEnd: () => void): Child {
  const ready = Promise.withResolvers<void>();
  let current: PromiseWithResolvers<JobEnd> | null = null;
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

  async function send({ name, input, files, keep }: ChildJob, handed: HandedOver[]): Promise<void> {
    try {
      const isKept = keep !== null && kept.has(keep);
      const given: JobCall["files"][number][] = [];
      for (const [at, bytes] of files.entries()) {
        if (hasEnded) return;
        if (at === 0 && isKept) given.push(null);
        else {
          const one = await handOver(bytes);
          handed.push(one);
          given.push(one.given);
        }
      }
      if (hasEnded) return;
      const { keepBytes } = limits;
      child.send({ name, input, files: given, keep, keepBytes } satisfies JobCall);
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
      current = { promise, ...rest };
      const handed: HandedOver[] = [];
      const starting = setTimeout(() => end(new JobError("killed", "it did not start")), startMs);
      await ready.promise;
      clearTimeout(starting);
      const late = setTimeout(
        () => end(new JobError("late", `${job.name} took over ${limits.jobMs} ms`)),
        limits.jobMs,
      );
      const look = setInterval(() => {
        if (memoryOf(child.pid).resident <= limits.jobBytes) return;
        end(new JobError("memory", `${job.name} took over ${limits.jobBytes} bytes of memory`));
      }, lookEveryMs);
      const sending = hasEnded ? null : send(job, handed);
      try {
        return await promise;
      } finally {
        await sending;
        for (const { release } of handed) release();
        clearTimeout(late);
        clearInterval(look);
        current = null;
        child.unref();
      }
    },
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
