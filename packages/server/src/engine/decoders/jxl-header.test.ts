import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readJxlHeader } from "./jxl-header.ts";

/** Bits as they follow each other in the file, the lowest of a number first (ISO/IEC 18181-1, section 5). */
type Bits = string;

const u = (value: number, count: number): Bits =>
  Array.from({ length: count }, (_, index) => Math.floor(value / 2 ** index) % 2).join("");
const flag = (value: boolean): Bits => u(value ? 1 : 0, 1);

/** A number by the first of four ranges into which it fits. */
function choose(value: number, ...ranges: readonly (readonly [offset: number, count: number])[]): Bits {
  const index = ranges.findIndex(([offset, count]) => value >= offset && value < offset + 2 ** count);
  const [offset, count] = ranges[index] as readonly [number, number];
  return u(index, 2) + u(value - offset, count);
}

const side = (value: number): Bits => choose(value, [1, 9], [1, 13], [1, 18], [1, 30]);
const size = (width: number, height: number): Bits => flag(false) + side(height) + u(0, 3) + side(width);
const smallSize = (width: number, height: number): Bits =>
  flag(true) + u(height / 8 - 1, 5) + u(0, 3) + u(width / 8 - 1, 5);
const depth = (bits: number): Bits => flag(false) + choose(bits, [8, 0], [10, 0], [12, 0], [1, 6]);
const channelType = (value: number): Bits => choose(value, [0, 0], [1, 0], [2, 4], [18, 6]);

interface Channel {
  readonly type: number;
  readonly name: string;
}

function channel({ type, name }: Channel): Bits {
  if (type === 0 && name === "") return flag(true);
  const letters = [...name].map((letter) => u(letter.charCodeAt(0), 8)).join("");
  const rest =
    type === 2 ? u(12_345, 16).repeat(4) : type === 5 ? choose(3, [1, 0], [0, 2], [3, 4], [19, 8]) : "";
  return (
    flag(false) +
    channelType(type) +
    depth(16) +
    choose(0, [0, 0], [3, 0], [4, 0], [1, 3]) +
    choose(name.length, [0, 0], [0, 4], [16, 5], [48, 10]) +
    letters +
    (type === 0 ? flag(false) : rest)
  );
}

interface Metadata {
  readonly orientation: number;
  readonly intrinsic: boolean;
  readonly preview: boolean;
  readonly animation: boolean;
  readonly float: boolean;
  readonly channels: readonly Channel[];
}

function metadata({ orientation, intrinsic, preview, animation, float, channels }: Metadata): Bits {
  const extra =
    u(orientation - 1, 3) +
    flag(intrinsic) +
    (intrinsic ? size(1000, 2000) : "") +
    flag(preview) +
    (preview ? flag(false) + choose(100, [1, 6], [65, 8], [321, 10], [1345, 12]) + u(1, 3) : "") +
    flag(animation) +
    (animation
      ? choose(500, [100, 0], [1000, 0], [1, 10], [1, 30]) +
        choose(1, [1, 0], [1001, 0], [1, 8], [1, 10]) +
        choose(7, [0, 0], [0, 3], [0, 16], [0, 32]) +
        flag(false)
      : "");
  return (
    flag(false) +
    flag(true) +
    extra +
    (float ? flag(true) + choose(32, [32, 0], [16, 0], [24, 0], [1, 6]) + u(7, 4) : depth(9)) +
    flag(false) +
    choose(channels.length, [0, 0], [1, 0], [2, 4], [1, 12]) +
    channels.map(channel).join("")
  );
}

/** A codestream that begins so; nothing comes after it. */
function codestream(bits: Bits): Uint8Array {
  const all = u(0x0aff, 16) + bits;
  return Uint8Array.from({ length: Math.ceil(all.length / 8) }, (_, byte) =>
    [...all.slice(8 * byte, 8 * byte + 8)].reduce((sum, bit, index) => sum + Number(bit) * 2 ** index, 0),
  );
}

function box(name: string, data: Uint8Array, length = data.length + 8): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length, 0);
  head.write(name, 4, "latin1");
  return Buffer.concat([head, data]);
}

const signature = Buffer.from("0000000c4a584c200d0a870a", "hex");
const isDefault = flag(true);

describe("the header of a JPEG XL", () => {
  const dimension = fc.integer({ min: 1, max: 2 ** 30 });

  test("has any size", () => {
    fc.assert(
      fc.property(dimension, dimension, (width, height) => {
        expect(readJxlHeader(codestream(size(width, height) + isDefault))).toMatchObject({ width, height });
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }), (width, height) => {
        const header = readJxlHeader(codestream(smallSize(8 * width, 8 * height) + isDefault));
        expect(header).toMatchObject({
          width: 8 * width,
          height: 8 * height,
          orientation: 1,
          hasAlpha: false,
        });
      }),
    );
  });

  test("may have a width that follows from its height", () => {
    const widths = [1000, 1200, 1333, 1500, 1777, 1250, 2000];
    for (const [index, width] of widths.entries()) {
      const bits = flag(false) + side(1000) + u(index + 1, 3) + isDefault;
      expect(readJxlHeader(codestream(bits))).toMatchObject({ width, height: 1000 });
    }
  });

  test("has orientation and alpha, whatever else is in between", () => {
    const fields = fc.record({
      orientation: fc.integer({ min: 1, max: 8 }),
      intrinsic: fc.boolean(),
      preview: fc.boolean(),
      animation: fc.boolean(),
      float: fc.boolean(),
      channels: fc.array(
        fc.record({
          // Alpha, depth, spot color, black, filter array, thermal, and one that only means "optional".
          type: fc.constantFrom(0, 1, 2, 4, 5, 6, 16),
          name: fc.string({ maxLength: 60, unit: fc.constantFrom("a", "b", "~") }),
        }),
        { maxLength: 6 },
      ),
    });
    fc.assert(
      fc.property(fields, (found) => {
        const { orientation, channels } = found;
        const hasAlpha = channels.some(({ type }) => type === 0);
        const header = readJxlHeader(codestream(size(640, 480) + metadata(found)));
        expect(header).toMatchObject({ width: 640, height: 480, orientation, hasAlpha, frames: 1 });
      }),
    );
  });

  test("may lie in boxes, and in several of them", () => {
    const bare = codestream(size(640, 480) + isDefault);
    const [start, rest] = [bare.subarray(0, 3), bare.subarray(3)];
    const index = (value: number) => Buffer.from([0, 0, 0, value]);
    const parts = [
      box("jxlp", Buffer.concat([index(0), start])),
      box("xml ", Buffer.alloc(50)),
      box("jxlp", Buffer.concat([index(2 ** 7), rest])),
    ];
    const long = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 16 + bare.length]), bare]);
    const files = [
      [box("jxlc", bare)],
      [box("Exif", Buffer.alloc(5000)), box("jxlc", bare)],
      parts,
      // Up to the end of the file, and with a length of 64 bits.
      [box("jxlc", bare, 0)],
      [box("jxlc", long, 1)],
    ];
    for (const boxes of files) {
      expect(readJxlHeader(Buffer.concat([signature, ...boxes]))).toMatchObject({ width: 640, height: 480 });
    }
  });

  test("is broken where it ends too soon or is something else", () => {
    const whole = codestream(size(640, 480) + isDefault);
    for (const file of [
      whole.subarray(0, 4),
      Buffer.concat([signature, box("jxlc", Buffer.from("nothing"))]),
      Buffer.concat([signature, box("jxlp", Buffer.alloc(0))]),
      signature,
    ]) {
      expect(() => readJxlHeader(file)).toThrow("image_broken");
    }
  });
});
