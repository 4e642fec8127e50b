import {
  describeTarget,
  type PathScope,
  type PurgeApi,
  type PurgeTarget,
  readPurgePath,
  type TokenSettings,
} from "@freshet/core";
import { splitLines } from "./lines.ts";

/** How one pasted line was read. Lines that mean the same are one entry. */
export type PreviewEntry =
  | {
      readonly line: string;
      readonly kind: PurgeTarget["kind"];
      /** What will be purged, in core's words: `/sample.li/flat.jpg`. */
      readonly target: string;
      /** What was left out of the line on the way. */
      readonly notes: readonly string[];
      readonly times: number;
    }
  | { readonly line: string; readonly problem: string; readonly times: number };

export interface Preview {
  readonly entries: readonly PreviewEntry[];
  /** What is sent: one line for each target. Lines with a problem are not sent, which the preview has said. */
  readonly urls: readonly string[];
  /** Lines with a problem; several equal ones count once. */
  readonly problems: number;
  /** Lines that were left out because they mean the same as an earlier one. */
  readonly duplicates: number;
  /** A line such as `/*` stands for everything, which is asked about before it is done. */
  readonly meansAll: boolean;
  /** The text with queries left out where that makes lines readable: most people copy the address of a sized picture. */
  readonly repair: { readonly text: string; readonly lines: number } | null;
}

/** Reads every pasted line as purge-api will: with the same function and the same settings of the token. */
export function makePreview(
  text: string,
  scope: PathScope,
  token: TokenSettings,
  api: PurgeApi = "v7",
): Preview {
  const lines = splitLines(text);
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
    meansAll: readable.some(({ kind }) => kind === "all"),
    repair: scope === "original" && readable.length < all.length ? repairQueries(lines, token, api) : null,
  };
}

function readLine(
  line: string,
  scope: PathScope,
  token: TokenSettings,
  api: PurgeApi,
): { key: string; entry: PreviewEntry } {
  const reading = readPurgePath(line, scope, token, api);
  if ("problem" in reading)
    return { key: `problem ${line}`, entry: { line, problem: reading.problem, times: 1 } };
  const { target, notes } = reading;
  const entry = { line, kind: target.kind, target: describeTarget(target), notes, times: 1 };
  return { key: `${target.kind} ${target.pattern}`, entry };
}

function repairQueries(lines: readonly string[], token: TokenSettings, api: PurgeApi): Preview["repair"] {
  const isReadable = (line: string) => "target" in readPurgePath(line, "original", token, api);
  let count = 0;
  const repaired = lines.map((line) => {
    const [path = ""] = line.split("?", 1);
    if (path === line || isReadable(line) || !isReadable(path)) return line;
    count++;
    return path;
  });
  return count === 0 ? null : { text: repaired.join("\n"), lines: count };
}
