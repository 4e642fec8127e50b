/**
 * What one row of the log purges, named by core's own keys.
 * - `all`: everything of a token; the pattern is empty
 * - `prefix`: every original whose path key starts with the pattern
 * - `original`: one original; a pattern without query reaches it under every query
 * - `variants`: of one original what has certain transformations: its key, a line break, a canonical plan
 * - `tag`: everything that its origin, or Freshet itself, gave a tag: `token|#tag`
 * - `url`: one transformed URL, by its request key
 */
export interface PurgeTarget {
  readonly token: string;
  readonly kind: "all" | "prefix" | "original" | "variants" | "url" | "tag";
  readonly pattern: string;
}

const kinds: ReadonlySet<unknown> = new Set<PurgeTarget["kind"]>([
  "all",
  "prefix",
  "original",
  "variants",
  "url",
  "tag",
]);

/**
 * Checks that a value from outside (wire, database) is a target.
 * @throws TypeError if it is not
 */
export function checkTarget(value: unknown): PurgeTarget {
  const target = value as PurgeTarget;
  const isTarget =
    typeof target === "object" &&
    target !== null &&
    typeof target.token === "string" &&
    typeof target.pattern === "string" &&
    kinds.has(target.kind);
  if (!isTarget) throw new TypeError(`not a target of a purge: ${JSON.stringify(value)?.slice(0, 200)}`);
  return target;
}

/**
 * - `hard`: fetch the original again, unconditionally.
 * - `revalidate`: ask the origin whether it changed before anything is answered.
 * - `soft`: the same, but for a short window the old picture may be answered while the origin is asked, or if it fails.
 * - `erase`: as `hard`, and the bytes leave memory and disk.
 */
export type PurgeMode = "hard" | "revalidate" | "soft" | "erase";

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
    case "variants": {
      const [origin, plan] = path.split("\n");
      return `${origin} [${plan}]`;
    }
    case "tag":
      return `tag ${pattern.slice(pattern.indexOf("|#") + 2)}`;
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
  const end = key.search(/[?\n]/);
  return key.slice(0, key.lastIndexOf("/", end === -1 ? key.length : end) + 1);
}

/** Keys of the original and of the watermarks of a transformed URL: see `requestKey`. */
export function originalsOfUrl(key: string): string[] {
  const [original = "", , , ...watermarks] = key.split("\n");
  return [original, ...watermarks];
}

/** The token of a key or pattern. */
export function tokenOf(key: string): string {
  return key.slice(0, key.indexOf("|"));
}
