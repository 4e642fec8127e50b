import { checkTarget, type PurgeTarget } from "./target.ts";

/*
 * What purge-api asks a node over its connection, beside the purge log: nothing that DONE depends on. A node answers
 * in its own time; who asks says how long it waits.
 */

/**
 * - `touched`: what a purge of these would reach on this node
 * - `warm`: have these pictures ready
 * - `rewarm`: of the pictures that a purge of these reached, have those ready that are asked for most
 */
export type Question =
  | {
      readonly kind: "touched";
      readonly targets: readonly PurgeTarget[];
      /** Originals and URLs that are named, at most. */
      readonly sample: number;
    }
  | {
      readonly kind: "warm";
      readonly token: string;
      /** Paths of v7. */
      readonly urls: readonly string[];
      /** What they will be asked for with. */
      readonly accept: string;
      /** What has not begun by then is not begun any more. */
      readonly withinMs: number;
    }
  | {
      readonly kind: "rewarm";
      readonly targets: readonly PurgeTarget[];
      readonly count: number;
      /** The answer comes by then, whatever is ready. */
      readonly withinMs: number;
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

/** What became of one picture that was to be ready. */
export interface Warmed {
  readonly url: string;
  /** `there`: it was ready already. */
  readonly state: "rendered" | "there" | "failed";
  /** Why it failed; empty otherwise. */
  readonly reason: string;
}

/** What became of the pictures that are asked for most. */
export interface Rewarmed {
  /** What is asked for most comes first. */
  readonly pictures: readonly Warmed[];
  readonly durationMs: number;
}

/** The answer to each kind of question. */
export interface AnswerTo {
  readonly touched: Touched;
  /** One for each URL, in their order. */
  readonly warm: readonly Warmed[];
  readonly rewarm: Rewarmed;
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
    case "warm":
      check([question.token, question.accept].every(isText) && isTextList(question.urls));
      check(isCount(question.withinMs));
      return question;
    case "rewarm":
      check(Array.isArray(question.targets) && [question.count, question.withinMs].every(isCount));
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
      check(isText(answer.answer.folder));
      check([sample?.originals, sample?.urls].every(isTextList));
      return answer;
    }
    case "warm":
      check(Array.isArray(answer.answer) && answer.answer.every(isWarmed));
      return answer;
    case "rewarm": {
      const { pictures, durationMs } = answer.answer ?? {};
      check(isCount(durationMs) && Array.isArray(pictures) && pictures.every(isWarmed));
      return answer;
    }
    case "failed":
      check(isText(answer.reason));
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

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isWarmed(value: unknown): value is Warmed {
  const { url, state, reason } = (value ?? {}) as Partial<Warmed>;
  return isText(url) && isText(reason) && (state === "rendered" || state === "there" || state === "failed");
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
