import { type Color, rotatedSize, type Size } from "@freshet/core";
import { mapFrames, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { cutInPlace } from "./cut-in-place.ts";
import { rgbOf } from "./rgb.ts";

/**
 * Turns by `degrees` counter-clockwise. Quarter turns are exact; at other angles the canvas grows to hold the picture
 * (core's `rotatedSize`), and what that uncovers takes the background: a color, or `null` for transparent (then the
 * result has alpha). A picture with alpha keeps it inside.
 */
export function rotate(pixels: Pixels, degrees: number, background: Color | null): Promise<Pixels> {
  const angle = ((degrees % 360) + 360) % 360;
  if (angle === 0) return Promise.resolve(pixels);
  return mapFrames(pixels, (frame) =>
    angle % 90 === 0
      ? // libvips turns clockwise.
        collectPixels(openPixels(frame).rotate(360 - angle), frame)
      : rotateFreely(frame, angle, background),
  );
}

/**
 * Background around the picture before it is turned. libvips draws no more than the rounded bounds of what it turns, up to
 * a pixel off to one side; with two pixels more, the smooth edges are all within them.
 */
const border = 2;

async function rotateFreely(frame: Pixels, angle: number, background: Color | null): Promise<Pixels> {
  const [r, g, b] = rgbOf(background ?? "000000");
  const fill = { r, g, b, alpha: background === null ? 0 : 1 };
  const bordered = await collectPixels(
    openPixels(frame).extend({ left: border, top: border, right: border, bottom: border, background: fill }),
    frame,
  );
  const canvas = rotatedSize(frame, angle);
  const { matrix, shift, origin } = turnOf(bordered, angle, canvas);
  const turned = await collectPixels(
    openPixels(bordered).affine(matrix, {
      interpolator: "bicubic",
      background: fill,
      odx: shift.x,
      ody: shift.y,
    }),
    bordered,
  );
  return cutInPlace(turned, { ...canvas, left: 0 - origin.x, top: 0 - origin.y });
}

interface Vector {
  readonly x: number;
  readonly y: number;
}

interface Turn {
  readonly matrix: [[number, number], [number, number]];
  /** By how much less than a pixel libvips has to move what it draws. */
  readonly shift: Vector;
  /** Where on the canvas that begins which libvips draws. */
  readonly origin: Vector;
}

/**
 * The middle of the picture has to become the middle of the canvas. In libvips the middle of the first pixel is (0, 0);
 * what it draws begins at the rounded bounds of the turned picture, wherever that is shifted to.
 */
function turnOf({ width, height }: Size, angle: number, canvas: Size): Turn {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const bounds = {
    x: roundAway(Math.min(0, width * cos) + Math.min(0, height * sin)),
    y: roundAway(Math.min(0, -width * sin) + Math.min(0, height * cos)),
  };
  const exact = {
    x: (canvas.width - 1 - (width - 1) * cos - (height - 1) * sin) / 2 + bounds.x,
    y: (canvas.height - 1 + (width - 1) * sin - (height - 1) * cos) / 2 + bounds.y,
  };
  const origin = { x: Math.round(exact.x), y: Math.round(exact.y) };
  return {
    matrix: [
      [cos, sin],
      [-sin, cos],
    ],
    shift: { x: exact.x - origin.x, y: exact.y - origin.y },
    origin,
  };
}

/** `VIPS_ROUND_INT`: halves go away from zero. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
