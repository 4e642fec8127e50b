import { FreshetError, type Size } from "@freshet/core";
import { checkCost } from "./check-cost.ts";
import { dropOutside } from "./drop-outside.ts";
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
  const open = (tree: SvgElement) => openDrawing(writeSvg(atSize(tree, natural, size)));
  try {
    return await draw();
  } catch (cause) {
    throw new FreshetError("image_broken", "the drawing cannot be drawn", { cause });
  }

  async function draw() {
    try {
      return straightPixels(await open(root));
    } catch (error) {
      // resvg breaks down over what is drawn apart and lies wholly outside of the picture (thx/resvg-js#415).
      const isOver = !(error instanceof WebAssembly.RuntimeError);
      if (isOver || !(await dropOutside(root, natural, async (tree) => (await open(tree)).getBBox())))
        throw error;
      return straightPixels(await open(root));
    }
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
