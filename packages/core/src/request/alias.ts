import type { TokenSettings } from "./token.ts";

/**
 * Replaces a token's aliases, each at most once, longest name first, where it is a whole path segment: so that
 * `_cms_/_prod_/a.jpg` may be built from two of them, and an original called `my_cms_.jpg` stays what it is.
 *
 * @see reference/cloudimage.md section 9 and row 25 of section 17
 */
export function expandAliases(path: string, aliases: TokenSettings["aliases"]): string {
  let expanded = path;
  for (const name of Object.keys(aliases).sort((a, b) => b.length - a.length)) {
    const segments = expanded.split("/");
    const at = segments.indexOf(name);
    if (at !== -1) expanded = segments.with(at, aliases[name] as string).join("/");
  }
  return expanded;
}
