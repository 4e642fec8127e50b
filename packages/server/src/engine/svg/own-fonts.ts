import { chooseFont, knowsFont } from "../text/fonts.ts";
import { elementsOf, type SvgElement } from "./svg-tree.ts";

/** Names of fonts in style sheets: the value of `font-family`, and what follows the size in `font`. */
const inStyle = /(font-family\s*:\s*|(?:^|[;{\s])font\s*:[^;}]*?\d[\w.%]*(?:\s*\/\s*[\w.%]+)?\s+)([^;}]+)/gi;

/** Names the fonts that are carried along, wherever a drawing asks for one that such a font stands in for. */
export function useOwnFonts(root: SvgElement): void {
  for (const { name, attributes, children } of elementsOf(root)) {
    const families = attributes.get("font-family");
    if (families !== undefined) {
      const { list, isBold } = ownFamilies(families);
      attributes.set("font-family", list);
      if (isBold && !attributes.has("font-weight")) attributes.set("font-weight", "bold");
    }
    const style = attributes.get("style");
    if (style !== undefined) attributes.set("style", inOwnFonts(style));
    const [css] = children;
    if (name === "style" && typeof css === "string") children[0] = inOwnFonts(css);
  }
}

function inOwnFonts(css: string): string {
  return css.replace(inStyle, (_, before: string, families: string) => {
    const { list, isBold } = ownFamilies(families);
    return `${before}${list}${isBold && /^font-family/i.test(before) ? ";font-weight:bold" : ""}`;
  });
}

/** Drawing programs name the font of bold text `Arial-BoldMT`, and say no weight. */
function ownFamilies(families: string): { readonly list: string; readonly isBold: boolean } {
  const names = families.split(",").map((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2"));
  const known = names.find(knowsFont);
  if (known === undefined) return { list: families, isBold: false };
  const { family, bold } = chooseFont(known);
  return { list: `'${family}'`, isBold: bold };
}
