import { limits } from "../../limits.ts";
import type { FocalPoint, Gravity, Margin, Resize } from "../../plan/plan.ts";
import { nothing, type Parameters, parameter } from "./parameters.ts";

/** A size and how it is reconciled, in device pixels: `dpr` and a ratio of one box are in its numbers already. */
export function resizeParameters(resize: Resize): Parameters {
  switch (resize.kind) {
    case "none":
      return nothing;
    case "width":
      return parameter("w", resize.width);
    case "height":
      return parameter("h", resize.height);
    case "aspect": {
      const { min, max } = resize.aspect;
      return [
        ...parameter("w", resize.width),
        ...parameter("h", resize.height),
        ["aspect_ratio", min === max ? `${min}` : `${min},${max}`],
        ...gravityParameters(resize.gravity),
      ];
    }
    case "crop":
      return [...boxParameters(resize), ...gravityParameters(resize.gravity)];
    case "bound":
    case "boundmin":
    case "cover":
      return [...boxParameters(resize), ["func", resize.kind]];
    case "fit":
    case "cropfit":
      return [
        ...boxParameters(resize),
        ["func", resize.kind],
        ...gravityParameters(resize.gravity),
        ...parameter("fit_enlarge", resize.enlarge ? 1 : null),
        ...marginParameters(resize.margin),
      ];
  }
}

/** A ratio can make a side longer than a parameter may say: then it is said by the ratio again. */
function boxParameters({ width, height }: { readonly width: number; readonly height: number }): Parameters {
  const most = limits.aspectRatio;
  const ratio = `${Math.min(most, Math.max(1 / most, width / height))}`;
  if (height > limits.outputSide) return [...parameter("w", width), ["aspect_ratio", ratio]];
  if (width > limits.outputSide) return [...parameter("h", height), ["aspect_ratio", ratio]];
  return [...parameter("w", width), ...parameter("h", height)];
}

const pointSuffixes = { px: "", "%": "p", "%scaled": "s" } as const satisfies Record<
  FocalPoint["unit"],
  string
>;

function gravityParameters(gravity: Gravity): Parameters {
  if (gravity === "center") return nothing;
  if (typeof gravity === "string") return parameter("gravity", gravity);
  const suffix = pointSuffixes[gravity.unit];
  return parameter("gravity", `${gravity.x}${suffix},${gravity.y}${suffix}`);
}

function marginParameters({ top, right, bottom, left }: Margin): Parameters {
  if (top !== bottom || right !== left) return parameter("margin", `${top},${right},${bottom},${left}`);
  if (top !== right) return parameter("margin", `${top},${right}`);
  return parameter("margin", top === 0 ? null : top);
}
