import { defaultOptions, type Options } from "../plan/options.ts";
import type { QueryPair } from "../request/query.ts";
import { ops } from "./index.ts";
import type { Op } from "./op.ts";

/** What happened to a parameter that was not taken as it was. */
export interface Note {
  readonly parameter: string;
  readonly text: string;
}

export interface ReadOptions {
  readonly options: Options;
  /** Pairs that no operation knows. */
  readonly foreign: readonly QueryPair[];
  readonly notes: readonly Note[];
}

interface Spelling {
  readonly op: Op;
  /** 0 for the name itself, then its aliases: the smaller wins where several are given. */
  readonly rank: number;
}

const spellings: ReadonlyMap<string, Spelling> = new Map(
  ops.flatMap((op) => [op.name, ...op.aliases].map((spelling, rank) => [spelling, { op, rank }] as const)),
);

/**
 * Reads a query's operations leniently: a value that makes no sense is ignored, a number out of range is clamped, the
 * last of several wins, and `w` wins over `width` (rows 2, 3 and 5 of the reference's section 17).
 */
export function readOptions(pairs: readonly QueryPair[]): ReadOptions {
  const foreign: QueryPair[] = [];
  const notes: Note[] = [];
  const chosen = new Map<Op, { rank: number; options: Partial<Options> }>();
  for (const pair of pairs) {
    const spelling = spellings.get(pair.name);
    if (!spelling) {
      foreign.push(pair);
      continue;
    }
    const reading = spelling.op.read(pair.value);
    if ("problem" in reading) {
      notes.push({ parameter: pair.name, text: `ignored: ${reading.problem}` });
      continue;
    }
    if (reading.note) notes.push({ parameter: pair.name, text: reading.note });
    const rival = chosen.get(spelling.op);
    if (!rival || spelling.rank <= rival.rank)
      chosen.set(spelling.op, { rank: spelling.rank, options: reading.value });
  }
  const options = Object.assign(
    {},
    defaultOptions,
    ...[...chosen.values()].map((choice) => choice.options),
  ) as Options;
  return { options, foreign, notes };
}
