import type { Answer, LogMessage, NodeMessage, Question } from "@freshet/core";
import type { Wire } from "./follower.ts";

type Ask = Extract<LogMessage, { type: "ask" }>;

/** Answers questions on the connection that they came by: on another one nobody waits for it. */
export function createReply(answer: (question: Question) => Promise<Answer> = cannotAnswer) {
  return async ({ ask, question }: Ask, wire: Wire): Promise<void> => {
    const message: NodeMessage = { type: "answer", ask, answer: await answer(question) };
    wire.send(JSON.stringify(message));
  };
}

async function cannotAnswer(): Promise<Answer> {
  return { kind: "failed", reason: "this node answers no questions" };
}
