import { describe, expect, test } from "bun:test";
import { type Compass, negotiate, parseRequest, plainToken } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import {
  blue,
  busy,
  type Color,
  distance,
  formatOf,
  green,
  pixelAt,
  quadrants,
  type Raster,
  raster,
  red,
  toAnimatedWebp,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toRaster,
  toTiff,
  toWebp,
  transparent,
  white,
} from "../engine/test-pictures.ts";
import { inspect } from "../origin/inspect.ts";
import { render } from "./render.ts";

async function renderUrl(query: string, source: Uint8Array, accept: string | null = null): Promise<Entry> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const { format } = await inspect(source);
  return render({ original: source, watermarks: [] }, plan, negotiate(plan.formats, accept, format));
}

async function picture(query: string, source: Uint8Array): Promise<Raster> {
  return toRaster((await renderUrl(query, source)).bytes);
}

/** Nine cells of 40 by 40; the red channel tells the column, the green one the row. */
const grid = raster(120, 120, (x, y) => [
  Math.floor(x / 40) * 100 + 20,
  Math.floor(y / 40) * 100 + 20,
  90,
  255,
]);

function cellAt(result: Raster, x: number, y: number): string {
  const [r, g] = pixelAt(result, x, y);
  return `${Math.round((r - 20) / 100)},${Math.round((g - 20) / 100)}`;
}

function expectColor(actual: Color, expected: Color, tolerance = 0): void {
  expect({ actual, off: distance(actual, expected) <= tolerance ? 0 : distance(actual, expected) }).toEqual({
    actual,
    off: 0,
  });
}

describe("a crop", () => {
  const columnOf: Readonly<Record<Compass, string>> = {
    northwest: "0",
    north: "1",
    northeast: "2",
    west: "0",
    center: "1",
    east: "2",
    southwest: "0",
    south: "1",
    southeast: "2",
  };
  const rowOf: Readonly<Record<Compass, string>> = {
    northwest: "0",
    north: "0",
    northeast: "0",
    west: "1",
    center: "1",
    east: "1",
    southwest: "2",
    south: "2",
    southeast: "2",
  };
  for (const gravity of Object.keys(columnOf) as Compass[]) {
    test(`to a column keeps column ${columnOf[gravity]} with gravity ${gravity}`, async () => {
      const result = await picture(`w=40&h=120&gravity=${gravity}`, await toPng(grid));
      expect([result.width, result.height]).toEqual([40, 120]);
      expect([20, 60, 100].map((y) => cellAt(result, 20, y))).toEqual(
        [0, 1, 2].map((row) => `${columnOf[gravity]},${row}`),
      );
      // To the pixel: no neighbor shows at the sides.
      expect([cellAt(result, 0, 60), cellAt(result, 39, 60)]).toEqual([
        `${columnOf[gravity]},1`,
        `${columnOf[gravity]},1`,
      ]);
    });

    test(`to a row, scaled, keeps row ${rowOf[gravity]} with gravity ${gravity}`, async () => {
      const result = await picture(`w=60&h=20&gravity=${gravity}`, await toPng(grid));
      expect([result.width, result.height]).toEqual([60, 20]);
      expect([10, 30, 50].map((x) => cellAt(result, x, 10))).toEqual(
        [0, 1, 2].map((column) => `${column},${rowOf[gravity]}`),
      );
    });
  }

  test("enlarges a small original until it covers the box", async () => {
    const result = await picture("w=240&h=480&gravity=east", await toPng(grid));
    expect([result.width, result.height]).toEqual([240, 480]);
    expect([cellAt(result, 230, 80), cellAt(result, 10, 240), cellAt(result, 230, 400)]).toEqual([
      "2,0",
      "1,1",
      "2,2",
    ]);
  });

  test("of a picture that EXIF turns counts in the upright picture", async () => {
    // Upright this is blue, red above yellow, green.
    const result = await picture("w=20&h=40&gravity=east", await toJpeg(quadrants(80, 40), 6));
    expect([result.width, result.height]).toEqual([20, 40]);
    expectColor(pixelAt(result, 15, 5), red, 12);
    expectColor(pixelAt(result, 15, 35), green, 12);
  });

  test("keeps transparent what was transparent", async () => {
    const result = await picture(
      "w=40&h=80",
      await toPng(raster(80, 80, (x) => (x < 40 ? transparent : red))),
    );
    expect(pixelAt(result, 5, 40)[3]).toBe(0);
    expectColor(pixelAt(result, 35, 40), red);
  });

  test("of a strip so long that scaling it whole would fill memory cuts first, and cuts in the right place", async () => {
    // Ten bands of 1000 rows, each with its own gray.
    const source = await toPng(raster(1, 10_000, (_, y) => [Math.floor(y / 1000) * 25, 0, 0, 255]));
    const center = await picture("w=500&h=500", source);
    expect([center.width, center.height]).toEqual([500, 500]);
    // One source pixel is 500 wide: rows 4999 and 5000 of the original meet in the middle.
    expect(pixelAt(center, 250, 250)[0]).toBeGreaterThanOrEqual(100);
    expect(pixelAt(center, 250, 250)[0]).toBeLessThanOrEqual(125);
    expectColor(pixelAt(await picture("w=500&h=500&gravity=north", source), 250, 250), [0, 0, 0, 255]);
    expectColor(pixelAt(await picture("w=500&h=500&gravity=south", source), 250, 250), [225, 0, 0, 255]);
  });

  test("of a strip lying on its side cuts in the right place, too", async () => {
    const source = await toPng(raster(10_000, 1, (x) => [0, Math.floor(x / 1000) * 25, 0, 255]));
    expectColor(pixelAt(await picture("w=500&h=500&gravity=west", source), 250, 250), [0, 0, 0, 255]);
    expectColor(pixelAt(await picture("w=500&h=500&gravity=east", source), 250, 250), [0, 225, 0, 255]);
  });
});

