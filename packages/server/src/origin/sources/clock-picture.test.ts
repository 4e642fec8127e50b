import { describe, expect, test } from "bun:test";
import { drawPng } from "../../engine/draw-png.ts";
import { type Color, distance, pixelAt, type Raster, toRaster } from "../../engine/test-pictures.ts";
import { clockPicture, clockSize } from "./clock-picture.ts";

const bright: Color = [0xe8, 0xf4, 0xfb, 255];
const soft: Color = [0x7f, 0xc1, 0xe6, 255];

/** Where a color is to be found between two rows. */
function boxOf(picture: Raster, color: Color, top: number, bottom: number) {
  const box = { left: picture.width, right: -1, top: picture.height, bottom: -1 };
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (distance(pixelAt(picture, x, y), color) > 8) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box;
}

describe("clockPicture", () => {
  test("is another picture for another millisecond, and the same for the same", () => {
    const moment = Date.UTC(2026, 5, 18, 20, 34, 56, 789);
    expect(clockPicture(new Date(moment))).toBe(clockPicture(new Date(moment)));
    expect(clockPicture(new Date(moment))).not.toBe(clockPicture(new Date(moment + 1)));
  });

  test("has time and milliseconds side by side on one baseline, and the date below, all centered", async () => {
    const picture = await toRaster(
      await drawPng({ svg: clockPicture(new Date("2028-08-28T08:58:58.888Z")), size: clockSize }),
    );
    expect([picture.width, picture.height]).toEqual([1200, 600]);
    const time = boxOf(picture, bright, 0, 600);
    const milliseconds = boxOf(picture, soft, 0, time.bottom + 5);
    const date = boxOf(picture, soft, time.bottom + 5, 600);
    expect(milliseconds.left).toBeGreaterThan(time.right + 10);
    expect(Math.abs(milliseconds.bottom - time.bottom)).toBeLessThanOrEqual(3);
    expect(date.top).toBeGreaterThan(time.bottom + 20);
    expect(Math.abs(time.left + milliseconds.right - 1200)).toBeLessThanOrEqual(8);
    expect(Math.abs(date.left + date.right - 1200)).toBeLessThanOrEqual(8);
  });
});
