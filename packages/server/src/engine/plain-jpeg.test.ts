import { describe, expect, test } from "bun:test";
import sharp from "sharp";
import { contentOf, segmentsOf } from "./decoders/jpeg-segments.ts";
import { plainJpeg } from "./plain-jpeg.ts";
import { busy, pixelsOf, toJpeg } from "./test-pictures.ts";
import { openPixels } from "./vips.ts";

const picture = busy(60, 40);
const markersOf = (file: Uint8Array) => [...segmentsOf(file)].map(({ marker }) => marker);
/** From the first scan on. */
const scanOf = (file: Uint8Array) => file.subarray([...segmentsOf(file)].at(-1)?.start);

describe("a plain JPEG", () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    test(`is turned as the file is: ${orientation}`, async () => {
      const file = await toJpeg(picture, orientation);
      const plain = plainJpeg(file);
      expect((await sharp(plain).metadata()).orientation).toBe(orientation === 1 ? undefined : orientation);
      const shown = await new Bun.Image(plain).metadata();
      expect([shown.width, shown.height]).toEqual(orientation >= 5 ? [40, 60] : [60, 40]);
      expect(Buffer.from(scanOf(plain)).equals(scanOf(file))).toBe(true);
    });
  }

  test("has no profile, and all that decoding needs", async () => {
    const file = await openPixels(pixelsOf(picture))
      .keepIccProfile()
      .withIccProfile("srgb")
      .withExif({ IFD0: { Copyright: "somebody" } })
      .jpeg()
      .toBuffer();
    expect(markersOf(file)).toContain(0xe2);
    expect(markersOf(file)).toContain(0xe1);
    const plain = plainJpeg(file);
    const others = (marker: number) => marker !== 0xe1 && marker !== 0xe2;
    expect(markersOf(plain)).toEqual(markersOf(file).filter(others));
    const [before, after] = await Promise.all([file, plain].map((bytes) => sharp(bytes).raw({}).toBuffer()));
    expect(after?.equals(before as Buffer)).toBe(true);
  });

  test("goes by the first EXIF, as the size that is announced does", async () => {
    const [turned, upright] = [await toJpeg(picture, 6), await toJpeg(picture, 1)];
    const exifOf = (file: Uint8Array) => {
      const segment = [...segmentsOf(file)].find((one) => contentOf(file, one, "exif"));
      return file.subarray(segment?.start, segment?.end);
    };
    const both = Buffer.concat([turned.subarray(0, 2), exifOf(turned), exifOf(upright), turned.subarray(2)]);
    expect((await sharp(plainJpeg(both)).metadata()).orientation).toBe(6);
  });
});
