import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limits } from "../limits.ts";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import type { LayoutPlan } from "./crop-wish.ts";
import { focusNeeded, type Layout, makeLayout, outputSize } from "./geometry.ts";
import { type Box, rotatedSize, type Size } from "./size.ts";
import { type Source, usedRegion } from "./source.ts";

const size = (width: number, height: number): Size => ({ width, height });
const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });

function planOf(query: string): LayoutPlan {
  return parseRequest(`/h.io/a.jpg?${query}`, plainToken("doc")).plan;
}

function sourceOf(width: number, height: number, more: Partial<Source> = {}): Source {
  return { width, height, trimmed: null, focus: null, ...more };
}

function layOut(query: string, source: Source): string {
  return describeLayout(makeLayout(planOf(query), source));
}

function describeLayout({ region, scaled, crop, canvas }: Layout): string {
  const text = ({ width, height }: Size) => `${width}x${height}`;
  const parts = [text(scaled)];
  if (region) parts.unshift(`from ${text(region)}+${region.left}+${region.top}`);
  if (crop) parts.push(`cut ${text(crop)}+${crop.left}+${crop.top}`);
  if (canvas) parts.push(`on ${text(canvas.size)}+${canvas.left}+${canvas.top}`);
  return parts.join(" ");
}

describe("makeLayout, by hand", () => {
  const cases: [name: string, query: string, width: number, height: number, expected: string][] = [
    ["no size", "", 640, 480, "640x480"],
    ["width", "w=320", 640, 480, "320x240"],
    ["width enlarges", "w=1280", 640, 480, "1280x960"],
    ["width never enlarged", "w=1280&org_if_sml=1", 640, 480, "640x480"],
    ["height", "h=100", 640, 480, "133x100"],
    ["crop wide", "w=300&h=100", 600, 400, "300x200 cut 300x100+0+50"],
    ["crop north", "w=300&h=100&gravity=north", 600, 400, "300x200 cut 300x100+0+0"],
    ["crop south", "w=300&h=100&gravity=south", 600, 400, "300x200 cut 300x100+0+100"],
    ["crop tall east", "w=100&h=200&gravity=east", 600, 400, "300x200 cut 100x200+200+0"],
    ["crop of the same ratio", "w=300&h=200&gravity=east", 600, 400, "300x200"],
    ["crop enlarges", "w=800&h=400", 400, 400, "800x800 cut 800x400+0+200"],
    [
      "crop never enlarged keeps the ratio",
      "w=800&h=400&org_if_sml=1",
      400,
      400,
      "400x400 cut 400x200+0+100",
    ],
    [
      "crop never enlarged, one side too large",
      "w=800&h=600&org_if_sml=1",
      1000,
      300,
      "1000x300 cut 400x300+300+0",
    ],
    ["fit", "w=400&h=320&func=fit", 800, 400, "400x200 on 400x320+0+60"],
    ["fit north", "w=400&h=320&func=fit&gravity=north", 800, 400, "400x200 on 400x320+0+0"],
    [
      "fit does not enlarge",
      "w=400&h=300&func=fit&gravity=southeast",
      100,
      100,
      "100x100 on 400x300+300+200",
    ],
    ["fit enlarges if told to", "w=400&h=300&func=fit&fit_enlarge=1", 100, 100, "300x300 on 400x300+50+0"],
    ["fit of the same ratio", "w=400&h=200&func=fit", 800, 400, "400x200"],
    ["fit in a margin", "w=400&h=320&func=fit&margin=20", 800, 400, "360x180 on 400x320+20+70"],
    ["fit in four margins", "w=400&h=320&func=fit&margin=10,20,30,80", 800, 400, "300x150 on 400x320+80+75"],
    [
      "fit in a margin, northwest",
      "w=400&h=320&func=fit&margin=10,20,30,80&gravity=northwest",
      800,
      400,
      "300x150 on 400x320+80+10",
    ],
    [
      "fit in a margin, of the same ratio",
      "w=400&h=200&func=fit&margin=20",
      800,
      400,
      "320x160 on 400x200+40+20",
    ],
    ["fit in margins that leave nothing", "w=40&h=20&func=fit&margin=500", 800, 400, "2x1 on 40x20+19+9"],
    [
      "fit in margins on one side that leave nothing",
      "w=40&h=20&func=fit&margin=0,0,0,99",
      800,
      400,
      "1x1 on 40x20+39+9",
    ],
    ["cropfit crops", "w=500&h=350&func=cropfit", 650, 500, "500x385 cut 500x350+0+17"],
    ["cropfit fits", "w=500&h=350&func=cropfit", 400, 250, "400x250 on 500x350+50+50"],
    ["cropfit fits if one side is larger", "w=500&h=350&func=cropfit", 600, 250, "500x208 on 500x350+0+71"],
    ["cropfit of the original's own size", "w=500&h=350&func=cropfit&margin=9", 500, 350, "500x350"],
    [
      "cropfit enlarges if told to",
      "w=500&h=350&func=cropfit&fit_enlarge=1",
      250,
      350,
      "250x350 on 500x350+125+0",
    ],
    [
      "cropfit at a point is centered where it fits",
      "w=500&h=350&func=cropfit&gravity=0p,0p",
      400,
      250,
      "400x250 on 500x350+50+50",
    ],
    ["bound", "w=600&h=600&func=bound", 800, 400, "600x300"],
    ["bound enlarges", "w=600&h=600&func=bound", 80, 40, "600x300"],
    ["bound never enlarged", "w=600&h=600&func=bound&org_if_sml=1", 80, 40, "80x40"],
    ["boundmin", "w=300&h=300&func=boundmin", 800, 400, "600x300"],
    ["cover distorts", "w=300&h=300&func=cover", 800, 400, "300x300"],
    ["cover never enlarged", "w=1000&h=500&func=cover&org_if_sml=1", 800, 100, "200x100"],
    ["one pixel", "w=1", 1000, 3, "1x1"],
    ["of one pixel", "w=8192&h=2", 1, 1, "from 1x1+0+0 8192x2"],
  ];
  test.each(cases)("%s", (_name, query, width, height, expected) => {
    // A region that is the whole is told of as none.
    expect(layOut(query, sourceOf(width, height))).toBe(expected.replace(`from ${width}x${height}+0+0 `, ""));
  });
});

