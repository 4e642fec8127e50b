import { describe, expect, test } from "bun:test";
import { type Color, pixelAt, type Raster } from "../test-pictures.ts";
import { drawText, type TextInput } from "./draw-text.ts";
import { renderText } from "./render-text.ts";

const usual: TextInput = {
  text: "Freshet",
  font: "arial",
  size: 40,
  shrink: false,
  color: "ff8000",
  maxWidth: 500,
  maxHeight: 500,
  limitSide: 4096,
};

async function draw(input: Partial<TextInput>): Promise<Raster> {
  const { data, width, height } = await drawText({ ...usual, ...input });
  return { width, height, rgba: data };
}

function isInk([, , , alpha]: Color): boolean {
  return alpha > 0;
}

function inkRows(picture: Raster): number[] {
  return Array.from({ length: picture.height }, (_, y) => y).filter((y) =>
    Array.from({ length: picture.width }, (_, x) => pixelAt(picture, x, y)).some(isInk),
  );
}

function inkColumns(picture: Raster): number[] {
  return Array.from({ length: picture.width }, (_, x) => x).filter((x) =>
    Array.from({ length: picture.height }, (_, y) => pixelAt(picture, x, y)).some(isInk),
  );
}

describe("drawText", () => {
  for (const text of ["Freshet", "iiii", "|", "Ång", "שלום", "Привет", "WWWWWWWWWWWWWWWWWWWW"]) {
    test(`is as wide as its ink: ${text}`, async () => {
      const picture = await draw({ text });
      const columns = inkColumns(picture);
      expect(columns[0]).toBeLessThanOrEqual(1);
      expect(columns.at(-1)).toBeGreaterThanOrEqual(picture.width - 2);
    });
  }

  test("is as high as its font, and its baseline is where that of other texts is", async () => {
    // Of 40 pixels, 0.95 lie above and 0.28 below: 38 and 11.2.
    for (const text of ["H", "nnn", "Freshet", "X"]) {
      const picture = await draw({ text });
      expect(picture.height).toBe(50);
      expect(Math.abs((inkRows(picture).at(-1) as number) - 37)).toBeLessThanOrEqual(1);
    }
    expect(inkRows(await draw({ text: "p" })).at(-1)).toBeGreaterThan(42);
  });

  test("makes a capital 0.716 of the size high, as Arial's is", async () => {
    const rows = inkRows(await draw({ text: "H", size: 200 }));
    expect(Math.abs(rows.length - 0.716 * 200)).toBeLessThanOrEqual(8);
  });

  test("gives a stack of accents its room", async () => {
    const text = "A\u0301\u0302\u0301\u0302";
    const [plain, stacked] = [await draw({ text: "A" }), await draw({ text })];
    expect(stacked.height).toBeGreaterThanOrEqual(plain.height);
    expect(inkRows(stacked).length).toBeGreaterThan(inkRows(plain).length);
  });

  test("is of its color, and of no other", async () => {
    const picture = await draw({ size: 80 });
    let full = 0;
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        const pixel = pixelAt(picture, x, y);
        if (pixel[3] === 255) {
          full++;
          expect(pixel).toEqual([0xff, 0x80, 0, 255]);
        }
      }
    }
    expect(full).toBeGreaterThan(100);
  });

  test("grows with its size", async () => {
    const [small, large] = [await draw({ size: 20 }), await draw({ size: 200 })];
    expect(Math.abs(large.width / small.width - 10)).toBeLessThan(0.5);
    expect(Math.abs(large.height / small.height - 10)).toBeLessThan(0.3);
  });

  test("is made smaller only where it may be", async () => {
    const text = "A VERY LONG TEXT WHICH WON'T FIT";
    const whole = await draw({ text, maxWidth: 200 });
    expect(whole.width).toBeGreaterThan(500);
    for (const maxWidth of [1, 7, 100, 199, 200]) {
      const { width } = await draw({ text, shrink: true, maxWidth });
      expect(width).toBe(maxWidth);
    }
    expect((await draw({ text, shrink: true, maxHeight: 20 })).height).toBe(20);
    expect((await draw({ text, shrink: true, maxWidth: 5000 })).width).toBe(whole.width);
  });

  test("is never larger than the limit", async () => {
    const text = "W".repeat(500);
    const picture = await draw({ text, size: 1000, limitSide: 2000 });
    expect(picture.width).toBe(2000);
    expect(picture.height).toBeLessThan(100);
  });

  test("makes the same bytes each time", async () => {
    expect(Buffer.from((await draw({})).rgba).equals(Buffer.from((await draw({})).rgba))).toBe(true);
  });

  const nothing: Readonly<Record<string, string>> = {
    "no text": "",
    spaces: "   ",
    "white space": "\t\n\r ",
    "control characters": "\u0000\u0007\u001b\u0085",
    "an unseen joiner": "\u200b",
  };
  for (const [name, text] of Object.entries(nothing)) {
    test(`draws nothing for ${name}`, async () => {
      const picture = await draw({ text });
      expect(picture.rgba.every((value) => value === 0)).toBe(true);
    });
  }

  const odd = [
    "😀",
    "中文",
    "a😀b",
    "\ud800",
    "a\udc00b",
    "\ufffe",
    "مرحبا",
    "\u202eabc",
    "e\u0301",
    "ﷺ",
    "👨‍👩‍👧",
  ];
  for (const text of odd) {
    test(`does not fail at ${JSON.stringify(text)}`, async () => {
      const { width, height, rgba } = await draw({ text });
      expect(rgba.length).toBe(width * height * 4);
    });
  }

  test("drops control characters, and takes line feeds as spaces", async () => {
    const same = async (one: string, other: string) =>
      expect(await draw({ text: one })).toEqual(await draw({ text: other }));
    await same("a\u0000b\u001bc", "abc");
    await same("a\nb\tc", "a b c");
  });

  const injections = [
    "</text><rect width='999' height='999'/>",
    '"><script>alert(1)</script>',
    "&lt;&amp;&#65;&x;",
    "<![CDATA[x]]>",
    "]]>",
    "<!-- x -->",
    "<tspan font-size='999'>x</tspan>",
    "' onload='x",
  ];
  for (const text of injections) {
    test(`writes markup as text: ${text}`, async () => {
      const picture = await draw({ text, font: "courier", size: 20 });
      // Courier's letters are all 0.6 of its size wide: as many letters as characters, and nothing higher than they.
      expect(Math.abs(picture.width - text.length * 12)).toBeLessThanOrEqual(24);
      expect(picture.height).toBe(25);
    });
  }

  test("writes a font's name as a name", async () => {
    const font = `arial" font-size="999"><rect width="9"/>`;
    expect(await draw({ font })).toEqual(await draw({ font: "nosuchfont" }));
  });
});

test("renderText does the same, within the limits", async () => {
  const { text, font, size, shrink, color, maxWidth, maxHeight } = usual;
  const pixels = await renderText({ text, font, size, shrink, color, maxWidth, maxHeight });
  const drawn = await draw({});
  expect(Buffer.from(pixels.data).equals(Buffer.from(drawn.rgba))).toBe(true);
  expect([pixels.width, pixels.height, pixels.channels, pixels.frames]).toEqual([
    drawn.width,
    drawn.height,
    4,
    1,
  ]);
  const large = await renderText({ ...usual, text: "W".repeat(500), size: 1000 });
  expect(large.width * large.height).toBeLessThanOrEqual(16_000_000);
});
