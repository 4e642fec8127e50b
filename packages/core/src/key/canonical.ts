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
  const { trim, rectangle, backdrop, background, flip, rotate, radius, optipress, formats } = plan;
  let text = "";
  // Hits are made of this: no array of parts, most of which would be empty.
  const say = (part: string) => {
    if (part !== "") text = text === "" ? part : `${text};${part}`;
  };
  if (trim !== null) say(`trim=${trim}`);
  if (rectangle !== null) say(canonicalRectangle(rectangle));
  say(canonicalResize(plan.resize));
  if (plan.neverEnlarge) say("small");
  if (backdrop !== null) {
    say(`back=${backdrop.blur},${backdrop.opacity},${backdrop.colorize ?? ""},${backdrop.gravity}`);
  }
  if (background !== null) say(`bg=${background}`);
  if (flip !== null) say(`flip=${flip}`);
  if (rotate !== null) say(`r=${rotate}`);
  for (const filter of plan.filters) say(canonicalFilter(filter));
  if (radius !== null) say(`radius=${canonicalRadius(radius)}`);
  for (const mark of plan.watermarks) say(canonicalWatermark(mark));
  if (plan.quality !== null) say(`q=${plan.quality}`);
  if (plan.webpQuality !== null) say(`qwebp=${plan.webpQuality}`);
  if (plan.pngQuality !== null) say(`qpng=${plan.pngQuality}`);
  if (optipress !== null) say(`press=${optipress}`);
  if (plan.profile !== "srgb") say(`profile=${plan.profile}`);
  if (plan.fidelity !== "full") say(`fidelity=${plan.fidelity}`);
  if (formats.length > 0) say(`to=${formats.map(canonicalFormat).join(",")}`);
  return text;
}

function canonicalFormat({ format, strict }: Plan["formats"][number]): string {
  return strict ? `_${format}` : format;
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