describe("makeLayout of an aspect ratio", () => {
  // Section 3.8: kids.jpg is 1800 x 800 here, a ratio of 2.25.
  test.each([
    ["ar=1.5", 1800, 800, "1800x800 cut 1200x800+300+0"],
    ["ar=1.5&gravity=east", 1800, 800, "1800x800 cut 1200x800+600+0"],
    ["ar=3", 1800, 800, "1800x800 cut 1800x600+0+100"],
    ["ar=9:4", 1800, 800, "1800x800"],
    ["ar=1.5,2", 1800, 800, "1800x800 cut 1600x800+100+0"],
    ["ar=1.5,2.5", 1800, 800, "1800x800"],
    ["ar=2.5,3", 1800, 800, "1800x800 cut 1800x720+0+40"],
    ["w=400&ar=1.5,2.0", 1800, 800, "450x200 cut 400x200+25+0"],
    ["h=400&ar=1.5,2.0", 1800, 800, "900x400 cut 800x400+50+0"],
    ["w=400&ar=2,3", 1800, 800, "400x178"],
    ["h=400&ar=2,3", 1800, 800, "900x400"],
    ["w=400&ar=1.6", 1800, 800, "563x250 cut 400x250+81+0"],
    ["w=4000&ar=1.5,2.0&org_if_sml=1", 1800, 800, "1800x800 cut 1600x800+100+0"],
    ["w=4000&ar=2,3&org_if_sml=1", 1800, 800, "1800x800"],
    ["ar=1:100", 3, 1, "3x1 cut 1x1+1+0"],
  ])("%s of %d x %d", (query, width, height, expected) => {
    expect(layOut(query, sourceOf(width, height))).toBe(expected);
  });
});

