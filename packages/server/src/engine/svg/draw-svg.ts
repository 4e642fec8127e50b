import { FreshetError, type Size } from "@freshet/core";
import { checkCost } from "./check-cost.ts";
import { useOwnFonts } from "./own-fonts.ts";
import { readSvg } from "./read-svg.ts";
import { openDrawing, straightPixels } from "./resvg.ts";
import type { SvgElement } from "./svg-tree.ts";
import { writeSvg } from "./write-svg.ts";

export interface DrawInput {
  readonly bytes: Uint8Array;
  /** The drawing's own size, as its header says it. */
  readonly natural: Size;
  readonly size: Size;
}

/**
 * Draws an SVG file at a size; the ratio is stretched if it must be. What could fetch something is cleaned away first.
 * @throws FreshetError `image_broken`, `original_too_large`
 */
export async function drawSvg({ bytes, natural, size }: DrawInput) {
  const root = readSvg(bytes);
  checkCost(root, size);
  useOwnFonts(root);
  try {
    return straightPixels(await openDrawing(writeSvg(atSize(root, natural, size))));
  } catch (cause) {
    throw new FreshetError("image_broken", "the drawing cannot be drawn", { cause });
  }
}

/** Around the drawing, which keeps its own viewport: its `viewBox` may be of another ratio than its width and height. */
function atSize(root: SvgElement, natural: Size, size: Size): SvgElement {
  const inner = new Map(root.attributes);
  inner.delete("x");
  inner.delete("y");
  inner.set("width", String(natural.width));
  inner.set("height", String(natural.height));
  const outer = new Map([
    ["width", String(size.width)],
    ["height", String(size.height)],
    ["viewBox", `0 0 ${natural.width} ${natural.height}`],
    ["preserveAspectRatio", "none"],
  ]);
  return { name: "svg", attributes: outer, children: [{ ...root, attributes: inner }] };
}
