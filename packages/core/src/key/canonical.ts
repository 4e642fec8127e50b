import type { Plan, Resize } from "../plan/plan.ts";

/** A plan as one line of text: equal for equal plans, different for plans that could make different pixels. */
export function canonicalPlan(plan: Plan): string {
  const formats = plan.formats.map(({ format, strict }) => (strict ? `_${format}` : format)).join(",");
  return [
    canonicalResize(plan.resize),
    plan.neverEnlarge ? "small" : "",
    plan.background === null ? "" : `bg=${plan.background}`,
    plan.quality === null ? "" : `q=${plan.quality}`,
    formats === "" ? "" : `to=${formats}`,
  ]
    .filter((part) => part !== "")
    .join(";");
}

function canonicalResize(resize: Resize): string {
  switch (resize.kind) {
    case "none":
      return "";
    case "width":
      return `w=${resize.width}`;
    case "height":
      return `h=${resize.height}`;
    default: {
      const gravity = "gravity" in resize && resize.gravity !== "center" ? `@${resize.gravity}` : "";
      return `${resize.kind}=${resize.width}x${resize.height}${gravity}`;
    }
  }
}
