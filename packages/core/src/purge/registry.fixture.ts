import fc from "fast-check";
import { surrogateTags } from "../http/tags.ts";
import type { LogRow } from "./log-row.ts";
import type { createRegistry } from "./registry.ts";
import type { PurgedAt } from "./stamp.ts";

/** A request, as far as purges may name it. */
export interface Lookup {
  readonly token: string;
  readonly path: string;
  readonly query: string;
  readonly plan: string;
  readonly tags: readonly string[];
}

/** Sixteen letters that differ for different texts: FNV-1a, twice. */
export const hash = (text: string) =>
  [0x811c9dc5, 0x1234567]
    .map((start) => {
      let sum = start;
      for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) as number), 0x01000193);
      return (sum >>> 0).toString(16).padStart(8, "0");
    })
    .join("");

/**
 * The definition, without any cleverness: the maximum over all rows that match.
 * @param settled soft purges up to here are past their window
 */
export function oracle(
  rows: readonly LogRow[],
  { token, path, query, plan, tags }: Lookup,
  settled: number,
): PurgedAt {
  const pathKey = `${token}|//h${path}`;
  const matches: Record<LogRow["kind"], (pattern: string) => boolean> = {
    all: () => true,
    prefix: (pattern) => pathKey.startsWith(pattern),
    original: (pattern) => pattern === pathKey || pattern === pathKey + query,
    variants: (pattern) => {
      const [key, filter = ""] = pattern.split("\n");
      const parts = filter.split(";").filter(Boolean);
      return (
        [pathKey, pathKey + query].includes(key as string) &&
        parts.every((part) => plan.split(";").includes(part))
      );
    },
    tag: (pattern) =>
      tags.includes("*") ||
      [...tags, ...surrogateTags(token, [{ pathKey, key: pathKey + query }], hash)].some(
        (tag) => pattern === `${token}|#${tag}`,
      ),
    url: (pattern) => pattern === `${pathKey}${query}\n\n${plan}`,
  };
  const matching = rows.filter((row) => row.token === token && matches[row.kind](row.pattern));
  const newest = (some: readonly LogRow[]) => some.reduce((seq, row) => Math.max(seq, row.seq), 0);
  const isDue = (row: LogRow) => row.mode !== "soft" || row.seq <= settled;
  return {
    any: newest(matching),
    hard: newest(matching.filter((row) => row.mode === "hard" || row.mode === "erase")),
    due: newest(matching.filter(isDue)),
  };
}

const token = fc.constantFrom("a", "b");
const path = fc
  .array(fc.constantFrom("x", "xy", "y", "z"), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);
const query = fc.constantFrom("", "", "?v=1");
const plan = fc.constantFrom("", "w=1", "q=5", "w=1;q=5", "h=1;q=5");
const tags = fc.subarray(["red", "blue", "*"]);
export const lookup: fc.Arbitrary<Lookup> = fc.record({ token, path, query, plan, tags });

export const rows: fc.Arbitrary<LogRow[]> = fc
  .array(
    fc.record({
      at: lookup,
      kind: fc.constantFrom(
        "all" as const,
        "prefix" as const,
        "original" as const,
        "original" as const,
        "url" as const,
        "variants" as const,
        "tag" as const,
      ),
      mode: fc.constantFrom(
        "hard" as const,
        "revalidate" as const,
        "soft" as const,
        "soft" as const,
        "erase" as const,
      ),
      cut: fc.nat(8),
      tag: fc.constantFrom("red", "blue", "path", "key", "folder"),
    }),
    { maxLength: 40 },
  )
  .map((wishes) =>
    wishes.map(({ at, kind, mode, cut, tag }, index): LogRow => {
      const pathKey = `${at.token}|//h${at.path}`;
      const patterns = {
        all: "",
        // Never shorter than the host: core's reader makes no such prefix.
        prefix: pathKey.slice(0, Math.max(`${at.token}|//h/`.length, pathKey.length - cut)),
        original: pathKey + at.query,
        url: `${pathKey}${at.query}\n\n${at.plan}`,
        variants: `${pathKey}${at.query}\n${at.plan}`,
        tag: `${at.token}|#${ownTag(tag, pathKey, at.query)}`,
      };
      return { seq: index + 1, job: "j", token: at.token, kind, pattern: patterns[kind], mode };
    }),
  );

/** A tag that an origin gives, or one that Freshet gives itself. */
function ownTag(tag: string, pathKey: string, search: string): string {
  const own = surrogateTags(pathKey.slice(0, 1), [{ pathKey, key: pathKey + search }], hash);
  const found = { path: own[1], key: own[2], folder: own.at(-1) }[tag];
  return found ?? tag;
}

export function ask(
  registry: ReturnType<typeof createRegistry>,
  { token: name, path: at, query: search, plan: wish, tags: given }: Lookup,
): PurgedAt {
  const pathKey = `${name}|//h${at}`;
  const key = `${pathKey}${search}\n\n${wish}`;
  return { ...registry.purgedAt(name, { pathKey, key: pathKey + search }, key, given) };
}
