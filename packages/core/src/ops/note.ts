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
  const given = `${JSON.stringify(value.slice(0, 80))} given`;
  if ("problem" in reading) {
    return { parameter, text: `ignored: ${reading.problem}`, refusal: `${given}, ${reading.problem}` };
  }
  if (!reading.note) return null;
  const refusal = `${given}, expected ${accepts} (without strict mode: ${reading.note})`;
  return { parameter, text: reading.note, refusal };
}