describe("makeLayout of a part of the original", () => {
  test.each([
    ["tl_px=900,0&br_px=1300,600", null, "from 400x600+900+0 400x600"],
    ["w=200&tl_px=900,0&br_px=1300,600", null, "from 400x600+900+0 200x300"],
    ["w=300&br_px=900,560", null, "from 900x560+0+0 300x187"],
    ["h=100&tl_px=1600,600", null, "from 200x200+1600+600 100x100"],
    [
      "w=490&h=170&tl_px=310,70&br_px=1550,580&func=fit",
      null,
      "from 1240x510+310+70 413x170 on 490x170+38+0",
    ],
    ["w=100&h=100&tl_px=900,0&br_px=1300,600&func=cover", null, "from 400x600+900+0 100x100"],
    ["tl_px=1700,700&br_px=9999,9999", null, "from 100x100+1700+700 100x100"],
    ["tl_px=0,0&br_px=1800,800", null, "1800x800"],
    // Nothing of the picture is in it: ignored.
    ["tl_px=1800,0", null, "1800x800"],
    ["w=90&tl_px=5000,5000&br_px=6000,6000", null, "90x40"],
    // Around a point, as large as w and h say before dpr.
    ["w=300&h=200&x=500&y=400", null, "from 300x200+350+300 300x200"],
    ["w=300&h=200&x=500&y=400&dpr=2", null, "from 300x200+350+300 600x400"],
    ["w=300&h=200&x=0&y=0&func=bound", null, "from 150x100+0+0 300x200"],
    ["w=300&h=200&x=9000&y=0&func=bound", null, "300x133"],
    // First trim, then the rectangle.
    ["", box(100, 50, 1600, 700), "from 1600x700+100+50 1600x700"],
    ["w=800", box(100, 50, 1600, 700), "from 1600x700+100+50 800x350"],
    ["tl_px=0,0&br_px=500,500", box(100, 50, 1600, 700), "from 400x450+100+50 400x450"],
    ["br_px=90,40", box(100, 50, 1600, 700), "from 1600x700+100+50 1600x700"],
    ["w=700&h=700", box(100, 50, 1600, 700), "from 1600x700+100+50 1600x700 cut 700x700+450+0"],
    [
      "w=1700&h=1700&func=cropfit",
      box(100, 50, 1600, 700),
      "from 1600x700+100+50 1600x700 on 1700x1700+50+500",
    ],
    ["w=9000&org_if_sml=1", box(100, 50, 1600, 700), "from 1600x700+100+50 1600x700"],
    // A box that lies outside is not one that trim can have found.
    ["w=90", box(5000, 0, 10, 10), "90x40"],
  ])("%s with %j left by trim", (query, trimmed, expected) => {
    expect(layOut(query, sourceOf(1800, 800, { trimmed }))).toBe(expected);
  });
});

