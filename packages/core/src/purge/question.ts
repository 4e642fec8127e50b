import { checkTarget, type PurgeTarget } from "./target.ts";

/*
 * What purge-api asks a node over its connection, beside the purge log: nothing that DONE depends on. A node answers
 * in its own time; who asks says how long it waits.
 */

/**
 * - `touched`: what a purge of these would reach on this node
 */
export type Question = {
  readonly kind: "touched";
  readonly targets: readonly PurgeTarget[];
  /** Originals and URLs that are named, at most. */
  readonly sample: number;
};

/** What a purge would reach on one node. */
export interface Touched {
  /** Names the folder that was counted: nodes may share one. */
  readonly folder: string;
  /** Originals that the node knows, under whatever version. */
  readonly originals: number;
  /** Finished pictures on its disk. */
  readonly variants: number;
  /** Of both, on its disk. */
  readonly bytes: number;
  /** There is more than was counted: counting ended when its time was over. */
  readonly atLeast: boolean;
  readonly sample: {
    /** Keys of originals. */
    readonly originals: readonly string[];
    /** Pictures, as paths of v7. */
    readonly urls: readonly string[];
  };
}

/** The answer to each kind of question. */
export interface AnswerTo {
  readonly touched: Touched;
}

export type Answer =
  | { readonly [K in keyof AnswerTo]: { readonly kind: K; readonly answer: AnswerTo[K] } }[keyof AnswerTo]
  /** It could not be answered. */
  | { readonly kind: "failed"; readonly reason: string };

/** @throws TypeError for what is no question */
export function checkQuestion(value: unknown): Question {
  const question = value as Question;
  switch (question?.kind) {
    case "touched":
      check(Array.isArray(question.targets) && isCount(question.sample));
      for (const target of question.targets) checkTarget(target);
      return question;
    default:
      throw new TypeError("not a question to a node");
  }
}

/** @throws TypeError for what is no answer */
export function checkAnswer(value: unknown): Answer {
  const answer = value as Answer;
  switch (answer?.kind) {
    case "touched": {
      const { originals, variants, bytes, atLeast, sample } = answer.answer ?? {};
      check([originals, variants, bytes].every(isCount) && typeof atLeast === "boolean");
      check(typeof answer.answer.folder === "string");
      check([sample?.originals, sample?.urls].every(isTextList));
      return answer;
    }
    case "failed":
      check(typeof answer.reason === "string");
      return answer;
    default:
      throw new TypeError("not an answer of a node");
  }
}

function check(holds: boolean): void {
  if (!holds) throw new TypeError("a question or an answer with wrong members");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
