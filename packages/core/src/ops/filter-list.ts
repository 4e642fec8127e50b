import type { Options } from "../plan/options.ts";
import { filterOps } from "./filter-ops.ts";
import { defineOp, type Op } from "./op.ts";
import type { Reader, Reading } from "./readers.ts";

const byName: ReadonlyMap<string, Op> = new Map(
  filterOps.flatMap((op) => [op.name, ...op.aliases].map((name) => [name, op] as const)),
);

const accepts = `filters as name or name:value, separated by commas: ${[...byName.keys()].join(", ")}`;

interface Entry {
  readonly op: Op;
  readonly value: string;
}

/**
 * Commas stand between filters and within their values (`colorize:red,0.5`): a part that names no filter continues the
 * value before it, and so does one without which that value cannot be read (`duotone:black,grey`).
 */
function splitEntries(raw: string): { entries: Entry[]; stray: boolean } {
  const entries: Entry[] = [];
  let stray = false;
  for (const part of raw.split(",").map((text) => text.trim())) {
    const colon = part.indexOf(":");
    const op = byName.get((colon === -1 ? part : part.slice(0, colon)).toLowerCase());
    const last = entries.at(-1);
    const joined = last && { op: last.op, value: `${last.value},${part}` };
    if (joined && (!op || completes(last, joined))) entries[entries.length - 1] = joined;
    // A bare name means "on".
    else if (op) entries.push({ op, value: colon === -1 ? "1" : part.slice(colon + 1) });
    else stray = stray || part !== "";
  }
  return { entries, stray };
}

function completes(entry: Entry, joined: Entry): boolean {
  return "problem" in entry.op.read(entry.value) && !("problem" in joined.op.read(joined.value));
}

const filters: Reader<Partial<Options>> = {
  accepts,
  read(raw): Reading<Partial<Options>> {
    const { entries, stray } = splitEntries(raw);
    const notes = stray ? ["what names no filter was left out"] : [];
    const value: Partial<Options> = {};
    let known = 0;
    for (const { op, value: text } of entries) {
      const reading = op.read(text);
      if ("problem" in reading) {
        notes.push(`${op.name} ignored: ${reading.problem}`);
        continue;
      }
      known++;
      if (reading.note) notes.push(`${op.name} ${reading.note}: expected ${op.accepts}`);
      Object.assign(value, reading.value);
    }
    if (known === 0) return { problem: entries.length === 0 ? `expected ${accepts}` : notes.join("; ") };
    return notes.length === 0 ? { value } : { value, note: notes.join("; ") };
  },
};

/** @see reference/cloudimage.md section 4 */
export const filterListOp = defineOp({
  name: "f",
  summary:
    "Several filters in one parameter; a filter that is also given on its own is taken from there. Whatever their order here, they are applied in the order of this table.",
  reader: filters,
  example: "w=300&f=bright:10,contrast:20,grey",
  toOptions: (options) => options,
});
