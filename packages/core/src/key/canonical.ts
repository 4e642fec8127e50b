import type {
  Filter,
  Gravity,
  Length,
  Margin,
  Plan,
  Point,
  Radius,
  Rectangle,
  Resize,
  Watermark,
} from "../plan/plan.ts";

/**
 * A plan as one line of text: equal for equal plans, different for plans that could make different pixels. Parts that
 * say nothing are left out; each other part begins with its own name, and texts are quoted, so that no two plans meet.
 */
export function canonicalPlan(plan: Plan): string {
  const { trim, rectangle, backdrop, background, flip, rotate, radius, optipress } = plan;
  const formats = plan.formats.map(({ format, strict }) => (strict ? `_${format}` : format)).join(",");
  return [
    trim === null ? "" : `trim=${trim}`,
    rectangle === null ? "" : canonicalRectangle(rectangle),
    canonicalResize(plan.resize),
    plan.neverEnlarge ? "small" : "",
    backdrop === null
      ? ""
      : `back=${backdrop.blur},${backdrop.opacity},${backdrop.colorize ?? ""},${backdrop.gravity}`,
    background === null ? "" : `bg=${background}`,
    flip === null ? "" : `flip=${flip}`,
    rotate === null ? "" : `r=${rotate}`,
    ...plan.filters.map(canonicalFilter),
    radius === null ? "" : `radius=${canonicalRadius(radius)}`,
    ...plan.watermarks.map(canonicalWatermark),
    plan.quality === null ? "" : `q=${plan.quality}`,
    plan.webpQuality === null ? "" : `qwebp=${plan.webpQuality}`,
    plan.pngQuality === null ? "" : `qpng=${plan.pngQuality}`,
    optipress === null ? "" : `press=${optipress}`,
    plan.profile === "srgb" ? "" : `profile=${plan.profile}`,
    formats === "" ? "" : `to=${formats}`,
  ]
    .filter((part) => part !== "")
    .join(";");
}

function canonicalRectangle(rectangle: Rectangle): string {
  return `rect=${canonicalPoint(rectangle.topLeft)}:${canonicalPoint(rectangle.bottomRight)}`;
}

function canonicalPoint(point: Point | null): string {
  return point === null ? "" : `${point.x},${point.y}`;
}

function canonicalResize(resize: Resize): string {
  switch (resize.kind) {
    case "none":
      return "";
    case "width":
      return `w=${resize.width}`;
    case "height":
      return `h=${resize.height}`;
    case "aspect": {
      const { width, height, aspect, gravity } = resize;
      return `aspect=${width ?? ""}x${height ?? ""}:${aspect.min},${aspect.max}${canonicalGravity(gravity)}`;
    }
    case "bound":
    case "boundmin":
    case "cover":
      return `${resize.kind}=${resize.width}x${resize.height}`;
    case "crop":
      return `crop=${resize.width}x${resize.height}${canonicalGravity(resize.gravity)}`;
    case "fit":
    case "cropfit": {
      const { kind, width, height, gravity, enlarge, margin } = resize;
      const grow = enlarge ? "+" : "";
      return `${kind}=${width}x${height}${canonicalGravity(gravity)}${canonicalMargin(margin)}${grow}`;
    }
  }
}

function canonicalGravity(gravity: Gravity): string {
  if (gravity === "center") return "";
  return typeof gravity === "object" ? `@${gravity.x},${gravity.y}${gravity.unit}` : `@${gravity}`;
}

function canonicalMargin({ top, right, bottom, left }: Margin): string {
  const sides = [top, right, bottom, left];
  return sides.some((side) => side !== 0) ? `!${sides.join(",")}` : "";
}

function canonicalFilter(filter: Filter): string {
  switch (filter.kind) {
    case "bright":
      return `bright=${filter.offset}`;
    case "contrast":
    case "saturate":
      return `${filter.kind}=${filter.percent}`;
    case "colorize":
      return `colorize=${filter.color},${filter.opacity}`;
    case "duotone":
      return `duotone=${filter.dark},${filter.light}`;
    case "blur":
      return `blur=${filter.sigma}`;
    case "pixelate":
      return `pixelate=${filter.block}`;
    case "sharp":
      return `sharp=${filter.amount}`;
    case "grey":
    case "sepia":
    case "invert":
      return filter.kind;
  }
}

function canonicalRadius({ topLeft, bottomLeft, bottomRight, topRight }: Radius): string {
  return [topLeft, bottomLeft, bottomRight, topRight].join(",");
}

function canonicalWatermark({ content, place, scale, opacity }: Watermark): string {
  const what =
    content.kind === "image"
      ? `image:${content.input}`
      : [
          `text:${JSON.stringify(content.text)}`,
          JSON.stringify(content.font),
          content.size + (content.shrink ? "max" : ""),
          content.color,
        ].join(",");
  const where =
    place.kind === "anchor"
      ? `${place.gravity}:${place.pad.map(canonicalLength).join(",")}`
      : `corner:${place.at.map(canonicalLength).join(",")}`;
  return `mark=${what}|${where}|${canonicalScale(scale)}|${opacity}`;
}

function canonicalLength({ value, unit }: Length): string {
  return `${value}${unit}`;
}

function canonicalScale(scale: Watermark["scale"]): string {
  if (scale === null) return "";
  return scale.kind === "own" ? `own:${scale.percent}` : `${scale.width}x${scale.height ?? ""}`;
}
