import {
  describeTarget,
  type PathScope,
  type PurgeApi,
  type PurgeTarget,
  readPurgePath,
  type TokenSettings,
} from "@freshet/core";
import { findMend, type Mend } from "./mends.ts";
import { readPaste } from "./paste/read-paste.ts";

/** A line that was read. */
export interface ReadEntry {
  readonly line: string;
  readonly kind: PurgeTarget["kind"];
  /** What will be purged, in core's words: `/sample.li/flat.jpg`. */
  readonly target: string;
  /** What was left out of the line on the way. */
  readonly notes: readonly string[];
  readonly times: number;
}

/** A line that cannot be read, and why. */
export interface ProblemEntry {
  readonly line: string;
  readonly problem: string;
  readonly mend: Mend | null;
  readonly times: number;
}

/** How one pasted line was read. Lines that mean the same are one entry. */
export type PreviewEntry = ReadEntry | ProblemEntry;

export interface Preview {
  readonly entries: readonly PreviewEntry[];
  /** What is sent: one line for each target. Lines with a problem are not sent, which the preview has said. */
  readonly urls: readonly string[];
  /** Lines with a problem; several equal ones count once. */
  readonly problems: number;
  /** Lines that were left out because they mean the same as an earlier one. */
  readonly duplicates: number;
  /** Cells of a table that are no addresses. */
  readonly leftOut: number;
  /** A line such as `/*` stands for everything, which is asked about before it is done. */
  readonly meansAll: boolean;
  /** A line stands for more pictures than it names. */
  readonly hasFolders: boolean;
}

/** Reads every pasted line as purge-api will: with the same function and the same settings of the token. */
export function makePreview(
  text: string,
  scope: PathScope,
  token: TokenSettings,
  api: PurgeApi = "v7",
): Preview {
  const { lines, leftOut } = readPaste(text);
  const entries = new Map<string, PreviewEntry>();
  for (const line of lines) {
    const { key, entry } = readLine(line, scope, token, api);
    const same = entries.get(key);
    entries.set(key, same ? { ...same, times: same.times + 1 } : entry);
  }
  const all = [...entries.values()];
  const readable = all.filter((entry) => "target" in entry);
  return {
    entries: all,
    urls: readable.map(({ line }) => line),
    problems: all.length - readable.length,
    duplicates: lines.length - all.length,
    leftOut,
    meansAll: readable.some(({ kind }) => kind === "all"),
    hasFolders: readable.some(({ kind }) => kind === "prefix"),
  };
}

function readLine(
  line: string,
  scope: PathScope,
  token: TokenSettings,
  api: PurgeApi,
): { key: string; entry: PreviewEntry } {
  const reading = readPurgePath(line, scope, token, api);
  if ("problem" in reading) {
    const mend = findMend(line, { scope, token, api });
    return { key: `problem ${line}`, entry: { line, problem: reading.problem, mend, times: 1 } };
  }
  const { target, notes } = reading;
  const entry = { line, kind: target.kind, target: describeTarget(target), notes, times: 1 };
  return { key: `${target.kind} ${target.pattern}`, entry };
}

/** The text with one kind of mend applied to every line that it fits; each line on its own, whatever was pasted. */
export function mendedText({ entries }: Preview, kind: Mend["kind"]): string {
  return entries
    .map((entry) => {
      const isMeant = "problem" in entry && entry.mend?.kind === kind && "line" in entry.mend;
      return isMeant ? (entry.mend as { line: string }).line : entry.line;
    })
    .join("\n");
}