describe("a crop that cuts first", () => {
  const bands = raster(1, 10_000, (_, y) => (y < 5_000 ? red : blue));
  for (const [format, make] of Object.entries({
    png: toPng,
    webp: toWebp,
    gif: toGif,
    bmp: toBmp,
    tiff: toTiff,
  })) {
    test(`works for ${format}, whichever engine reads it`, async () => {
      const result = await picture("w=500&h=500&gravity=south&force_format=png", await make(bands));
      expect([result.width, result.height]).toEqual([500, 500]);
      expectColor(pixelAt(result, 250, 250), blue, 4);
    });
  }
});

describe("a fit", () => {
  const wide = raster(100, 50, () => blue);

  test("pads above and below with the color that is asked for, and never enlarges", async () => {
    const result = await picture("w=200&h=200&func=fit&bg_color=ff8000", await toPng(wide));
    expect([result.width, result.height]).toEqual([200, 200]);
    const orange: Color = [255, 128, 0, 255];
    for (const [x, y] of [
      [49, 100],
      [150, 100],
      [100, 74],
      [100, 125],
      [0, 0],
      [199, 199],
    ] as const) {
      expectColor(pixelAt(result, x, y), orange);
    }
    for (const [x, y] of [
      [50, 75],
      [149, 75],
      [50, 124],
      [149, 124],
    ] as const)
      expectColor(pixelAt(result, x, y), blue);
  });

  test("scales down into the box", async () => {
    const result = await picture("w=50&h=50&func=fit&bg_color=white", await toPng(wide));
    expectColor(pixelAt(result, 25, 11), white);
    expectColor(pixelAt(result, 25, 12), blue);
    expectColor(pixelAt(result, 25, 36), blue);
    expectColor(pixelAt(result, 25, 37), white);
  });

  test("places the picture where gravity says", async () => {
    const result = await picture("w=100&h=100&func=fit&bg_color=white&gravity=south", await toPng(wide));
    expectColor(pixelAt(result, 50, 49), white);
    expectColor(pixelAt(result, 50, 50), blue);
    expectColor(pixelAt(result, 50, 99), blue);
  });

  test("without a color pads transparently where the format can", async () => {
    for (const format of ["png", "_webp", "_avif"]) {
      const result = await picture(`w=200&h=200&func=fit&force_format=${format}`, await toPng(wide));
      expect(pixelAt(result, 100, 20)[3]).toBeLessThanOrEqual(2);
      expectColor(pixelAt(result, 100, 100), blue, 12);
    }
  });

  test("without a color pads JPEG with white", async () => {
    for (const source of [await toJpeg(wide), await toPng(wide)]) {
      const result = await picture("w=200&h=200&func=fit&force_format=jpeg", source);
      expectColor(pixelAt(result, 100, 20), white, 2);
      expectColor(pixelAt(result, 100, 100), blue, 12);
    }
  });

  test("lays a transparent picture on the padding's color", async () => {
    const source = await toPng(raster(100, 50, (x) => (x < 50 ? transparent : blue)));
    const result = await picture("w=100&h=100&func=fit&bg_color=00ff00", source);
    expectColor(pixelAt(result, 10, 50), green);
    expectColor(pixelAt(result, 90, 50), blue);
    expectColor(pixelAt(result, 50, 5), green);
  });

  test("mixes half-transparent pixels with the color below them, in proportion", async () => {
    const source = await toPng(raster(10, 10, () => [255, 0, 0, 128]));
    expectColor(
      pixelAt(await picture("w=10&h=20&func=fit&bg_color=0000ff", source), 5, 10),
      [128, 0, 127, 255],
      1,
    );
  });
});

