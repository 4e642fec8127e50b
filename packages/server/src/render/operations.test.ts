import { describe, expect, test } from "bun:test";
import { negotiate, ops, parseRequest, plainToken } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import {
  black,
  blue,
  type Color,
  distance,
  formatOf,
  green,
  pixelAt,
  quadrants,
  type Raster,
  raster,
  rasterOf,
  red,
  toGif,
  toJpeg,
  toPng,
  toRaster,
  transparent,
  white,
  yellow,
} from "../engine/test-pictures.ts";
import { collectPixels, openFile } from "../engine/vips.ts";
import { inspect } from "../origin/inspect.ts";
import { render } from "./render.ts";

/** From the URL to the file: that each operation is wired in, in the right order. What each does has tests of its own. */

async function renderUrl(query: string, source: Uint8Array, watermarks: Uint8Array[] = []): Promise<Entry> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const { format } = await inspect(source);
  return render({ original: source, watermarks }, plan, negotiate(plan.formats, null, format));
}

async function picture(query: string, source: Raster, ...marks: Raster[]): Promise<Raster> {
  const entry = await renderUrl(query, await toPng(source), await Promise.all(marks.map(toPng)));
  return toRaster(entry.bytes);
}

/** Red and green above blue and yellow, 80 by 40. */
const four = quadrants(80, 40);

function expectColors(
  result: Raster,
  wanted: readonly (readonly [x: number, y: number, color: Color])[],
  tolerance = 2,
) {
  const off = wanted.filter(([x, y, color]) => distance(pixelAt(result, x, y), color) > tolerance);
  expect(off.map(([x, y]) => [x, y, pixelAt(result, x, y)])).toEqual([]);
}

function cornersOf({ width, height }: Raster): readonly (readonly [number, number])[] {
  return [
    [2, 2],
    [width - 3, 2],
    [2, height - 3],
    [width - 3, height - 3],
  ];
}

describe("turning", () => {
  const table: readonly [query: string, size: readonly [number, number], corners: readonly Color[]][] = [
    ["flip=h", [80, 40], [green, red, yellow, blue]],
    ["flip=v", [80, 40], [blue, yellow, red, green]],
    ["mirror=xy", [80, 40], [yellow, blue, green, red]],
    // Counter-clockwise: what was right is above.
    ["r=90", [40, 80], [green, yellow, red, blue]],
    ["r=180", [80, 40], [yellow, blue, green, red]],
    ["r=-90", [40, 80], [blue, red, yellow, green]],
    // First mirrored, then turned.
    ["flip=h&r=90", [40, 80], [red, blue, green, yellow]],
    ["w=40&r=90", [20, 40], [green, yellow, red, blue]],
  ];
  for (const [query, size, corners] of table) {
    test(query, async () => {
      const result = await picture(query, four);
      expect([result.width, result.height]).toEqual([...size]);
      expectColors(
        result,
        cornersOf(result).map(([x, y], at) => [x, y, corners[at] as Color]),
      );
    });
  }

  test("by a free angle grows the canvas and leaves its corners transparent, or in the color that is asked for", async () => {
    const square = raster(100, 100, () => red);
    const clear = await picture("r=45", square);
    // The diagonal of a square of 100.
    expect(Math.abs(clear.width - 141)).toBeLessThanOrEqual(1);
    expect(pixelAt(clear, 3, 3)[3]).toBe(0);
    expectColors(clear, [[70, 70, red]]);
    expectColors(await picture("r=45&bg_color=00ff00", square), [
      [3, 3, green],
      [70, 70, red],
    ]);
    const jpeg = await toRaster((await renderUrl("r=45", await toJpeg(square))).bytes);
    expectColors(jpeg, [[3, 3, white]], 8);
  });
});

