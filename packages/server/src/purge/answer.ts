import type { Answer, Question, Touched } from "@freshet/core";

/** What a node can be asked, by kind. */
export interface Answers {
  touched(question: Extract<Question, { kind: "touched" }>): Promise<Touched>;
  /** Told of an error that is not the question's. */
  report(error: unknown): void;
}

/** Answers each question by its kind. It never rejects: who asked must hear something. */
export function createAnswer({ touched, report }: Answers): (question: Question) => Promise<Answer> {
  return async (question) => {
    try {
      return { kind: question.kind, answer: await touched(question) };
    } catch (error) {
      report(error);
      return { kind: "failed", reason: "the error was written to the node's log" };
    }
  };
}
