import { atMost, type Clock, type LogRow, type Rewarmed, type Warmed } from "@freshet/core";
import type { Job, NodeRewarm } from "../log/log.ts";
import type { AskNodes } from "../nodes/ask-nodes.ts";

/** Pictures that are made again after a purge, as those see it who decide when a job is DONE. */
export interface Rewarms {
  /**
   * To be called when no server answers with old bytes any more. The first call begins it, the others ask.
   * @returns whether it is over
   */
  run(job: Job): boolean;
  /** `null` as long as it is not over, for a job that asks for none, and if there was no time for it. */
  view(job: Job): Job["rewarmed"];
  /** To be called when the job has ended. If it is started again, so is this. */
  forget(job: Job): void;
}

/** For a service that asks no servers. */
export const noRewarms: Rewarms = { run: () => true, view: () => null, forget: () => {} };

interface Run {
  isOver: boolean;
  rewarmed: Job["rewarmed"];
}

/** Jobs whose pictures are made at the same time: each costs every server a look at everything that it counts. */
const atOnce = 4;

/** Of the time that there is, a node has so much for its pictures, and so much until its answer must be here. */
const shareOfPictures = 0.9;
const shareOfAnswers = 0.95;

/** Pictures that are named for each node, in the job's row: enough to see what is wrong. */
const namedPictures = 20;

/**
 * Has each server make again what is asked for most of what a job purged. What that is they know from their own counts,
 * of which a purge takes nothing away. Nothing here can put old bytes anywhere: a server makes them as for any request.
 *
 * Nothing of it is stored before the job ends: it stays open, so that after a restart it begins anew.
 *
 * @param withinMs from the first call of `run` on; whatever has not been answered by then is not waited for
 * @param rowsOf the job's rows of the log
 * @param onProgress called whenever `run` would answer something else
 */
export function createRewarms(deps: {
  clock: Clock;
  askNodes: AskNodes;
  withinMs: number;
  rowsOf(job: Job): Promise<readonly LogRow[]>;
  sleep(ms: number): Promise<void>;
  onProgress(): void;
  report(error: unknown): void;
}): Rewarms {
  const { clock, askNodes, withinMs, rowsOf, sleep, onProgress, report } = deps;
  const runs = new Map<string, Run>();
  const inLine = atMost(atOnce);

  async function ask(job: Job, beganMs: number): Promise<Job["rewarmed"]> {
    const leftMs = (share: number) => Math.round(beganMs + withinMs * share - clock.monotonicMs());
    if (leftMs(shareOfPictures) <= 0) return null;
    const rows = await rowsOf(job);
    const targets = rows.map(({ token, kind, pattern }) => ({ token, kind, pattern }));
    const picturesMs = Math.max(0, leftMs(shareOfPictures));
    const answersMs = Math.max(0, leftMs(shareOfAnswers));
    const question = { kind: "rewarm", targets, count: job.rewarm, withinMs: picturesMs } as const;
    const answers = await askNodes(question, answersMs);
    return answers.map(({ node, answer }) => (answer ? answered(node, answer) : silent(node, answersMs)));
  }

  async function begin(job: Job, run: Run): Promise<void> {
    const beganMs = clock.monotonicMs();
    const asking = inLine(() => ask(job, beganMs)).catch((error) => {
      report(error);
      return null;
    });
    // Jobs before it, and the database, which says who the nodes are, may take their time.
    run.rewarmed = await Promise.race([asking, sleep(withinMs).then(() => null)]);
    run.isOver = true;
    onProgress();
  }

  const keyOf = ({ uuid, seqTo }: Job) => `${seqTo} ${uuid}`;

  return {
    run(job) {
      if (job.rewarm === 0) return true;
      const known = runs.get(keyOf(job));
      if (known) return known.isOver;
      const run = { isOver: false, rewarmed: null };
      runs.set(keyOf(job), run);
      void begin(job, run);
      return false;
    },
    view: (job) => runs.get(keyOf(job))?.rewarmed ?? null,
    forget: (job) => void runs.delete(keyOf(job)),
  };
}

function answered(node: string, { pictures, durationMs }: Rewarmed): NodeRewarm {
  const count = (wanted: Warmed["state"]) => pictures.filter(({ state }) => state === wanted).length;
  const failed = pictures.filter(({ state }) => state === "failed");
  const ready = pictures.filter(({ state }) => state !== "failed");
  return {
    node,
    ...{ rendered: count("rendered"), there: count("there"), failed: failed.length },
    pictures: [...failed, ...ready].slice(0, namedPictures),
    problem: null,
    durationMs,
  };
}

function silent(node: string, durationMs: number): NodeRewarm {
  const nothing = { rendered: 0, there: 0, failed: 0, pictures: [] };
  return { node, ...nothing, problem: "it did not answer in time", durationMs };
}
