import { FreshetError, type Size } from "@freshet/core";
import { readSvg } from "./read-svg.ts";
import { openDrawing, straightPixels } from "./resvg.ts";
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
  const { attributes } = root;
  if (!attributes.has("viewBox")) attributes.set("viewBox", `0 0 ${natural.width} ${natural.height}`);
  attributes.set("width", String(size.width));
  attributes.set("height", String(size.height));
  attributes.set("preserveAspectRatio", "none");
  try {
    return straightPixels(await openDrawing(writeSvg(root)));
  } catch (cause) {
    throw new FreshetError("image_broken", "the drawing cannot be drawn", { cause });
  }
}
