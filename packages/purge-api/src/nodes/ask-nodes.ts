import type { AnswerTo, Question } from "@freshet/core";
import type { Hub } from "./hub.ts";
import type { Membership } from "./membership.ts";
import type { KindOf } from "./questions.ts";
import type { Relay } from "./relay.ts";

/** What one node answered; `null` if it did not in time. */
export interface NodeAnswer<K extends Question["kind"]> {
  readonly node: string;
  readonly answer: AnswerTo[K] | null;
}

/** Asks everybody who may be answering from a cache: one entry for each process that holds a lease. */
export type AskNodes = <K extends Question["kind"]>(
  question: KindOf<K>,
  withinMs: number,
) => Promise<readonly NodeAnswer<K>[]>;

/**
 * Takes care as well that others who cannot reach the nodes of this process get their answers.
 * @param report told why a node could not answer; it is then one that did not
 */
export function createAskNodes(deps: {
  membership: Pick<Membership, "list">;
  hub: Pick<Hub, "ask" | "isConnected">;
  relay: Relay;
  report(error: unknown): void;
}): AskNodes {
  const { membership, hub, relay, report } = deps;
  relay.serve(hub);
  return async (question, withinMs) => {
    const serving = (await membership.list()).filter(({ state }) => state === "serving");
    return Promise.all(
      serving.map(async ({ node, boot }) => {
        const { ask } = hub.isConnected(boot) ? hub : relay;
        const answer = await ask(boot, question, withinMs).catch((error) => {
          report(error);
          return null;
        });
        return { node, answer };
      }),
    );
  };
}