describe("sizes", () => {
  const cases: readonly [query: string, size: readonly [number, number]][] = [
    ["", [200, 100]],
    ["w=50", [50, 25]],
    ["h=50", [100, 50]],
    ["w=400", [400, 200]],
    ["w=400&org_if_sml=1", [200, 100]],
    ["h=33", [66, 33]],
    ["w=33", [33, 17]],
    ["w=50&h=50", [50, 50]],
    ["w=50&h=50&func=bound", [50, 25]],
    ["w=50&h=50&func=boundmin", [100, 50]],
    ["w=50&h=50&func=cover", [50, 50]],
    ["w=50&h=50&func=fit", [50, 50]],
    ["w=150&h=150&func=cropfit", [150, 150]],
    ["w=400&h=400&func=bound", [400, 200]],
    ["w=400&h=400&func=bound&org_if_sml=1", [200, 100]],
    ["w=400&h=400&org_if_sml=1", [100, 100]],
    ["w=1000&h=100&org_if_sml=1", [200, 20]],
    ["w=50&dpr=2", [100, 50]],
    ["w=1&h=1", [1, 1]],
  ];
  for (const [query, size] of cases) {
    test(`of 200x100 with "${query}" are ${size.join("x")}`, async () => {
      for (const format of ["jpeg", "png", "_webp"]) {
        const { width, height } = await picture(
          `${query}&force_format=${format}`,
          await toPng(quadrants(200, 100)),
        );
        expect([width, height]).toEqual([...size]);
      }
    });
  }

  test("a cover distorts: the whole picture is in the box", async () => {
    const result = await picture("w=30&h=90&func=cover", await toPng(grid));
    const cells = [5, 15, 25].flatMap((x) => [15, 45, 75].map((y) => cellAt(result, x, y)));
    expect(cells).toEqual(["0,0", "0,1", "0,2", "1,0", "1,1", "1,2", "2,0", "2,1", "2,2"]);
  });

  test("a width beyond the limit is clamped", async () => {
    const { width, height } = await picture("w=99999999", await toPng(raster(64, 1, () => red)));
    expect([width, height]).toEqual([8192, 128]);
  });

  test("one pixel becomes any size, and any size one pixel", async () => {
    const pixel = await toPng(raster(1, 1, () => red));
    const large = await picture("w=300&h=200", pixel);
    expect([large.width, large.height]).toEqual([300, 200]);
    expectColor(pixelAt(large, 299, 199), red);
    const small = await picture("w=1&h=1&force_format=png", await toPng(raster(640, 480, () => red)));
    expectColor(pixelAt(small, 0, 0), red);
  });
});

describe("a format without alpha", () => {
  const half = raster(80, 40, (x) => (x < 40 ? transparent : blue));

  test("shows white where nothing else was asked for", async () => {
    const result = await picture("force_format=jpeg", await toPng(half));
    expectColor(pixelAt(result, 10, 20), white, 3);
    expectColor(pixelAt(result, 70, 20), blue, 12);
  });

  test("shows the background that was asked for", async () => {
    expectColor(
      pixelAt(await picture("w=40&force_format=jpeg&bg_color=red", await toPng(half)), 5, 10),
      red,
      12,
    );
  });

  test("flattens transparent WebP, AVIF and GIF alike", async () => {
    for (const source of [await toWebp(half), await toAvif(half), await toGif(half)]) {
      expectColor(pixelAt(await picture("w=40&force_format=jpeg&bg_color=0f0", source), 5, 10), green, 12);
    }
  });
});

describe("a background", () => {
  test("is put behind a transparent original in every format", async () => {
    const source = await toPng(raster(80, 40, (x) => (x < 40 ? transparent : blue)));
    for (const format of ["png", "_webp", "_avif", "jpeg"]) {
      expectColor(pixelAt(await picture(`bg_color=red&force_format=${format}`, source), 10, 20), red, 14);
    }
  });
});

