import type { Answer, Question, Rewarmed, Touched, Warmed } from "@freshet/core";

/** What a node can be asked, by kind. */
export interface Answers {
  touched(question: Extract<Question, { kind: "touched" }>): Promise<Touched>;
  warm(question: Extract<Question, { kind: "warm" }>): Promise<readonly Warmed[]>;
  rewarm(question: Extract<Question, { kind: "rewarm" }>): Promise<Rewarmed>;
  /** Told of an error that is not the question's. */
  report(error: unknown): void;
}

/** Answers each question by its kind. It never rejects: who asked must hear something. */
export function createAnswer({
  touched,
  warm,
  rewarm,
  report,
}: Answers): (question: Question) => Promise<Answer> {
  return async (question) => {
    try {
      switch (question.kind) {
        case "touched":
          return { kind: "touched", answer: await touched(question) };
        case "warm":
          return { kind: "warm", answer: await warm(question) };
        case "rewarm":
          return { kind: "rewarm", answer: await rewarm(question) };
      }
    } catch (error) {
      report(error);
      return { kind: "failed", reason: "the error was written to the node's log" };
    }
  };
}
