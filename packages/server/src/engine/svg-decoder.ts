import type { Size } from "@freshet/core";
import type { Decoder } from "./engine.ts";
import { rasterizeSvg } from "./svg/rasterize-svg.ts";
import { collectPixels, openPixels } from "./vips.ts";

/** Drawings are drawn at the size at which they are wanted, so that they are sharp at any. */
export const svgDecoder: Decoder = {
  name: "svg",
  reads: new Set(["svg"]),

  async decode(source, info, { region, size }) {
    if (region === null) return rasterizeSvg(source, info, size);
    const scale = { x: size.width / region.width, y: size.height / region.height };
    const whole: Size = {
      width: Math.max(1, Math.round(info.width * scale.x)),
      height: Math.max(1, Math.round(info.height * scale.y)),
    };
    const drawn = await rasterizeSvg(source, info, whole);
    const left = Math.min(Math.round(region.left * scale.x), whole.width - size.width);
    const top = Math.min(Math.round(region.top * scale.y), whole.height - size.height);
    return collectPixels(openPixels(drawn).extract({ left, top, ...size }), drawn);
  },
};