describe("makeLayout keeps a point in the middle, as far as the edges allow it", () => {
  // 1000 x 400 scaled to a half, window 200 x 200: x of the point, halved, less 100, within 0 to 300.
  test.each([
    ["gravity=600,10", null, 200],
    ["gravity=10,10", null, 0],
    ["gravity=990,10", null, 300],
    ["gravity=99999,10", null, 300],
    ["gravity=60p,10p", null, 200],
    ["gravity=.6c,.1c", null, 200],
    ["gravity=60s,10s", null, 200],
    ["gravity=50p,50p", null, 150],
    ["gravity=500,200", null, 150],
    ["gravity=0p,0p", null, 0],
    ["gravity=100s,0s", null, 300],
    ["gravity=33.33p,0p", null, 66],
    ["gravity=auto", { x: 0.6, y: 0.1 }, 200],
    ["gravity=auto", { x: 0, y: 0 }, 0],
    ["gravity=auto", { x: 1, y: 1 }, 300],
    ["gravity=auto", null, 150],
    ["gravity=west", { x: 0.6, y: 0.1 }, 0],
    ["func=face", { x: 0.6, y: 0.1 }, 200],
    ["func=facehide", { x: 0.6, y: 0.1 }, 150],
  ])("%s, eye drawn to %j", (gravity, focus, left) => {
    expect(layOut(`w=200&h=200&${gravity}`, sourceOf(1000, 400, { focus }))).toBe(
      `500x200 cut 200x200+${left}+0`,
    );
  });

  // Of 1000 x 400 the 800 x 400 from 200 on are used, scaled to a half.
  test.each([
    ["gravity=600,10", 100],
    ["gravity=100,10", 0],
    ["gravity=60p,10p", 100],
    ["gravity=50p,50p", 50],
    ["gravity=60s,10s", 140],
    ["gravity=50s,50s", 100],
    ["gravity=auto", 140],
    ["gravity=center", 100],
  ])("%s when a part was cut off before", (gravity, left) => {
    const focus = { x: 0.6, y: 0.5 };
    const expected = `from 800x400+200+0 400x200 cut 200x200+${left}+0`;
    expect(layOut(`w=200&h=200&tl_px=200,0&${gravity}`, sourceOf(1000, 400, { focus }))).toBe(expected);
    const trimmed = box(200, 0, 800, 400);
    expect(layOut(`w=200&h=200&trim=5&${gravity}`, sourceOf(1000, 400, { focus, trimmed }))).toBe(expected);
  });

  test("to the pixel: 0.29 * 100 is 28.999999999999996 in floating point", () => {
    expect(layOut("w=20&h=100&gravity=29p,0p", sourceOf(100, 100))).toBe("100x100 cut 20x100+19+0");
  });

  test("along the other side as well", () => {
    expect(layOut("w=200&h=100&gravity=0,300", sourceOf(400, 400))).toBe("200x200 cut 200x100+0+100");
    expect(layOut("ar=2&gravity=0,130", sourceOf(400, 400))).toBe("400x400 cut 400x200+0+30");
  });
});

describe("gravity=trim (section 3.15)", () => {
  // A border of 100 pixels was cut off at the sides that are named.
  const trimmed = (...sides: string[]): Box => {
    const [left, top] = [sides.includes("w") ? 100 : 0, sides.includes("n") ? 100 : 0];
    return box(
      left,
      top,
      1000 - left - (sides.includes("e") ? 100 : 0),
      1000 - top - (sides.includes("s") ? 100 : 0),
    );
  };

  test.each([
    [["n", "e", "s", "w"], 0.5, 0.5],
    [["w"], 0, 0.5],
    [["e"], 1, 0.5],
    [["n"], 0.5, 0],
    [["s"], 0.5, 1],
    [["n", "w"], 0, 0],
    [["s", "e"], 1, 1],
    [["w", "e"], 0.5, 0.5],
    [["n", "w", "e"], 0.5, 0],
  ])("trimmed at %j: a crop keeps those edges, a fit grows there", (sides, x, y) => {
    const source = sourceOf(1000, 1000, { trimmed: trimmed(...sides) });
    for (const query of ["w=200&h=100", "w=100&h=200"]) {
      const { scaled, crop } = makeLayout(planOf(`${query}&trim=5&gravity=trim`), source);
      expect(crop?.left).toBe(Math.floor((scaled.width - (crop?.width ?? 0)) * x));
      expect(crop?.top).toBe(Math.floor((scaled.height - (crop?.height ?? 0)) * y));
    }
    const { scaled, canvas } = makeLayout(planOf("w=2000&h=2000&func=fit&trim=5&gravity=trim"), source);
    expect(canvas?.left).toBe(Math.floor((2000 - scaled.width) * (1 - x)));
    expect(canvas?.top).toBe(Math.floor((2000 - scaled.height) * (1 - y)));
  });

  test("nothing trimmed: a crop goes to what draws the eye, a fit to the center", () => {
    const source = sourceOf(1000, 1000, { focus: { x: 0.5, y: 0.9 } });
    expect(layOut("w=200&h=100&trim=5&gravity=trim", source)).toBe("200x200 cut 200x100+0+100");
    expect(layOut("w=2000&h=1000&func=fit&trim=5&gravity=trim", source)).toBe("1000x1000 on 2000x1000+500+0");
  });
});

