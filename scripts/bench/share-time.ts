import type { Question, Run } from "./questions.ts";

export interface Share {
  readonly question: Question;
  /** `null`: there is no time for it. */
  readonly run: Run | null;
}

/**
 * Shares out the time that there is: first each gets its short way, in order, as long as there is time; what is left
 * makes the first of them long.
 */
export function shareTime(questions: readonly Question[], seconds: number): Share[] {
  let left = seconds;
  const take = (run: Run, instead = 0) => {
    const more = run.seconds - instead;
    if (more > left) return null;
    left -= more;
    return run;
  };
  const shares = questions.map((question) => ({ question, run: take(question.quick ?? question.full) }));
  return shares.map(({ question, run }) => {
    const { quick, full } = question;
    return { question, run: run && run === quick ? (take(full, quick.seconds) ?? quick) : run };
  });
}
