import { makeNote, type Note } from "../../ops/note.ts";

/** A word about a part of a v6 URL that was not taken, or not all of it. */
export function ignored(parameter: string, value: string, expected: string): Note {
  return makeNote(parameter, value, expected, { problem: `expected ${expected}` }) as Note;
}