describe("a wish for WebP or AVIF that is not strict", () => {
  /** What JPEG is made of, block by block: it needs one number for what costs WebP many. */
  const cosines =
    (alpha: number) =>
    (x: number, y: number): Color => {
      const wave =
        Math.cos(((2 * (x % 8) + 1) * 5 * Math.PI) / 16) * Math.cos(((2 * (y % 8) + 1) * 3 * Math.PI) / 16);
      const value = 128 + 60 * wave;
      return [value, value, value, alpha];
    };

  test("gives WebP where that is the smaller file", async () => {
    const entry = await renderUrl("w=100&force_format=webp", await toPng(raster(200, 200, () => blue)));
    expect([entry.type, await formatOf(entry.bytes)]).toEqual(["image/webp", "webp"]);
  });

  test("gives JPEG where that is the smaller file", async () => {
    const source = await toPng(raster(200, 200, cosines(255)));
    const [soft, strict, jpeg] = await Promise.all(
      ["webp", "_webp", "jpeg"].map((format) => renderUrl(`force_format=${format}`, source)),
    );
    expect(jpeg?.bytes.byteLength).toBeLessThan(strict?.bytes.byteLength ?? 0);
    expect(soft?.type).toBe("image/jpeg");
    expect(soft?.bytes.byteLength).toBeLessThan(strict?.bytes.byteLength ?? 0);
    expect(strict?.type).toBe("image/webp");
  });

  test("stays what it is for a transparent original, whatever is smaller", async () => {
    const source = await toPng(raster(200, 200, cosines(200)));
    expect((await renderUrl("force_format=webp", source)).type).toBe("image/webp");
  });

  test("stays what it is with transparent padding, and may give way with a color", async () => {
    const source = await toPng(raster(200, 104, cosines(255)));
    expect((await renderUrl("w=200&h=200&func=fit&force_format=webp", source)).type).toBe("image/webp");
    expect((await renderUrl("w=200&h=200&func=fit&bg_color=fff&force_format=webp", source)).type).toBe(
      "image/jpeg",
    );
  });
});

describe("formats", () => {
  const source = raster(96, 64, (x) => (x < 48 ? red : blue));
  const sources: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
    jpeg: () => toJpeg(source),
    png: () => toPng(source),
    webp: () => toWebp(source),
    avif: () => toAvif(source),
    gif: () => toGif(source),
    bmp: () => toBmp(source),
    tiff: () => toTiff(source),
  };
  const kept: Readonly<Record<string, string>> = { bmp: "png", tiff: "png" };
  for (const [from, make] of Object.entries(sources)) {
    for (const wish of ["original", "jpeg", "png", "_webp", "_avif"]) {
      const to = wish === "original" ? (kept[from] ?? from) : wish.replace("_", "");
      test(`${from} to ${wish} makes ${to} with the right size and colors`, async () => {
        const { bytes, type } = await renderUrl(`w=48&force_format=${wish}`, await make());
        expect([type, await formatOf(bytes)]).toEqual([`image/${to}`, to]);
        const result = await toRaster(bytes);
        expect([result.width, result.height]).toEqual([48, 32]);
        expectColor(pixelAt(result, 8, 16), red, 14);
        expectColor(pixelAt(result, 40, 16), blue, 14);
      });
    }
  }

  test("an animation is shown by its first frame", async () => {
    const frames = [red, green, blue].map((color) => raster(40, 30, () => color));
    for (const animation of [await toGif(...frames), await toAnimatedWebp(...frames)]) {
      const result = await picture("w=20&force_format=png", animation);
      expect([result.width, result.height]).toEqual([20, 15]);
      expectColor(pixelAt(result, 10, 7), red, 4);
    }
  });

  test("a higher quality makes a larger file", async () => {
    const file = await toPng(busy(120, 90));
    const sizes: number[] = [];
    for (const q of [10, 50, 90])
      sizes.push((await renderUrl(`q=${q}&force_format=jpeg`, file)).bytes.byteLength);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(3);
  });
});

describe("what cannot be rendered", () => {
  test("a truncated PNG is image_broken", async () => {
    const file = await toPng(busy(200, 200));
    await expect(renderUrl("w=100", file.subarray(0, file.length / 2))).rejects.toMatchObject({
      code: "image_broken",
    });
  });

  const noImages = {
    text: Buffer.from("Hello, I am a text file.\n".repeat(20)),
    html: Buffer.from("<!doctype html><title>Not found</title>"),
    nothing: new Uint8Array(0),
    "one byte": new Uint8Array([0x89]),
  };
  for (const [name, bytes] of Object.entries(noImages)) {
    test(`${name} is not_an_image`, async () => {
      await expect(renderUrl("w=100", bytes)).rejects.toMatchObject({ code: "not_an_image" });
    });
  }

  test("a header that lies about its size is refused before anything is decoded", async () => {
    const file = Buffer.from(await toPng(raster(8, 8, () => red)));
    file.writeUInt32BE(60_000, 16);
    file.writeUInt32BE(60_000, 20);
    // The checksum of IHDR, so that the lie is well formed.
    file.writeUInt32BE(Bun.hash.crc32(file.subarray(12, 29)), 29);
    const start = performance.now();
    await expect(renderUrl("w=100", file)).rejects.toMatchObject({ code: "original_too_large" });
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