describe("focusNeeded", () => {
  test.each([
    ["w=200&h=200&gravity=auto", sourceOf(1000, 400), size(400, 400)],
    ["w=100&h=300&gravity=smart", sourceOf(1000, 400), size(133, 400)],
    ["w=400&func=face&h=100", sourceOf(1000, 400), size(1000, 250)],
    ["w=200&h=200&gravity=auto&tl_px=800,0", sourceOf(1000, 400), size(200, 200)],
    ["ar=1&gravity=auto", sourceOf(1000, 400), size(400, 400)],
    ["ar=1,2&gravity=auto", sourceOf(1000, 400), size(800, 400)],
    ["w=200&h=200&func=cropfit&gravity=auto", sourceOf(1000, 400), size(400, 400)],
    ["w=200&h=200&gravity=trim&trim=5", sourceOf(1000, 400), size(400, 400)],
    ["w=800&h=800&gravity=auto", sourceOf(4, 2), size(2, 2)],
    // Nothing to decide: no cut, or a cut that goes by something else.
    ["w=200&h=200", sourceOf(1000, 400), null],
    ["w=500&h=200&gravity=auto", sourceOf(1000, 400), null],
    ["w=200&gravity=auto", sourceOf(1000, 400), null],
    ["ar=1,3&gravity=auto", sourceOf(1000, 400), null],
    ["w=200&h=200&func=fit&gravity=auto", sourceOf(1000, 400), null],
    ["w=2000&h=200&func=cropfit&gravity=auto", sourceOf(1000, 400), null],
    ["w=200&h=200&gravity=trim&trim=5", sourceOf(1000, 400, { trimmed: box(9, 0, 991, 400) }), null],
    ["w=200&h=200&gravity=10,10", sourceOf(1000, 400), null],
  ])("%s", (query, source, expected) => {
    expect(focusNeeded(planOf(query), source)).toEqual(expected);
  });
});

