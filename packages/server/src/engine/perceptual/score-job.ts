import type { Pixels } from "../pixels.ts";
import { type Prepared, prepare, scoreAgainst } from "./ssimulacra2.ts";

/** Work for a worker thread: the reference's planes lie in memory that threads share. */
export function prepareScore(reference: Pixels): Prepared {
  return prepare(reference);
}

/** Work for a worker thread. */
export function scoreCandidate({ reference, candidate }: { reference: Prepared; candidate: Pixels }): number {
  return scoreAgainst(reference, candidate);
}
