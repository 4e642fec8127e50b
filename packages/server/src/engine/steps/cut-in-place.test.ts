import { expect, test } from "bun:test";
import fc from "fast-check";
import { pixelsOf, raster } from "../test-pictures.ts";
import { crop } from "./crop.ts";
import { cutInPlace } from "./cut-in-place.ts";

test("what is cut in place is what libvips cuts", async () => {
  const boxes = fc
    .record({ left: fc.nat(19), top: fc.nat(14), channels: fc.constantFrom(3, 4) })
    .chain(({ left, top, channels }) =>
      fc.record({
        left: fc.constant(left),
        top: fc.constant(top),
        width: fc.integer({ min: 1, max: 20 - left }),
        height: fc.integer({ min: 1, max: 15 - top }),
        channels: fc.constant(channels),
      }),
    );
  await fc.assert(
    fc.asyncProperty(boxes, async ({ channels, ...box }) => {
      const picture = () =>
        pixelsOf(raster(20, 15, (x, y) => [x * 12, y * 17, 9, channels === 4 ? x + 1 : 255]));
      const cut = await cutInPlace(picture(), box);
      const expected = await crop(picture(), box);
      expect({ ...cut, data: [...cut.data] }).toEqual({ ...expected, data: [...expected.data] });
    }),
  );
});
