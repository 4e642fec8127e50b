import { timeText } from "../amounts.ts";
import type { Problem } from "../problem.ts";
import type { Texts } from "../texts/en.ts";

/** A problem in words; moments in the person's own time zone. */
export function problemText(problem: Problem, texts: Texts): string {
  return texts.problem(problem, (atMs) => timeText(new Date(atMs), texts));
}
