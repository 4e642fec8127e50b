import type { Question, Reach } from "./purges.ts";

interface Done extends Reach {
  readonly version: number;
  readonly atMs: number;
  /** Its rows went when an older copy of the log was put in place: what the log forgot, nobody can be held to. */
  isLost: boolean;
}

/** What was accepted, DONE and answered, and whether it fits together. */
export function createBooks() {
  const done: Done[] = [];
  const versionOf = new Map<string, number>();
  const violations: string[] = [];
  const counts = { answers: 0, jobs: 0, done: 0 };

  /** The newest version of a job that reaches what is asked for and was DONE before a moment, its grace included. */
  function needAt(startMs: number, question: Question): number {
    const counts = (job: Done) => job.atMs + job.graceMs < startMs && !job.isLost && job.covers(question);
    return done.reduce((need, job) => (job.version > need && counts(job) ? job.version : need), 0);
  }

  let latest = "";
  /** More than a few tell nothing new. */
  function violated(what: string): void {
    if (violations.length < 20) violations.push(`${what} (${latest || "no fault yet"})`);
  }

  return {
    counts,
    violations,
    /** Accepted, and neither DONE nor given up yet; by uuid. */
    open: new Map<string, number>(),
    /** Accepted, and not DONE long after the last fault. */
    lost: [] as string[],
    /** Names the fault that is going on, for the report. */
    note(fault: string): void {
      latest = `${fault} at ${Math.round(performance.now())} ms`;
    },
    done(version: number, { covers, graceMs }: Reach): void {
      counts.done++;
      done.push({ version, covers, graceMs, atMs: performance.now(), isLost: false });
      // Only the newest of each reach matters; and those before it, should it get lost.
      if (done.length > 2_000) done.splice(0, 1_000);
    },
    /** An older copy of the log knows only what was accepted up to a version. */
    forget(upTo: number): void {
      for (const job of done) if (job.version > upTo) job.isLost = true;
    },
    answer(node: string, question: Question, startMs: number, version: number, tag: string): void {
      counts.answers++;
      const need = needAt(startMs, question);
      if (version < need) violated(`${node} answered version ${version} after ${need} was DONE`);
      // The name of a picture is made of its bytes' hash: one name, one version, or pixels and headers contradict.
      const known = versionOf.get(tag);
      if (known !== undefined && known !== version) violated(`${tag} is both ${known} and ${version}`);
      versionOf.set(tag, version);
    },
  };
}

export type Books = ReturnType<typeof createBooks>;
