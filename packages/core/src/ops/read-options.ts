import { limits } from "../limits.ts";
import { defaultOptions, type MarkOptions, type Options } from "../plan/options.ts";
import { decodeText, type QueryPair } from "../request/query.ts";
import { ops } from "./index.ts";
import { makeNote, type Note } from "./note.ts";
import type { Op } from "./op.ts";

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

/** What was said last, and in the best spelling, about each operation. */
type Choices = Map<Op, { readonly rank: number; readonly options: Partial<Options> }>;

const spellings: ReadonlyMap<string, Spelling> = new Map(
  ops.flatMap((op) => [op.name, ...op.aliases].map((spelling, rank) => [spelling, { op, rank }] as const)),
);

/**
 * Reads a query's operations leniently: a value that makes no sense is ignored, a number out of range is clamped, the
 * last of several wins, and `w` wins over `width` (rows 2, 3 and 5 of the reference's section 17). Every word about it
 * is in the notes, which are what strict mode refuses.
 */
export function readOptions(pairs: readonly QueryPair[]): ReadOptions {
  const foreign: QueryPair[] = [];
  const notes: Note[] = [];
  const common: Choices = new Map();
  const byIndex = new Map<number, Choices>();
  for (const pair of pairs) {
    const found = findSpelling(pair.name);
    if (!found) {
      foreign.push(pair);
      continue;
    }
    const { op, rank, index } = found;
    const value = valueFor(op, pair);
    const reading = op.read(value);
    const note = makeNote(pair.name, value, op.accepts, reading);
    if (note) notes.push(note);
    if ("problem" in reading) continue;
    const choices = index === null ? common : (byIndex.get(index) ?? new Map());
    if (index !== null) byIndex.set(index, choices);
    const rival = choices.get(op);
    if (!rival || rank <= rival.rank) choices.set(op, { rank, options: reading.value });
  }
  const options = { ...defaultOptions, ...merge(common), marks: readMarks(byIndex, notes) };
  return { options, foreign, notes };
}

function findSpelling(name: string): (Spelling & { readonly index: number | null }) | null {
  const plain = spellings.get(name);
  if (plain) return { ...plain, index: null };
  const [, base = "", index] = /^([a-z_]+)\[(\d{1,6})\]$/.exec(name) ?? [];
  const indexed = spellings.get(base);
  return indexed?.op.indexed ? { ...indexed, index: Number(index) } : null;
}

/** What was sent as `+` and as `%2B` is only told apart before decoding. */
function valueFor(op: Op, { value, raw }: QueryPair): string {
  if (!op.plusIsSpace || !raw.includes("+")) return value;
  return decodeText(raw.slice(raw.indexOf("=") + 1).replaceAll("+", " "));
}

/** In the order of the registry, so that the order in the URL does not matter where two operations set one option. */
function merge(choices: Choices): Partial<Options> {
  const ordered = [...choices].sort(([a], [b]) => ops.indexOf(a) - ops.indexOf(b));
  return Object.assign({}, ...ordered.map(([, { options }]) => options));
}

function readMarks(byIndex: ReadonlyMap<number, Choices>, notes: Note[]): Partial<MarkOptions>[] {
  const rising = [...byIndex].sort(([a], [b]) => a - b).map(([, choices]) => merge(choices));
  if (rising.length > limits.watermarks) {
    const refusal = `expected at most ${limits.watermarks} watermarks`;
    notes.push({
      parameter: "wat_…[i]",
      text: `those after the first ${limits.watermarks} ignored`,
      refusal,
    });
  }
  return rising.slice(0, limits.watermarks);
}
