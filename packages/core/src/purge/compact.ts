import { folders } from "../http/tags.ts";
import type { LogRow } from "./log-row.ts";
import { folderOf, originalsOfUrl, type PurgeMode, type PurgeTarget } from "./target.ts";

/** What can be left out of a log without anything being purged less. */
export interface Compaction {
  /** Rows that take the place of those with the same numbers: each purges what that one did, and more. */
  readonly widened: readonly LogRow[];
  /** Numbers of rows that may go once the widened ones are there: of newer rows that stay, one covers each. */
  readonly dropped: readonly number[];
}

/** Rows that are looked at before the caller may let others have their turn. */
const sliceRows = 500;

/** A row is covered by a newer one of its scope that is at least as strong. An erasure is only covered by another. */
const strength: Readonly<Record<PurgeMode, number>> = { soft: 0, revalidate: 1, hard: 2, erase: 3 };

/**
 * Works out how a log can be made shorter. Rows that newer ones cover go first, whichever they are. If more than
 * `maxRows` are left, the oldest are folded: those of one folder into a purge of the folder, then folders, tags and
 * the rest into a purge of their token, erasures last and by themselves. Folding purges too much, and never too little.
 *
 * A node reads what is left from any position as it reads the whole log: numbers keep their meaning, and the newest row
 * of all stays. What it may not rely on is that a row which it passes over was there: so only rows of jobs that have
 * ended may be given, since every node with a lease has acknowledged those.
 *
 * @param rows of jobs that have ended, in the order of the log
 * @returns by way of a generator that stops every millisecond or two, as this may take seconds
 */
export function* compact(rows: readonly LogRow[], maxRows: number): Generator<void, Compaction, void> {
  const covered = yield* findCovered(rows);
  const kept = new Map<number, LogRow>();
  for (const [at, row] of rows.entries()) {
    if (at % sliceRows === 0) yield;
    if (!covered.has(row.seq)) kept.set(row.seq, row);
  }
  const widened = new Set<number>();
  for (const { isMeant, widen } of passes) {
    if (kept.size <= maxRows) break;
    yield* fold(kept, widened, maxRows, (row) => (isMeant(row) ? widen(row) : null));
  }
  const dropped: number[] = [];
  for (const [at, { seq }] of rows.entries()) {
    if (at % sliceRows === 0) yield;
    if (!kept.has(seq)) dropped.push(seq);
  }
  return { widened: [...widened].flatMap((seq) => kept.get(seq) ?? []), dropped };
}

/** Numbers of the rows that newer ones cover. */
function* findCovered(rows: readonly LogRow[]): Generator<void, ReadonlySet<number>, void> {
  const covered = new Set<number>();
  /** Of newer rows, by name: how strong the strongest is. */
  const strongest = new Map<string, number>();
  /** The oldest so far of the soft rows of a name that nothing stronger follows; 0 if there is only one. */
  const oldestSoft = new Map<string, number>();
  for (let at = rows.length - 1; at >= 0; at--) {
    if (at % sliceRows === 0) yield;
    const row = rows[at] as LogRow;
    const name = nameOf(row);
    const own = Math.max(strength[row.mode], strength.revalidate);
    if (coverers(row, name).some((wider) => (strongest.get(wider) ?? 0) >= own)) covered.add(row.seq);
    else if (row.mode !== "soft") strongest.set(name, own);
    else {
      // Between the oldest, whose window ends first, and the newest, none says anything.
      const middle = oldestSoft.get(name);
      if (middle) covered.add(middle);
      oldestSoft.set(name, middle === undefined ? 0 : row.seq);
    }
  }
  return covered;
}

function nameOf({ kind, token, pattern }: PurgeTarget): string {
  return kind === "all" ? `all ${token}` : `${kind} ${pattern}`;
}

/** Names of the targets that reach everything which this one reaches; not all of them, but those that are soon found. */
function coverers(target: PurgeTarget, name: string): string[] {
  const { kind, token, pattern } = target;
  const all = `all ${token}`;
  // A transformed URL reaches its watermarks as well, wherever they lie.
  if (kind === "all" || kind === "tag" || kind === "url") return [name, all];
  const key = pattern.split("\n", 1)[0] as string;
  const pathKey = key.split("?", 1)[0] as string;
  const originals = kind === "prefix" ? [] : [`original ${key}`, `original ${pathKey}`];
  return [name, ...originals, ...folders(pathKey).map((folder) => `prefix ${folder}`), all];
}

interface Pass {
  isMeant(row: LogRow): boolean;
  /** @returns `null` if it is as wide already */
  widen(row: LogRow): PurgeTarget | null;
}

const isErasure = ({ mode }: LogRow) => mode === "erase";
const isOther = (row: LogRow) => !isErasure(row);

/** In this order, as long as there are too many. */
const passes: readonly Pass[] = [
  { isMeant: isOther, widen: toFolder },
  { isMeant: isOther, widen: toToken },
  { isMeant: isErasure, widen: toFolder },
  { isMeant: isErasure, widen: toToken },
];

function toFolder({ kind, token, pattern }: LogRow): PurgeTarget | null {
  if (kind === "all" || kind === "tag" || (kind === "prefix" && pattern.endsWith("/"))) return null;
  // Watermarks may lie in any folder.
  if (kind === "url" && originalsOfUrl(pattern).length > 1) return null;
  return { token, kind: "prefix", pattern: folderOf(pattern) };
}

function toToken({ kind, token }: LogRow): PurgeTarget | null {
  return kind === "all" ? null : { token, kind: "all", pattern: "" };
}

/** Puts the oldest rows that can be widened into one for each wider target, until there are few enough. */
function* fold(
  kept: Map<number, LogRow>,
  widened: Set<number>,
  maxRows: number,
  widen: (row: LogRow) => PurgeTarget | null,
): Generator<void, void, void> {
  const groups = new Map<string, { readonly target: PurgeTarget; readonly rows: LogRow[] }>();
  let excess = kept.size - maxRows;
  let seen = 0;
  for (const row of kept.values()) {
    if (++seen % sliceRows === 0) yield;
    const target = widen(row);
    if (!target) continue;
    const name = nameOf(target);
    const group = groups.get(name);
    if (!group) groups.set(name, { target, rows: [row] });
    else {
      group.rows.push(row);
      if (--excess <= 0) break;
    }
  }
  for (const { target, rows } of groups.values()) {
    const newest = rows.at(-1) as LogRow;
    if (rows.length < 2) continue;
    let mode: PurgeMode = "soft";
    for (const row of rows) {
      if (++seen % sliceRows === 0) yield;
      // The newest keeps its place in the order.
      if (row.seq !== newest.seq) kept.delete(row.seq);
      if (strength[row.mode] > strength[mode]) mode = row.mode;
    }
    // The window of a soft purge is over by then, or ends early.
    if (mode === "soft") mode = "revalidate";
    kept.set(newest.seq, { seq: newest.seq, job: newest.job, ...target, mode });
    widened.add(newest.seq);
  }
}
