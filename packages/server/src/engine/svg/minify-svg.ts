import { optimize, type PluginConfig } from "svgo/browser";
import { elementsOf, type SvgElement } from "./svg-tree.ts";
import { writeSvg } from "./write-svg.ts";

/**
 * Writes a drawing in fewer bytes: paths and colors in a shorter spelling. It stays the same picture at
 * any size, with the same elements, names and `viewBox`: others may style it, animate it or use parts of it.
 */
export function minifySvg(root: SvgElement): string {
  return optimize(writeSvg(root), { plugins: [...plugins(root)], js2svg: { pretty: false } }).data;
}

function* plugins(root: SvgElement): Generator<PluginConfig> {
  const floatPrecision = digitsFor(root);
  // Not `convertTransform`: it rounds a product of matrices to as few digits as its factors were written with.
  yield "convertColors";
  yield "sortAttrs";
  // An animation goes from one list of commands to another of the same kind; another spelling would make it jump.
  if ([...elementsOf(root)].some(({ name }) => name.startsWith("animate") || name === "set")) return;
  yield {
    name: "convertPathData",
    params: {
      floatPrecision,
      // Strokes, patterns and gradients would not follow in every case.
      applyTransforms: false,
      makeArcs: { threshold: 0, tolerance: 0 },
      smartArcRounding: false,
      straightCurves: false,
      convertToQ: false,
    },
  };
}

/** Digits after the point with which a point is at most 1/50,000 of the drawing from its place. */
function digitsFor(root: SvgElement): number {
  const side = Math.min(...[...elementsOf(root)].map(unitsAcross));
  return Math.min(8, Math.max(2, Math.ceil(Math.log10((50_000 / side) * largestScale(root)))));
}

/** How many units an element lays over what may be the whole picture; Infinity if it keeps those around it. */
function unitsAcross({ name, attributes }: SvgElement): number {
  const ofOneBox = ["clipPathUnits", "maskContentUnits", "patternContentUnits", "primitiveUnits"];
  if (ofOneBox.some((units) => attributes.get(units) === "objectBoundingBox")) return 1;
  const sides = (attributes.get("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .slice(2)
    .map(Number);
  const side = Math.max(...sides.filter(Number.isFinite), 0);
  return side || (name === "svg" ? 100 : Number.POSITIVE_INFINITY);
}

/** By how much transforms within each other can enlarge, at most. */
function largestScale({ attributes, children }: SvgElement): number {
  const numbers = [attributes.get("transform"), attributes.get("patternTransform"), attributes.get("style")]
    .join(" ")
    .match(/(?<=(?:scale|matrix)[^(]*\([^)]*)[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi);
  const own = Math.max(1, ...(numbers ?? []).slice(0, 4).map((number) => Math.abs(Number(number))));
  const inner = children.map((child) => (typeof child === "string" ? 1 : largestScale(child)));
  return own * inner.reduce((largest, scale) => Math.max(largest, scale), 1);
}
