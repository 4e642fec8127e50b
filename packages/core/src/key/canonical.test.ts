import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { FormatWish } from "../plan/formats.ts";
import type { Compass, Filter, Gravity, Length, Plan, Rectangle, Resize, Watermark } from "../plan/plan.ts";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import { canonicalPlan } from "./canonical.ts";

// Few values of each kind, so that two plans are often almost the same; among them what looks like the syntax.
const whole = fc.constantFrom(1, 2, 12, 120);
const share = fc.constantFrom(0, 0.5, 1, 12.5);
const color = fc.constantFrom("000000", "ffffff", "00ff00");
const compass = fc.constantFrom<Compass[]>("center", "north", "northwest");
const point = fc.record({ x: whole, y: whole });
const text = fc.oneof(
  fc.constantFrom("a", 'a","b', "a;bg=000000", "|||1", '"', "\\", "\\u0001", "\u{1f30a}", "\ud83c"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const length = fc.record({
  value: fc.constantFrom(0, 1, -1, 2.5),
  unit: fc.constantFrom<Length["unit"][]>("px", "%"),
});
const lengths = fc.tuple(length, length);
const margin = fc.record({ top: whole, right: whole, bottom: whole, left: whole });
const gravity: fc.Arbitrary<Gravity> = fc.oneof(
  fc.constantFrom<Gravity[]>("center", "north", "auto", "trim"),
  fc.record({ x: whole, y: whole, unit: fc.constantFrom("px" as const, "%" as const, "%scaled" as const) }),
);
const kind = <K extends string>(...kinds: K[]) => fc.constantFrom(...kinds);
const size = { width: whole, height: whole };

const resize: fc.Arbitrary<Resize> = fc.oneof(
  fc.record({ kind: kind("none") }),
  fc.record({ kind: kind("width"), width: whole }),
  fc.record({ kind: kind("height"), height: whole }),
  fc.record({
    kind: kind("aspect"),
    width: fc.option(whole),
    height: fc.option(whole),
    aspect: fc.record({ min: whole, max: whole }),
    gravity,
  }),
  fc.record({ kind: kind("bound", "boundmin", "cover"), ...size }),
  fc.record({ kind: kind("crop"), ...size, gravity }),
  fc.record({ kind: kind("fit", "cropfit"), ...size, gravity, enlarge: fc.boolean(), margin }),
);

const rectangle: fc.Arbitrary<Rectangle> = fc.record({
  topLeft: fc.option(point),
  bottomRight: fc.option(point),
});

const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: kind("bright"), offset: whole }),
  fc.record({ kind: kind("contrast", "saturate"), percent: whole }),
  fc.record({ kind: kind("colorize"), color, opacity: share }),
  fc.record({ kind: kind("grey", "sepia", "invert") }),
  fc.record({ kind: kind("duotone"), dark: color, light: color }),
  fc.record({ kind: kind("blur"), sigma: share }),
  fc.record({ kind: kind("pixelate"), block: whole }),
  fc.record({ kind: kind("sharp"), amount: share }),
);

const watermark: fc.Arbitrary<Watermark> = fc.record({
  content: fc.oneof(
    fc.record({ kind: kind("image"), input: whole }),
    fc.record({ kind: kind("text"), text, font: text, size: whole, shrink: fc.boolean(), color }),
  ),
  place: fc.oneof(
    fc.record({ kind: kind("anchor"), gravity: compass, pad: lengths }),
    fc.record({ kind: kind("corner"), at: lengths }),
  ),
  scale: fc.oneof(
    fc.constant(null),
    fc.record({ kind: kind("own"), percent: share }),
    fc.record({ kind: kind("output"), width: share, height: fc.option(share) }),
  ),
  opacity: share,
});

const wish: fc.Arbitrary<FormatWish> = fc.record({
  format: kind("jpeg", "png", "webp", "avif", "gif", "original"),
  strict: fc.boolean(),
});

