import type { Answer, AnswerTo, LogMessage, Question } from "@freshet/core";

/** Questions to one node over its connection, and who waits for the answers. */
export interface Questions {
  /**
   * @returns `null` if no answer came in time, or the connection ended
   * @throws Error, in the promise, with what the node says if it cannot answer
   */
  ask<K extends Question["kind"]>(question: KindOf<K>, withinMs: number): Promise<AnswerTo[K] | null>;
  answered(ask: number, answer: Answer): void;
  closed(): void;
}

export type KindOf<K extends Question["kind"]> = Extract<Question, { kind: K }>;

/**
 * What an answer says to a question; `null` if it is none.
 * @throws Error with what the node says if it cannot answer
 */
export function answerIn<K extends Question["kind"]>(
  question: KindOf<K>,
  answer: Answer | null,
): AnswerTo[K] | null {
  if (answer?.kind === "failed") throw new Error(`a node could not answer: ${answer.reason}`);
  // A node that answers something else than it was asked has not answered.
  return answer?.kind === question.kind ? (answer.answer as AnswerTo[K]) : null;
}

/** @param send to the node */
export function createQuestions(send: (message: LogMessage) => void): Questions {
  const waiting = new Map<number, (answer: Answer | null) => void>();
  let last = 0;

  return {
    async ask(question, withinMs) {
      last++;
      const ask = last;
      const { promise, resolve } = Promise.withResolvers<Answer | null>();
      const timer = setTimeout(() => resolve(null), withinMs);
      waiting.set(ask, resolve);
      try {
        send({ type: "ask", ask, question });
        const answer = await promise;
        return answerIn(question, answer);
      } finally {
        clearTimeout(timer);
        waiting.delete(ask);
      }
    },
    answered: (ask, answer) => waiting.get(ask)?.(answer),
    closed() {
      for (const resolve of waiting.values()) resolve(null);
    },
  };
}