describe("makeLayout, for all plans and originals", () => {
  const side = fc.oneof(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 20_000 }),
    fc.constantFrom(1, 65_535),
  );
  const wanted = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: limits.outputSide }));
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  const point = fc.record({ x: fraction, y: fraction });

  const source = fc
    .record({
      width: side,
      height: side,
      cut: fc.option(fc.tuple(fraction, fraction, fraction, fraction)),
      focus: fc.option(point),
    })
    .map(({ width, height, cut, focus }): Source => {
      if (cut === null) return { width, height, trimmed: null, focus };
      const [left, top] = [Math.floor(cut[0] * (width - 1)), Math.floor(cut[1] * (height - 1))];
      const trimmed = box(
        left,
        top,
        1 + Math.floor(cut[2] * (width - left - 1)),
        1 + Math.floor(cut[3] * (height - top - 1)),
      );
      return { width, height, trimmed, focus };
    });

  const parameter = fc.oneof(
    wanted.map((width) => `w=${width}`),
    wanted.map((height) => `h=${height}`),
    fc
      .constantFrom("crop", "fit", "cropfit", "bound", "boundmin", "cover", "face")
      .map((func) => `func=${func}`),
    fc
      .constantFrom("north", "southwest", "auto", "trim", "0,0", "70000,3", "30p,90p", "20s,0s")
      .map((gravity) => `gravity=${gravity}`),
    fc.constantFrom("1", "16:9", "0.01", "100", "1,2", "3:4,16:9").map((aspect) => `ar=${aspect}`),
    fc.constantFrom(
      "tl_px=3,5",
      "br_px=40,30",
      "br_px=65535,1",
      "tl_px=65534,0",
      "x=20",
      "y=20",
      "x=20&y=65535",
    ),
    fc.constantFrom("org_if_sml=1", "fit_enlarge=1", "dpr=3", "trim=9"),
    fc.constantFrom("0", "7", "9,0", "1,2,3,8000", "8192").map((margin) => `margin=${margin}`),
    fc.constantFrom("r=90", "r=45", "r=1", "r=200.5"),
  );
  const query = fc.array(parameter, { maxLength: 8 }).map((parts) => parts.join("&"));

  test("every box has whole pixels, lies inside of what it is cut from, and keeps the limits, turned or not", () => {
    fc.assert(
      fc.property(query, source, (wish, original) => {
        const plan = planOf(wish);
        const layout = makeLayout(plan, original);
        const { region, scaled, crop, canvas } = layout;
        const used = usedRegion(plan, original);
        for (const { width, height } of [
          scaled,
          crop ?? scaled,
          canvas?.size ?? scaled,
          region ?? original,
          used,
        ]) {
          expect(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1).toBe(true);
        }
        expectInside(used, box(0, 0, original.width, original.height));
        expectInside(region ?? used, used);
        if (!region) expect(used).toEqual(box(0, 0, original.width, original.height));
        if (crop) expectInside(crop, { ...scaled, left: 0, top: 0 });
        if (canvas)
          expectInside(
            { ...scaled, left: canvas.left, top: canvas.top },
            { ...canvas.size, left: 0, top: 0 },
          );
        expect(crop !== null && canvas !== null).toBe(false);
        const output = outputSize(layout);
        for (const result of [output, rotatedSize(output, plan.rotate)]) {
          expect(Math.max(result.width, result.height)).toBeLessThanOrEqual(limits.outputSide);
          expect(result.width * result.height).toBeLessThanOrEqual(limits.outputPixels);
        }
        expect(scaled.width * scaled.height).toBeLessThanOrEqual(limits.outputPixels);
      }),
      { numRuns: 5_000 },
    );
  });

  test("what is asked for is what comes out, as far as the rules allow it", () => {
    fc.assert(
      fc.property(query, source, (wish, original) => {
        const plan = planOf(wish.replaceAll("org_if_sml=1", ""));
        const { resize } = plan;
        const output = outputSize(makeLayout(plan, original));
        const isAllowed = (wanted: Size) =>
          [wanted, rotatedSize(wanted, plan.rotate)].every(
            ({ width, height }) =>
              Math.max(width, height) <= limits.outputSide && width * height <= limits.outputPixels,
          );
        if (["crop", "fit", "cropfit", "cover"].includes(resize.kind) && "width" in resize) {
          const wanted = size(resize.width ?? 0, resize.kind === "width" ? 0 : (resize.height ?? 0));
          if (isAllowed(wanted)) expect(output).toEqual(wanted);
        }
        if (resize.kind === "bound")
          expect(output.width <= resize.width && output.height <= resize.height).toBe(true);
        if (resize.kind === "width" && isAllowed(size(resize.width, Math.ceil(1.01 * output.height))))
          expect(output.width).toBe(resize.width);
      }),
      { numRuns: 3_000 },
    );
  });

  test("nothing is enlarged that must not be: by org_if_sml, or in a fit", () => {
    fc.assert(
      fc.property(query, source, fc.boolean(), (wish, original, isFit) => {
        const plan = planOf(
          `${wish.replaceAll("fit_enlarge=1", "")}&${isFit ? "func=fit&h=50&w=70" : "org_if_sml=1"}`,
        );
        const used = usedRegion(plan, original);
        const { scaled, canvas } = makeLayout(plan, original);
        expect(scaled.width <= used.width && scaled.height <= used.height).toBe(true);
        if (canvas) expect(["fit", "cropfit"]).toContain(plan.resize.kind);
      }),
      { numRuns: 3_000 },
    );
  });

  test("only a cut changes what share of the picture is seen, and only cover its ratio", () => {
    fc.assert(
      fc.property(query, source, (wish, original) => {
        const plan = planOf(wish);
        const layout = makeLayout(plan, original);
        const part = layout.region ?? original;
        const { width, height } = layout.scaled;
        if (plan.resize.kind === "cover" || layout.region?.width !== usedRegion(plan, original).width) return;
        if (layout.region?.height !== usedRegion(plan, original).height) return;
        // One scale explains both sides, each a pixel more or less, or up to a whole one. Where a few pixels are
        // made very large, the window is taken in whole pixels of the original: up to two more than its share.
        const isCut = ["crop", "cropfit", "aspect"].includes(plan.resize.kind);
        const spare = isCut && layout.crop === null && layout.canvas === null ? 2 : 0;
        // What is turned may be made smaller afterwards, which rounds once more.
        const rounded = plan.rotate === null ? 1 : 2;
        const scales = (side: number, from: number) => [
          side === 1 ? 0 : (side - rounded) / from,
          from > spare ? (side + rounded) / (from - spare) : Number.POSITIVE_INFINITY,
        ];
        const [leastX = 0, mostX = 0] = scales(width, part.width);
        const [leastY = 0, mostY = 0] = scales(height, part.height);
        expect(Math.max(leastX, leastY)).toBeLessThanOrEqual(Math.min(mostX, mostY));
      }),
      { numRuns: 3_000 },
    );
  });

  test("focusNeeded tells of the window that is cut out, and only where the focus moves it", () => {
    fc.assert(
      fc.property(query, source, (wish, original) => {
        const plan = planOf(wish);
        const window = focusNeeded(plan, original);
        const used = usedRegion(plan, original);
        const at = (x: number, y: number) => makeLayout(plan, { ...original, focus: { x, y } });
        if (window === null) {
          const { scaled, crop } = at(0, 0);
          const spare = (side: "width" | "height") =>
            crop ? ((scaled[side] - crop[side]) * used[side]) / scaled[side] : 0;
          // A window that is less than a pixel of the original smaller than it can be looked for nowhere else.
          if (Math.max(spare("width"), spare("height")) < 1) return;
          expect(describeLayout(at(1, 1))).toBe(describeLayout(at(0, 0)));
          return;
        }
        expectInside({ ...window, left: used.left, top: used.top }, used);
        expect(window.width === used.width || window.height === used.height).toBe(true);
        expect(window.width < used.width || window.height < used.height).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test("a long strip that is cut is not scaled as a whole", () => {
    const layout = makeLayout(planOf("w=8000&h=4000&gravity=south"), sourceOf(10, 60_000));
    expect(layout.region).toEqual(box(0, 59_995, 10, 5));
    expect(outputSize(layout)).toEqual(size(8000, 4000));
  });

  test("nor is one within a part of the original", () => {
    const trimmed = box(5, 100, 10, 50_000);
    const layout = makeLayout(planOf("w=8000&h=4000&gravity=south"), sourceOf(20, 60_000, { trimmed }));
    expect(layout.region).toEqual(box(5, 50_095, 10, 5));
    expect(outputSize(layout)).toEqual(size(8000, 4000));
  });

  test("what will be turned is made smaller, so that it keeps the limits when it is", () => {
    // 8192 x 3000 turned by 45°: 7914 on each side, 62.6 MP; √(40 / 62.6) = 0.79918 of it.
    const layout = makeLayout(planOf("w=8192&h=3000&r=45"), sourceOf(8192, 3000));
    expect(layout.scaled).toEqual(size(6546, 2397));
  });
});

function expectInside(inner: Box, outer: Box): void {
  expect(inner.left >= outer.left && inner.top >= outer.top).toBe(true);
  expect(inner.left + inner.width <= outer.left + outer.width).toBe(true);
  expect(inner.top + inner.height <= outer.top + outer.height).toBe(true);
}
