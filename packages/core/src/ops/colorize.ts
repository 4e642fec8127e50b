import type { ColorLayer } from "../plan/options.ts";
import { defineOp } from "./op.ts";
import { color, number, type Reader } from "./readers.ts";

const colorReader = color();
const opacityReader = number(0, 1);
const defaultOpacity = 0.5;
const accepts = `COLOR or COLOR,OPACITY: ${colorReader.accepts}; an opacity from 0 to 1, default ${defaultOpacity}`;

const layer: Reader<ColorLayer> = {
  accepts,
  read(raw) {
    const [name = "", share, ...rest] = raw.split(",").map((part) => part.trim());
    const colorReading = colorReader.read(name);
    const opacity = share === undefined ? { value: defaultOpacity } : opacityReader.read(share);
    if ("problem" in colorReading || "problem" in opacity || rest.length > 0)
      return { problem: `expected ${accepts}` };
    return { ...opacity, value: { color: colorReading.value, opacity: opacity.value } };
  },
};

/** @see reference/cloudimage.md section 4 */
export const colorizeOp = defineOp({
  name: "colorize",
  summary: "Lays a layer of one color over the picture.",
  reader: layer,
  example: "w=300&colorize=navy,0.3",
  toOptions: (colorize) => ({ colorize }),
});
