import type { Reading } from "./readers.ts";

/** What happened to a parameter that was not taken as it was. */
export interface Note {
  readonly parameter: string;
  /** What was done with it. */
  readonly text: string;
  /** The same as strict mode says it: what was wrong and what is allowed. */
  readonly refusal: string;
}

/** @returns `null` if the value was taken as it was */
export function makeNote(
  parameter: string,
  value: string,
  accepts: string,
  reading: Reading<unknown>,
): Note | null {
  const problem = "problem" in reading ? reading.problem : null;
  const change = "problem" in reading ? undefined : reading.note;
  // Nearly every value: what follows takes time.
  if (problem === null && !change) return null;
  const given = `${JSON.stringify(value.slice(0, 80))} given`;
  if (problem !== null) return { parameter, text: `ignored: ${problem}`, refusal: `${given}, ${problem}` };
  const text = change as string;
  return { parameter, text, refusal: `${given}, expected ${accepts} (without strict mode: ${text})` };
}
