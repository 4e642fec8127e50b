import { folders } from "../http/tags.ts";

/**
 * What one row of the log purges, named by core's own keys.
 * - `all`: everything of a token; the pattern is empty
 * - `prefix`: every original whose path key starts with the pattern
 * - `original`: one original; a pattern without query reaches it under every query
 * - `url`: one transformed URL, by its request key
 */
export interface PurgeTarget {
  readonly token: string;
  readonly kind: "all" | "prefix" | "original" | "url";
  readonly pattern: string;
}

/** `hard`: fetch the original again, unconditionally. `soft`: ask the origin whether it changed. */
export type PurgeMode = "hard" | "soft";

/** What a person calls a target: `/sample.li/flat.jpg`, `/sample.li/img/*`, `/*`. */
export function describeTarget({ kind, pattern }: PurgeTarget): string {
  const path = pattern.slice(pattern.indexOf("|//") + 2);
  switch (kind) {
    case "all":
      return "/*";
    case "prefix":
      return `${path}*`;
    case "original":
      return path;
    case "url": {
      const [origin = "", version, plan, ...marks] = path.split("\n");
      const carried = marks.map((mark) => `+ ${mark.slice(mark.indexOf("|//") + 2)}`);
      const parts = [plan && `[${plan}]`, version && `vh=${version}`, ...carried].filter(Boolean);
      return [origin, ...parts].join(" ");
    }
  }
}

/** The nearest folder of a key: of `t|//h/a/b.jpg?x`, `t|//h/a/`. */
export function folderOf(key: string): string {
  return folders(key.split(/[?\n]/, 1)[0] as string).at(-1) as string;
}
