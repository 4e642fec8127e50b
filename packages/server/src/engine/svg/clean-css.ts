import type { Atrule, CssNode, Declaration, List, Rule } from "css-tree";
import generate from "css-tree/generator";
import parse from "css-tree/parser";
import { isSafeValue } from "./safe-value.ts";

/** Rules that only arrange others. `@import` and `@namespace` point outwards; `@font-face` would load. */
const arranging: ReadonlySet<string> = new Set([
  "media",
  "supports",
  "layer",
  "keyframes",
  "-webkit-keyframes",
]);

/** Properties by which old browsers ran code. */
const running: ReadonlySet<string> = new Set(["behavior", "-moz-binding"]);

/** Selectors, values and conditions stay text: only what is around them matters here. */
const asText = {
  parseAtrulePrelude: false,
  parseRulePrelude: false,
  parseValue: false,
  parseCustomProperty: false,
} as const;

/** A style sheet without whatever could fetch something or run, and without its comments and spaces. */
export function cleanStyleSheet(css: string): string {
  return cleaned(css, "stylesheet");
}

/** The same for the value of a `style` attribute. */
export function cleanDeclarations(css: string): string {
  return cleaned(css, "declarationList");
}

function cleaned(css: string, context: "stylesheet" | "declarationList"): string {
  try {
    // Before anything is judged: what stands around a comment is apart, so that nothing new comes together.
    const tree = parse(css.replace(/\/\*[\s\S]*?\*\//g, " "), { ...asText, context });
    keepSafe(childrenOf(tree));
    return generate(tree);
  } catch {
    // What cannot be read (blocks nested without end) cannot be vouched for either.
    return "";
  }
}

function keepSafe(nodes: List<CssNode> | null): void {
  nodes?.forEach((node, item) => {
    if (isSafe(node)) keepSafe(childrenOf(node));
    else nodes.remove(item);
  });
}

function isSafe(node: CssNode): boolean {
  switch (node.type) {
    case "Rule":
      return isSafePrelude(node);
    case "Atrule":
      return arranging.has(node.name.toLowerCase()) && node.block !== null && isSafePrelude(node);
    case "Declaration":
      return isSafeDeclaration(node);
    default:
      // Comments, `<!--`, and what could not be read.
      return false;
  }
}

function isSafePrelude({ prelude }: Rule | Atrule): boolean {
  const text = prelude ? generate(prelude) : "";
  return isBalanced(text) && !/url\s*\(|\\|@|<|javascript/i.test(text);
}

function isSafeDeclaration({ property, value }: Declaration): boolean {
  const text = generate(value);
  return (
    /^-{0,2}[a-z][\w-]*$/i.test(property) &&
    !running.has(property.toLowerCase()) &&
    isBalanced(text) &&
    isSafeValue(text)
  );
}

/** True if no string, comment or bracket in it is left open, so that it ends where it seems to. */
function isBalanced(text: string): boolean {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, "");
  const count = (character: string) => bare.split(character).length;
  return !/["'{}]|\/\*/.test(bare) && count("(") === count(")") && count("[") === count("]");
}

function childrenOf(node: CssNode): List<CssNode> | null {
  if ("block" in node && node.block) return node.block.children;
  return node.type === "StyleSheet" || node.type === "DeclarationList" ? node.children : null;
}
