import type { Size } from "@freshet/core";
import { sharpEncoder } from "./sharp-encoder.ts";
import { rasterizeSvg } from "./svg/rasterize-svg.ts";

/** A drawing of our own as a picture file. */
export async function drawPng({
  svg,
  size,
}: {
  readonly svg: string;
  readonly size: Size;
}): Promise<Uint8Array> {
  const pixels = await rasterizeSvg(new TextEncoder().encode(svg), size, size);
  return sharpEncoder.encode(pixels, { format: "png", quality: null, small: false });
}
