import type { TokenSettings } from "./token.ts";

/** A path whose aliases were replaced. */
export interface ExpandedPath {
  readonly path: string;
  /** Names of the aliases that stood in it. */
  readonly used: readonly string[];
}

/**
 * Replaces a token's aliases, each at most once, longest name first, where it is a whole path segment: so that
 * `_cms_/_prod_/a.jpg` may be built from two of them, and an original called `my_cms_.jpg` stays what it is.
 *
 * @see reference/cloudimage.md section 9 and row 25 of section 17
 */
export function expandAliases(path: string, aliases: TokenSettings["aliases"]): ExpandedPath {
  let expanded = path;
  let used: string[] | null = null;
  for (const name of longestFirst(aliases)) {
    if (!expanded.includes(name)) continue;
    const segments = expanded.split("/");
    const at = segments.indexOf(name);
    if (at === -1) continue;
    expanded = segments.with(at, aliases[name] as string).join("/");
    used = [...(used ?? []), name];
  }
  return { path: expanded, used: used ?? none };
}

const none: readonly string[] = [];
const sorted = new WeakMap<TokenSettings["aliases"], readonly string[]>();

/** Sorted once for each table: it is asked for with every URL. */
function longestFirst(aliases: TokenSettings["aliases"]): readonly string[] {
  const known = sorted.get(aliases);
  if (known) return known;
  const names = Object.keys(aliases).sort((a, b) => b.length - a.length);
  sorted.set(aliases, names);
  return names;
}