describe("cutting", () => {
  // Each pixel tells where it was.
  const map = raster(120, 80, (x, y) => [x * 2, y * 3, 9, 255]);

  test("a rectangle, in pixels of the original", async () => {
    const result = await picture("tl_px=10,20&br_px=50,60", map);
    expect(result).toEqual(raster(40, 40, (x, y) => [(x + 10) * 2, (y + 20) * 3, 9, 255]));
  });

  test("a rectangle before the size", async () => {
    const result = await picture("tl_px=40,0&br_px=80,40&w=20", four);
    expect([result.width, result.height]).toEqual([20, 20]);
    expectColors(result, [
      [10, 3, green],
      [10, 17, yellow],
    ]);
  });

  test("around a focal point, in pixels and in percent of the original", async () => {
    for (const gravity of ["110,40", "90p,50p", "0.9c,0.5c"]) {
      const result = await picture(`w=40&h=80&gravity=${gravity}`, map);
      // The window ends at the right edge: 80 to 120.
      expect([pixelAt(result, 0, 0)[0], pixelAt(result, 39, 0)[0]]).toEqual([160, 238]);
    }
    expect(pixelAt(await picture("w=40&h=80&gravity=50,40", map), 0, 0)[0]).toBe(60);
  });

  test("to what draws the eye", async () => {
    const scene = raster(300, 100, (x, y) =>
      (x - 240) ** 2 + (y - 50) ** 2 < 900 ? red : [200, 200, 200, 255],
    );
    const result = await picture("w=100&h=100&gravity=auto", scene);
    const isRed = (x: number, y: number) => distance(pixelAt(result, x, y), red) < 10;
    expect([25, 50, 75].some((x) => isRed(x, 50))).toBe(true);
  });

  test("a border off, before the size", async () => {
    const framed = raster(100, 60, (x, y) => (x >= 20 && x < 80 && y >= 10 && y < 50 ? blue : white));
    expect(await picture("trim=10", framed)).toEqual(raster(60, 40, () => blue));
    const scaled = await picture("trim=10&w=30", framed);
    expect([scaled.width, scaled.height]).toEqual([30, 20]);
    expectColors(scaled, [
      [0, 0, blue],
      [29, 19, blue],
    ]);
  });

  test("to a ratio", async () => {
    const table: readonly [query: string, size: readonly [number, number]][] = [
      ["ar=1", [80, 80]],
      ["ar=16:9&w=64", [64, 36]],
      ["ar=1,2", [120, 80]],
      ["ar=2:1,3:1", [120, 60]],
    ];
    for (const [query, size] of table) {
      const { width, height } = await picture(query, map);
      expect([query, width, height]).toEqual([query, ...size]);
    }
  });
});

describe("padding", () => {
  const wide = raster(100, 50, () => blue);

  test("with a margin", async () => {
    const result = await picture("w=100&h=100&func=fit&margin=20,10&bg_color=fff", wide);
    // 80 by 60 are left for it: it becomes 80 by 40, in the middle.
    expectColors(result, [
      [9, 50, white],
      [10, 50, blue],
      [89, 50, blue],
      [90, 50, white],
      [50, 29, white],
      [50, 30, blue],
      [50, 69, blue],
      [50, 70, white],
    ]);
  });

  test("in the prominent color of the picture", async () => {
    expectColors(await picture("w=100&h=100&func=fit&bg_color=auto", wide), [[50, 5, blue]], 8);
  });

  test("enlarges where it is told to", async () => {
    const result = await picture("w=200&h=200&func=fit&fit_enlarge=1&bg_color=fff", wide);
    expectColors(result, [
      [100, 49, white],
      [100, 51, blue],
      [1, 100, blue],
    ]);
  });

  test("with a copy of the picture behind it", async () => {
    const result = await picture("w=100&h=100&func=fit&bg_img_fit=1", wide);
    expectColors(result, [
      [50, 5, blue],
      [50, 95, blue],
    ]);
    const faint = await picture("w=100&h=100&func=fit&bg_img_fit=1&bg_opacity=0.5&bg_color=fff", wide);
    expectColors(faint, [
      [50, 5, [128, 128, 255, 255]],
      [50, 50, blue],
    ]);
  });
});

describe("filters", () => {
  const gray: Color = [100, 100, 100, 255];
  const plain = raster(20, 20, () => gray);
  const table: readonly [query: string, color: Color][] = [
    ["bright=20", [120, 120, 120, 255]],
    ["bright=-300", black],
    ["invert=1", [155, 155, 155, 255]],
    ["contrast=-100", [128, 128, 128, 255]],
    ["colorize=ff0000,0.5", [178, 50, 50, 255]],
    // One by one in their fixed order, whatever the order in the URL: 100 + 20, then 255 - 120.
    ["f=invert,bright:20", [135, 135, 135, 255]],
    ["blur=3", gray],
    ["pixelate=5", gray],
    ["sharp=2", gray],
    ["saturate=50", gray],
  ];
  for (const [query, color] of table) {
    test(query, async () => expectColors(await picture(query, plain), [[10, 10, color]], 1));
  }

  test("grey, by the weights of Rec. 709", async () => {
    const result = await picture("grey=1", four);
    expectColors(
      result,
      [
        [10, 10, [54, 54, 54, 255]],
        [70, 10, [182, 182, 182, 255]],
        [10, 30, [18, 18, 18, 255]],
      ],
      1,
    );
  });

  test("duotone, from dark to light", async () => {
    const ramp = raster(3, 1, (x) => [x * 127.5, x * 127.5, x * 127.5, 255]);
    expectColors(await picture("duotone=000080,ffff00", ramp), [
      [0, 0, [0, 0, 128, 255]],
      [1, 0, [128, 128, 64, 255]],
      [2, 0, yellow],
    ]);
  });
});

