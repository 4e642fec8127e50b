import { limits } from "../limits.ts";
import { freshOptions, type MarkOptions, type Options } from "../plan/options.ts";
import { decodeText, type QueryPair } from "../request/query.ts";
import { ops } from "./index.ts";
import { makeNote, type Note } from "./note.ts";
import type { Op } from "./op.ts";

/** What one query says. */
export interface SaidOptions {
  readonly options: Partial<Options>;
  /** What indexed parameters say, by index. */
  readonly marks: ReadonlyMap<number, Partial<MarkOptions>>;
  /** Pairs that no operation knows. */
  readonly foreign: readonly QueryPair[];
  readonly notes: readonly Note[];
}

interface Spelling {
  readonly op: Op;
  /** Position in the registry. */
  readonly at: number;
  /** 0 for the name itself, then its aliases: the smaller wins where several are given. */
  readonly rank: number;
  /** Which of several watermarks is meant; `null` = all. */
  readonly index: number | null;
}

/** What was said last, and in the best spelling, about each operation. */
type Choices = Map<Op, Choice>;

interface Choice {
  readonly at: number;
  readonly rank: number;
  readonly options: Partial<Options>;
}

const spellings: ReadonlyMap<string, Spelling> = new Map(
  ops.flatMap((op, at) =>
    [op.name, ...op.aliases].map((spelling, rank) => [spelling, { op, at, rank, index: null }] as const),
  ),
);

const noMarks: SaidOptions["marks"] = new Map();

/**
 * Reads a query's operations leniently: a value that makes no sense is ignored, a number out of range is clamped, the
 * last of several wins, and `w` wins over `width` (rows 2, 3 and 5 of the reference's section 17). Every word about it
 * is in the notes, which are what strict mode refuses.
 */
export function readOptions(pairs: readonly QueryPair[]): SaidOptions {
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
    const { op, at, rank, index } = found;
    const value = valueFor(op, pair);
    const reading = op.read(value);
    const note = makeNote(pair.name, value, op.accepts, reading);
    if (note) notes.push(note);
    if ("problem" in reading) continue;
    const choices = index === null ? common : (byIndex.get(index) ?? new Map());
    if (index !== null) byIndex.set(index, choices);
    const rival = choices.get(op);
    if (!rival || rank <= rival.rank) choices.set(op, { at, rank, options: reading.value });
  }
  const marks =
    byIndex.size === 0 ? noMarks : new Map([...byIndex].map(([index, choices]) => [index, merge(choices)]));
  return { options: merge(common), marks, foreign, notes };
}

/**
 * What several queries say together: where two say the same thing, the later counts. What nobody says has its default.
 * @param notes takes a word about what is left out
 */
export function layOptions(layers: readonly SaidOptions[], notes: Note[]): Options {
  const marks = new Map<number, Partial<MarkOptions>>();
  const laid = freshOptions();
  for (const layer of layers) {
    Object.assign(laid, layer.options);
    for (const [index, mark] of layer.marks) marks.set(index, { ...marks.get(index), ...mark });
  }
  return marks.size === 0 ? laid : { ...laid, marks: inOrder(marks, notes) };
}

function findSpelling(name: string): Spelling | null {
  const plain = spellings.get(name);
  if (plain) return plain;
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
  const merged: Partial<Options> = {};
  for (const { options } of inRegistryOrder(choices)) Object.assign(merged, options);
  return merged;
}

/** Most URLs keep to it: sorting what is sorted takes longer than looking. */
function inRegistryOrder(choices: Choices): Iterable<Choice> {
  let last = -1;
  for (const { at } of choices.values()) {
    if (at < last) return [...choices.values()].sort((a, b) => a.at - b.at);
    last = at;
  }
  return choices.values();
}

function inOrder(marks: ReadonlyMap<number, Partial<MarkOptions>>, notes: Note[]): Partial<MarkOptions>[] {
  const rising = [...marks].sort(([a], [b]) => a - b).map(([, mark]) => mark);
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
