import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Note } from "../ops/note.ts";

/**
 * Strict mode: what would be ignored or changed is an error instead.
 * @throws FreshetError `bad_parameters` naming each parameter, what was wrong with it, and what is allowed
 */
export function refuseNotes(notes: readonly Note[]): void {
  if (notes.length === 0) return;
  const listed = notes.slice(0, limits.listedProblems);
  const lines = listed.map(({ parameter, refusal }) => `${parameter}: ${refusal}`);
  if (notes.length > listed.length) lines.push(`and ${notes.length - listed.length} more`);
  throw new FreshetError("bad_parameters", lines.join("; "));
}