describe("round corners", () => {
  test("are transparent, or show the background, or white where there is no alpha", async () => {
    const square = raster(40, 40, () => blue);
    const corner = [0, 0] as const;
    expect(pixelAt(await picture("radius=10", square), ...corner)[3]).toBe(0);
    expectColors(await picture("radius=10&bg_color=f00", square), [[...corner, red]]);
    const jpeg = await toRaster((await renderUrl("radius=max", await toJpeg(square))).bytes);
    expectColors(jpeg, [[0, 0, white]], 25);
    expectColors(jpeg, [[20, 20, blue]], 12);
  });

  test("count from the top left counter-clockwise", async () => {
    const result = await picture(
      "radius=0,10,0,0",
      raster(40, 40, () => blue),
    );
    expect(cornersOf(result).map(([x, y]) => pixelAt(result, x < 20 ? 0 : 39, y < 20 ? 0 : 39)[3])).toEqual([
      255, 255, 0, 255,
    ]);
  });
});

describe("watermarks", () => {
  const ground = raster(100, 60, () => blue);
  const mark = raster(10, 10, () => red);

  test("lie where gravity and padding say", async () => {
    const result = await picture("wat=1&wat_url=h.io/m.png&wat_gravity=southeast&wat_pad=5", ground, mark);
    expectColors(result, [
      [84, 50, blue],
      [85, 45, red],
      [94, 54, red],
      [95, 54, blue],
      [90, 55, blue],
    ]);
  });

  test("are scaled and let the picture through", async () => {
    const query = "wat=1&wat_url=h.io/m.png&wat_scale=50p&wat_opacity=0.5";
    const result = await picture(query, ground, mark);
    // As wide as half of 100, in the middle.
    expectColors(result, [
      [24, 30, blue],
      [26, 30, [128, 0, 127, 255]],
      [73, 30, [128, 0, 127, 255]],
      [75, 30, blue],
    ]);
  });

  test("may be several, each with its own place, and one picture twice", async () => {
    const query =
      "wat=1&wat_gravity[1]=northwest&wat_url[1]=h.io/m.png&wat_gravity[2]=northeast&wat_url[2]=h.io/n.png&wat_gravity[3]=southwest&wat_url[3]=h.io/m.png";
    const result = await picture(
      query,
      ground,
      mark,
      raster(10, 10, () => green),
    );
    expectColors(result, [
      [5, 5, red],
      [95, 5, green],
      [5, 55, red],
      [95, 55, blue],
    ]);
  });

  test("are laid on after everything else", async () => {
    const query = "w=50&r=90&invert=1&wat=1&wat_url=h.io/m.png&wat_gravity=north";
    const result = await picture(query, ground, mark);
    expectColors(result, [
      [15, 5, red],
      [15, 25, yellow],
    ]);
  });

  test("of text show ink of the color that is asked for, near where it is asked for", async () => {
    const query =
      "wat=1&wat_text=Freshet%20%26%20%3Cb%3E&wat_color=ffffff&wat_fontsize=24&wat_gravity=northwest";
    const result = await picture(
      query,
      raster(400, 200, () => black),
    );
    let ink = 0;
    let far = 0;
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 400; x++) {
        if (pixelAt(result, x, y)[0] <= 200) continue;
        ink++;
        if (y > 40 || x > 220) far++;
      }
    }
    expect(ink).toBeGreaterThan(200);
    expect(far).toBe(0);
  });

  test("that cannot be read say so", async () => {
    const work = renderUrl("wat=1&wat_url=h.io/m.png", await toPng(ground), [new Uint8Array(50)]);
    expect(await work.catch((error) => [error.code, error.detail])).toEqual([
      "not_an_image",
      expect.stringContaining("the watermark"),
    ]);
  });
});

