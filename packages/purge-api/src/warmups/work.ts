import type { Clock, Warmed } from "@freshet/core";
import type { AskNodes } from "../nodes/ask-nodes.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import type { BatchResults, WarmupBatch, WarmupStore } from "./warmup.ts";

/** Pictures that every node is asked for at once; it has a few of them under way, and those below real requests. */
const batchSize = 16;

/** What a node has not begun by then has failed. */
const batchMs = 60_000;
/** For the last of a batch to end. */
const spareMs = 40_000;

/** A node that holds a lease may be about to come back to a purge-api that was restarted. */
const attempts = 3;
const retryMs = 1_500;

/** Done ones are kept for as long as Cloudimage tells of them. */
const keptMs = 5 * 24 * 3_600_000;

/**
 * Works off warm-ups, the oldest first, a batch at a time: every node that holds a lease makes every picture, since each
 * has a cache of its own, and any of them may be asked for it. While there is no node, they wait.
 *
 * What was under way when the process ended is asked for again: then it is there already.
 *
 * @param isStopping whether no further batch is to be begun
 * @returns a function that asks for it, to be called for each new one and now and then; it never rejects
 */
export function createWarmupWorker(deps: {
  clock: Clock;
  store: WarmupStore;
  askNodes: AskNodes;
  isStopping(): boolean;
  sleep(ms: number): Promise<void>;
  report(error: unknown): void;
}): () => Promise<void> {
  const { clock, store, askNodes, isStopping, sleep, report } = deps;

  async function work(): Promise<void> {
    while (!isStopping()) {
      const batch = await store.next(batchSize);
      if (!batch) break;
      const results = await ask(batch);
      if (results.size === 0) return;
      await store.note(batch, results, Math.round(clock.wallMs() * 1000));
    }
    await store.forget(Math.round((clock.wallMs() - keptMs) * 1000));
  }

  async function ask({ warmup: { token, accept }, lines }: WarmupBatch): Promise<BatchResults> {
    const urls = lines.map(({ url }) => url);
    const question = { kind: "warm", token, accept, urls, withinMs: batchMs } as const;
    const silent = urls.map((url): Warmed => ({ url, state: "failed", reason: "the server did not answer" }));
    const known = new Map<string, readonly Warmed[]>();
    for (let attempt = 1; ; attempt++) {
      const answers = await askNodes(question, batchMs + spareMs);
      for (const { node, answer } of answers) if (answer && !known.has(node)) known.set(node, answer);
      const missing = answers.filter(({ node }) => !known.has(node));
      if (missing.length === 0) return known;
      // It is asked for again when this service is back.
      if (isStopping()) return new Map();
      if (attempt === attempts)
        return new Map([...known, ...missing.map(({ node }) => [node, silent] as const)]);
      await sleep(retryMs);
    }
  }

  return oneAtATime(() => work().catch(report));
}
