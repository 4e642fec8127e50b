import type { Filter } from "../../plan/plan.ts";

/** A filter as a parameter of its own. */
export function filterParameter(filter: Filter): readonly [name: string, value: string] {
  switch (filter.kind) {
    case "bright":
      return ["bright", `${filter.offset}`];
    case "contrast":
    case "saturate":
      return [filter.kind, `${filter.percent}`];
    case "colorize":
      return ["colorize", `${filter.color},${filter.opacity}`];
    case "duotone":
      return ["duotone", `${filter.dark},${filter.light}`];
    case "blur":
      return ["blur", `${filter.sigma}`];
    case "pixelate":
      return ["pixelate", `${filter.block}`];
    case "sharp":
      return ["sharp", `${filter.amount}`];
    case "grey":
    case "sepia":
    case "invert":
      return [filter.kind, "1"];
  }
}