const corner = fc.constantFrom<(number | "max")[]>(0, 1, 12, "max");
const members = {
  profile: kind("srgb", "keep"),
  fidelity: fc.constantFrom("full" as const, "fast" as const),
  trim: fc.option(whole),
  rectangle: fc.option(rectangle).map((some) => some),
  resize,
  neverEnlarge: fc.boolean(),
  backdrop: fc.option(
    fc.record({ blur: share, opacity: share, colorize: fc.option(color), gravity: compass }),
  ),
  background: fc.oneof(fc.constantFrom<(string | null)[]>(null, "auto"), color),
  flip: fc.option(kind("h", "v", "hv")),
  rotate: fc.option(whole),
  filters: fc.array(filter, { maxLength: 3 }),
  radius: fc.option(
    fc.record({ topLeft: corner, bottomLeft: corner, bottomRight: corner, topRight: corner }),
  ),
  watermarks: fc.array(watermark, { maxLength: 2 }),
  quality: fc.option(whole),
  webpQuality: fc.option(whole),
  pngQuality: fc.oneof(fc.constantFrom<("lossless" | null)[]>("lossless", null), whole),
  optipress: fc.option(fc.constantFrom(1 as const, 2 as const, 3 as const)),
  formats: fc.array(wish, { maxLength: 2 }),
} satisfies { [M in keyof Plan]: fc.Arbitrary<Plan[M]> };
const plan: fc.Arbitrary<Plan> = fc.record(members);

describe("canonicalPlan", () => {
  test("is one line, for any plan", () => {
    fc.assert(
      fc.property(plan, (some) => {
        const line = canonicalPlan(some);
        expect(line.includes("\n")).toBe(false);
        // What is hashed is UTF-8: halves of surrogate pairs would all become the same character.
        expect(line.isWellFormed()).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  for (const member of Object.keys(members) as (keyof Plan)[]) {
    test(`tells apart plans that differ in ${member} only`, () => {
      const other = members[member] as fc.Arbitrary<Plan[keyof Plan]>;
      fc.assert(
        fc.property(plan, other, (some, value) => {
          const changed = { ...some, [member]: value };
          expect(canonicalPlan(changed) === canonicalPlan(some)).toBe(Bun.deepEquals(changed, some));
        }),
        { numRuns: 3_000 },
      );
    });
  }

  test("tells apart any two plans", () => {
    const seen = new Map<string, Plan>();
    fc.assert(
      fc.property(plan, (some) => {
        const line = canonicalPlan(some);
        expect(seen.get(line) ?? some).toEqual(some);
        seen.set(line, some);
      }),
      { numRuns: 5_000 },
    );
  });

  test("is the same for the same plan, its members in any order", () => {
    fc.assert(
      fc.property(plan, (some) => {
        const shuffled = JSON.parse(JSON.stringify(some), (_key, value) =>
          value && typeof value === "object" && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        ) as Plan;
        expect(canonicalPlan(shuffled)).toBe(canonicalPlan(some));
      }),
    );
  });
});

describe("the plan of a URL", () => {
  const groups: string[][] = [
    ["w=300", "width=300", "w=150&dpr=2", "w=300.2"],
    ["func=fit", "func=FIT"],
    ["bg_color=fff", "bg_colour=ffffff", "bg_color=white"],
    ["flip=hv", "flip=yx", "mirror=vh", "r=180", "r=-180"],
    ["f=grey,bright:5", "f=bright:5,gray", "bright=5&grey=1", "gray=7&f=bright:5"],
    ["radius=max", "radius=max,max,max,max"],
    ["wat=1&wat_text=a+b", "wat=1&wat_text[4]=a%20b", "wat=yes&wat_text=a+b&wat_scale=100&wat_pad=5"],
    ["q=70", "q=70&optipress=3", "optipress=1&q=70"],
    ["tl_px=0,0&br_px=9,8", "br_px=9,8", "br_px=9%2C8&x=4&y=5"],
    ["force_format=webp,jpeg", "force_format=webp%2Cjpg%2Cpng"],
  ];

  test("is one for every order and every spelling of the parameters", () => {
    const read = (parts: readonly string[]) =>
      canonicalPlan(parseRequest(`/h.io/a?${parts.join("&")}`, plainToken("doc")).plan);
    const expected = read(groups.map(([first]) => first as string));
    expect(expected.split(";").length).toBeGreaterThanOrEqual(10);
    const spelling = fc
      .tuple(...groups.map((spellings) => fc.constantFrom(...spellings)))
      .chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length }));
    fc.assert(
      fc.property(spelling, (parts) => expect(read(parts)).toBe(expected)),
      { numRuns: 1_000 },
    );
  });
});
