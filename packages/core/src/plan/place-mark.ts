import type { Compass, Length, Watermark } from "./plan.ts";
import type { Size } from "./size.ts";

/** How large a mark is drawn, and where its top left corner lies on the output; it may lie outside, even wholly. */
export interface MarkPlacement {
  readonly size: Size;
  readonly left: number;
  readonly top: number;
}

/**
 * Where a watermark goes, in whole pixels of the output.
 *
 * A mark larger than the output is first made as small, keeping its ratio; then it is scaled; and if that makes it too
 * large again (a tall mark as wide as the output), it is made to fit once more. The padding comes after that: it moves
 * the mark inwards from the edges that it is anchored to, outwards where it is negative, and does nothing along an axis
 * on which the mark is centered.
 *
 * @see reference/cloudimage.md section 5
 */
export function placeMark(
  output: Size,
  mark: Size,
  { place, scale }: Pick<Watermark, "place" | "scale">,
): MarkPlacement {
  const size = wholePixels(fitInto(scaled(fitInto(mark, output), output, scale), output));
  const pixels = (lengths: readonly [Length, Length]) => [
    pixelsOf(lengths[0], output.width),
    pixelsOf(lengths[1], output.height),
  ];
  if (place.kind === "corner") {
    const [left, top] = pixels(place.at) as [number, number];
    return { size, left, top };
  }
  const [horizontal, vertical] = sides[place.gravity];
  const [padX, padY] = pixels(place.pad) as [number, number];
  return {
    size,
    left: anchored(output.width - size.width, horizontal, padX),
    top: anchored(output.height - size.height, vertical, padY),
  };
}

type Side = "start" | "middle" | "end";

const sides: Readonly<Record<Compass, readonly [horizontal: Side, vertical: Side]>> = {
  northwest: ["start", "start"],
  north: ["middle", "start"],
  northeast: ["end", "start"],
  west: ["start", "middle"],
  center: ["middle", "middle"],
  east: ["end", "middle"],
  southwest: ["start", "end"],
  south: ["middle", "end"],
  southeast: ["end", "end"],
};

/** A remainder of one pixel goes to the south and east, as everywhere. */
function anchored(free: number, side: Side, pad: number): number {
  if (side === "middle") return Math.floor(free / 2);
  return side === "start" ? pad : free - pad;
}

function scaled(mark: Size, output: Size, scale: Watermark["scale"]): Size {
  if (scale === null) return mark;
  if (scale.kind === "own") return times(mark, scale.percent / 100);
  const width = (output.width * scale.width) / 100;
  return scale.height === null
    ? times(mark, width / mark.width)
    : { width, height: (output.height * scale.height) / 100 };
}

/** No larger than the box, its ratio kept. */
function fitInto(size: Size, box: Size): Size {
  return times(size, Math.min(1, box.width / size.width, box.height / size.height));
}

function times({ width, height }: Size, factor: number): Size {
  return { width: width * factor, height: height * factor };
}

function wholePixels({ width, height }: Size): Size {
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
}

function pixelsOf({ value, unit }: Length, whole: number): number {
  // `+ 0` for a value that rounds to -0.
  return Math.round(unit === "%" ? (whole * value) / 100 : value) + 0;
}