describe("an animation", () => {
  const frames = [raster(40, 20, () => red), raster(40, 20, () => blue), quadrants(40, 20)];

  async function framesOf({ bytes }: Entry): Promise<Raster[]> {
    const file = openFile(bytes, { animated: true });
    const { pages = 1, pageHeight = 0, width, delay = [] } = await file.metadata();
    expect([pages, delay]).toEqual([3, [100, 100, 100]]);
    const like = { frames: pages, delays: delay, loop: 0, icc: null } as const;
    const still = { data: new Uint8Array(0), width, height: pageHeight, channels: 4 } as const;
    const pixels = await collectPixels(file.ensureAlpha(), { ...still, ...like });
    return [0, 1, 2].map((frame) => rasterOf(pixels, frame));
  }

  const queries = [
    "w=20",
    "w=20&h=20",
    "w=60&h=60&func=fit&bg_color=fff",
    "w=60&h=60&func=fit&bg_img_fit=1",
    "flip=h",
    "r=90",
    "r=30",
    "tl_px=10,5&br_px=30,15",
    "blur=2",
    "pixelate=4",
    "sharp=1",
    "radius=5",
    "wat=1&wat_url=h.io/m.png&wat_gravity=northwest",
    "gravity=auto&w=10&h=20",
    "ar=1",
    "bg_color=auto&func=fit&w=50&h=50",
  ];
  for (const format of ["gif", "_webp"]) {
    test(`as ${format} keeps its frames, their times and their colors through every operation`, async () => {
      const source = await toGif(...frames);
      const mark = await toPng(raster(4, 4, () => green));
      for (const query of queries) {
        const shown = await framesOf(await renderUrl(`${query}&force_format=${format}`, source, [mark]));
        const middle = shown.slice(0, 2).map((frame) => {
          const { width, height } = frame;
          return pixelAt(frame, Math.floor(width / 2), Math.floor(height / 2));
        });
        expect({
          query,
          off: [red, blue].map((color, at) => distance(color, middle[at] as Color) > 12),
        }).toEqual({
          query,
          off: [false, false],
        });
      }
    });
  }

  for (const format of ["gif", "_webp"]) {
    test(`as ${format} keeps its frames and their times through the example of each parameter`, async () => {
      // All alike at their edges and different inside, so that a trim finds one box and no two frames are one.
      const source = await toGif(
        ...[red, blue, green].map((color) =>
          raster(60, 40, (x, y) => (x < 6 || y < 6 || x > 53 || y > 33 ? white : color)),
        ),
      );
      const mark = await toPng(raster(4, 4, () => green));
      for (const { name, example } of ops) {
        const query = example.replace(/&?force_format=[^&]*/, "").replaceAll(/\b(w|h)=\d{3,4}/g, "$1=90");
        const entry = await renderUrl(`${query}&force_format=${format}`, source, [mark, mark]);
        const shown = await framesOf(entry);
        const looks = new Set(shown.map(({ rgba }) => Bun.hash(rgba)));
        expect({ name, type: entry.type, different: looks.size }).toEqual({
          name,
          type: `image/${format.replace("_", "")}`,
          different: 3,
        });
      }
    }, 30_000);
  }

  test("stands still in a format that cannot move, and where it has but one frame", async () => {
    const source = await toGif(...frames);
    expectColors(await toRaster((await renderUrl("force_format=png", source)).bytes), [[20, 10, red]]);
    expect(await formatOf((await renderUrl("", source)).bytes)).toBe("gif");
    expect(await formatOf((await renderUrl("w=10", await toGif(quadrants(20, 20)))).bytes)).toBe("gif");
  });

  test("keeps what is transparent in it", async () => {
    const source = await toGif(
      ...[red, blue, green].map((color) => raster(40, 20, (x) => (x < 20 ? transparent : color))),
    );
    const [first] = await framesOf(await renderUrl("w=20", source));
    expect([pixelAt(first as Raster, 3, 5)[3], pixelAt(first as Raster, 17, 5)[3]]).toEqual([0, 255]);
  });
});

describe("optipress", () => {
  test("makes a smaller file the higher its level, and gives way to q", async () => {
    const noisy = raster(200, 150, (x, y) => [
      128 + 60 * Math.sin(x / 3) + ((x * 7 + y * 13) % 23),
      128 + 60 * Math.cos(y / 4),
      (x * y) % 200,
      255,
    ]);
    const source = await toPng(noisy);
    const sizeOf = async (query: string) =>
      (await renderUrl(`force_format=jpeg&${query}`, source)).bytes.byteLength;
    const [first, second, third] = [
      await sizeOf("optipress=1"),
      await sizeOf("optipress=2"),
      await sizeOf("optipress=3"),
    ];
    expect(second).toBeLessThan(first);
    expect(third).toBeLessThan(second);
    expect(await sizeOf("optipress=3&q=95")).toBe(await sizeOf("q=95"));
  });
});

test("every operation's example renders", async () => {
  const source = await toPng(raster(320, 240, (x, y) => [x % 256, y, 128, 255]));
  const mark = await toPng(raster(8, 8, () => red));
  for (const { name, example } of ops) {
    const entry = await renderUrl(example, source, [mark, mark]).catch((error) => error);
    expect({ name, error: entry instanceof Error ? String(entry) : null }).toEqual({ name, error: null });
  }
});
