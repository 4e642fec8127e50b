import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../../errors.ts";
import { splitQuery } from "../query.ts";
import { type ReadingV6, readPathV6 } from "./read-path.ts";

type Row = readonly [target: string, origin: string, pairs: string, noted?: readonly string[]];

describe("readPathV6 reads every URL of sections 14 and 18 of the reference", () => {
  test.each<Row>([
    [
      "/height/200/n/https://github.com/u/r/blob/master/x.jpg?raw=true",
      "https://github.com/u/r/blob/master/x.jpg?raw=true",
      "h=200",
    ],
    [
      "/width/1400/n/https://demo.cloudimg.io/width/800/none/sample.li/x.jpeg",
      "https://demo.cloudimg.io/width/800/none/sample.li/x.jpeg",
      "w=1400",
    ],
    [
      "/width/800/q35.foil1/https://cdn.scaleflex.it/demo/redcharlie.jpg",
      "https://cdn.scaleflex.it/demo/redcharlie.jpg",
      "w=800&q=35&org_if_sml=1",
    ],
    ["/width/40/q10.foil1/https://host/a.jpg", "https://host/a.jpg", "w=40&q=10&org_if_sml=1"],
    [
      "/crop_px/2009,28,2500,316-300x176/n/sample.li/girls.jpg",
      "sample.li/girls.jpg",
      "tl_px=2009,28&br_px=2500,316&w=300&h=176&func=cover",
    ],
    [
      "/crop_px/0,0,1800,2700-483/n/imageserver/original/DM0_973BRIGHR%20COBA.jpg",
      "imageserver/original/DM0_973BRIGHR%20COBA.jpg",
      "tl_px=0,0&br_px=1800,2700&w=483",
    ],
    [
      "/crop/640x480/q50.r90@19cb88863ff0ac5185773ffcec9b0cf522b367b5/http://www.example.tld/my-image.jpg",
      "http://www.example.tld/my-image.jpg",
      "w=640&h=480&func=crop&q=50&r=90",
    ],
    [
      "/fit/640x480/fwk@16e51c215e1915554b0be79c406d0d5be2676b3e/_cdn_/DA/F2/B0/00/0/733101_1.jpg?mark_url=_tme-wrk_%2Ftme_new_render3d.png&mark_pos=center&mark_size=100pp",
      "_cdn_/DA/F2/B0/00/0/733101_1.jpg",
      "w=640&h=480&func=fit&wat=1&wat_url=_tme-wrk_%2Ftme_new_render3d.png&wat_gravity=center&wat_scale=100p",
      ["fwk"],
    ],
    [
      "/bound/1200x1200/q85.png-lossy-85.webp-lossy-85.foil1/_www-heise-de_/imgs/18/x.jpg",
      "_www-heise-de_/imgs/18/x.jpg",
      "w=1200&h=1200&func=bound&q=85&org_if_sml=1",
    ],
    [
      "/crop/500x500/q75.tjpg/_originals_/1248/x.jpg",
      "_originals_/1248/x.jpg",
      "w=500&h=500&func=crop&q=75&force_format=jpeg",
    ],
    [
      "/cdn/n/twebp/https://api.beta.kauri.io:443/ipfs/x",
      "https://api.beta.kauri.io:443/ipfs/x",
      "",
      ["cdn"],
    ],
    ["/cdno/n/q85/https://h.io/a.jpg", "https://h.io/a.jpg", "q=85"],
    ["/cover/64x64/webp/https://h.io/a.jpg", "https://h.io/a.jpg", "w=64&h=64&func=cover&force_format=webp"],
    ["/fit/500x320/cffffff/https://h.io/a.jpg", "https://h.io/a.jpg", "w=500&h=320&func=fit&bg_color=ffffff"],
    ["/crop/120x35/x/https://h.io/a.jpg", "https://h.io/a.jpg", "w=120&h=35&func=crop"],
    ["/s/resize/200/http://sample.li/eiffel.jpg", "http://sample.li/eiffel.jpg", "w=200"],
    ["/s/cdn/x/https://h.io/a.jpg", "https://h.io/a.jpg", ""],
    ["/s/crop/400x300/https://h.io/a.jpg", "https://h.io/a.jpg", "w=400&h=300&func=crop"],
    ["/s/fit/1200x600/https://h.io/a.jpg", "https://h.io/a.jpg", "w=1200&h=600&func=fit"],
    ["/s/width/300/https://h.io/a.jpg", "https://h.io/a.jpg", "w=300"],
    // Seen elsewhere on public pages.
    [
      "/cover/1845x1230/webp-lossy-70.q50/_fxempire_/2020/03/Stocks-Up.jpg",
      "_fxempire_/2020/03/Stocks-Up.jpg",
      "w=1845&h=1230&func=cover&q_webp=70&q=50",
    ],
    [
      "/width/1200/png-lossless.fgaussian0.foil1/https://h.io/a.png",
      "https://h.io/a.png",
      "w=1200&q_png=lossless&blur=0&org_if_sml=1",
    ],
    ["/width/500/n/sample.li/flat1.jpg", "sample.li/flat1.jpg", "w=500"],
  ])("%s", expectReading);
});

describe("readPathV6 reads every operation and form of size", () => {
  test.each<Row>([
    ["/width/300x200/n/h.io/a", "h.io/a", "w=300", ["width"]],
    ["/width/x200/n/h.io/a", "h.io/a", "", ["width"]],
    ["/width/337.5/n/h.io/a", "h.io/a", "w=337.5"],
    ["/width/n/n/h.io/a", "h.io/a", ""],
    ["/width/0/n/h.io/a", "h.io/a", "w=0"],
    ["/height/320x240/n/h.io/a", "h.io/a", "h=240", ["height"]],
    ["/height/240/n/h.io/a", "h.io/a", "h=240"],
    ["/height/x240/n/h.io/a", "h.io/a", "h=240"],
    ["/crop/300/n/h.io/a", "h.io/a", "w=300"],
    ["/crop/x200/n/h.io/a", "h.io/a", "h=200"],
    ["/crop/n/n/h.io/a", "h.io/a", ""],
    ["/boundmin/3x2/n/h.io/a", "h.io/a", "w=3&h=2&func=boundmin"],
    ["/cropfit/3x2/n/h.io/a", "h.io/a", "w=3&h=2&func=cropfit"],
    ["/crop_px/1,2,3,4-x9/n/h.io/a", "h.io/a", "tl_px=1,2&br_px=3,4&h=9"],
    ["/crop_px/1%2C2%2C3%2C4-5x9/n/h.io/a", "h.io/a", "tl_px=1,2&br_px=3,4&w=5&h=9&func=cover"],
    ["/crop_px/5x9/n/h.io/a", "h.io/a", "w=5&h=9&func=cover"],
    ["/crop/1,2,3,4-5x9/n/h.io/a", "h.io/a", "tl_px=1,2&br_px=3,4&w=5&h=9&func=crop"],
    ["/cdn/300/n/h.io/a", "h.io/a", "", ["cdn"]],
    ["/cdno/300x200/n/h.io/a", "h.io/a", "", ["cdno"]],
    ["/s/resize/300x200/h.io/a", "h.io/a", "w=300", ["resize"]],
    ["/v6/s/height/20/h.io/a", "h.io/a", "h=20"],
  ])("%s", expectReading);
});

describe("readPathV6 reads every filter", () => {
  test.each<Row>(
    [
      ["q85", "q=85"],
      ["q0", "q=0"],
      ["foil1", "org_if_sml=1"],
      ["foil", "org_if_sml=1"],
      ["foil0", "org_if_sml=0"],
      ["fgrey", "grey=1"],
      ["fgaussian10", "blur=10"],
      ["fgaussian0.5", "blur=0.5"],
      ["fbright200", "bright=200"],
      ["fcontrast-40", "contrast=-40"],
      ["fpixelate7", "pixelate=7"],
      ["fpixelrate7", "pixelate=7"],
      ["fsharp1.5.q80", "sharp=1.5&q=80"],
      ["fsharp1.5.5.q80", "sharp=1.5&q=80", ["5"]],
      ["fradius10", "radius=10"],
      ["ftrim12", "trim=12"],
      ["r270", "r=270"],
      ["cffffff", "bg_color=ffffff"],
      ["cABCDEF", "bg_color=abcdef"],
      ["c333", "bg_color=333"],
      ["c333.444", "bg_color=333", ["444"]],
      ["c33", "", ["c33"]],
      ["cffff", "", ["cffff"]],
      ["tjpg", "force_format=jpeg"],
      ["tpng", "force_format=png"],
      ["webp", "force_format=webp"],
      ["twebp", "force_format=webp"],
      ["TWEBP.Q80", "force_format=webp&q=80"],
      ["webp-lossy-60", "q_webp=60"],
      ["png-lossy-60", "q_png=60"],
      ["png-lossless", "q_png=lossless"],
      ["q85.png-lossy-85.webp-lossy-85.foil1", "q=85&org_if_sml=1"],
      ["png-lossy-85.webp-lossy-70.q85", "q_webp=70&q=85"],
      ["webp-lossy", "", ["webp-lossy"]],
      ["webp-lossy--5", "q_webp=-5"],
      ["png-lossless-9", "", ["png-lossless-9"]],
      ["backtransparent", ""],
      ["cffffff.backtransparent", ""],
      ["backtransparent.cffffff", ""],
      ["fwk", "", ["fwk"]],
      ["q_auto", "", ["q_auto"]],
      ["q", "", ["q"]],
      ["q80.q90", "q=90"],
      ["tjpg.webp", "force_format=webp"],
      ["n.q80.none.x", "q=80"],
      ["", ""],
      ["..q80..", "q=80"],
      ["q80%2Efoil1", "q=80&org_if_sml=1"],
      ["q80%2", "", ["q80%2"]],
      ["__proto__.constructor", "", ["__proto__", "constructor"]],
    ].map(([filters, pairs, noted]) => [`/cdno/n/${filters}/h.io/a`, "h.io/a", pairs, noted] as Row),
  )("%s", expectReading);
});

describe("readPathV6 gives the query to the origin, but not the watermark (row 32 of section 17)", () => {
  const shown = "wat=1&wat_url=h.io/m.png";
  test.each<Row>([
    ["/width/9/n/h.io/a?w=3&vh=2&ci_info=1&p=x", "h.io/a?w=3&vh=2&ci_info=1&p=x", "w=9"],
    ["/width/9/n/h.io/a?a%20b=1&&amp;c", "h.io/a?a%20b=1&c", "w=9"],
    ["/width/9/n/h.io/a?v=1&mark_url=h.io/m.png&x", "h.io/a?v=1&x", `w=9&${shown}`],
    ["/cdn/n/n/h.io/a?mark_url=h.io/m.png", "h.io/a", shown],
    ["/s/width/9/h.io/a?mark_url=h.io/m.png", "h.io/a", `w=9&${shown}`],
    [
      "/width/9/n/h.io/a?mark_url=https%3A%2F%2Fh.io%2Fm.png%3Fa%26b",
      "h.io/a",
      "w=9&wat=1&wat_url=https%3A%2F%2Fh.io%2Fm.png%3Fa%26b",
    ],
    ["/width/9/n/h.io/a?mark_url=x.io/1&mark_url=h.io/m.png", "h.io/a", `w=9&${shown}`],
    ["/width/9/n/h.io/a?mark_url=", "h.io/a", "w=9", ["mark_url"]],
    ["/width/9/n/h.io/a?mark_pos=north&mark_alpha=3", "h.io/a", "w=9", ["mark_pos", "mark_alpha"]],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_odd=1", "h.io/a", `w=9&${shown}`, ["mark_odd"]],
    [
      "/width/9/n/h.io/a?mark_url=h.io/m.png&mark_pos=southeast&mark_pad=10&mark_alpha=35",
      "h.io/a",
      `w=9&${shown}&wat_gravity=southeast&wat_pad=10&wat_opacity=0.35`,
    ],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_alpha=100", "h.io/a", `w=9&${shown}&wat_opacity=1`],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_alpha=0", "h.io/a", `w=9&${shown}&wat_opacity=0`],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_alpha=all", "h.io/a", `w=9&${shown}`, ["mark_alpha"]],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_size=25pp", "h.io/a", `w=9&${shown}&wat_scale=25p`],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_size=25p", "h.io/a", `w=9&${shown}&wat_scale=25p`],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_size=25", "h.io/a", `w=9&${shown}`, ["mark_size"]],
    // 450 of 1800 pixels are a quarter; 200 of 600 are a third.
    ["/width/1800/n/h.io/a?mark_url=h.io/m.png&mark_width=450", "h.io/a", `w=1800&${shown}&wat_scale=25p`],
    [
      "/crop/600x10/n/h.io/a?mark_url=h.io/m.png&mark_width=200&mark_height=100",
      "h.io/a",
      `w=600&h=10&func=crop&${shown}&wat_scale=33.33p`,
      ["mark_height"],
    ],
    ["/height/9/n/h.io/a?mark_url=h.io/m.png&mark_width=4", "h.io/a", `h=9&${shown}`, ["mark_width"]],
    [
      "/bound/9x9/n/h.io/a?mark_url=h.io/m.png&mark_width=4",
      "h.io/a",
      `w=9&h=9&func=bound&${shown}`,
      ["mark_width"],
    ],
    ["/width/0/n/h.io/a?mark_url=h.io/m.png&mark_width=4", "h.io/a", `w=0&${shown}`, ["mark_width"]],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_width=wide", "h.io/a", `w=9&${shown}`, ["mark_width"]],
    ["/width/9/n/h.io/a?mark_url=h.io/m.png&mark_height=4", "h.io/a", `w=9&${shown}`, ["mark_height"]],
    [
      "/width/9/n/h.io/a?mark_url=h.io/m.png&mark_size=50pp&mark_width=3&mark_height=4",
      "h.io/a",
      `w=9&${shown}&wat_scale=50p`,
      ["mark_width", "mark_height"],
    ],
  ])("%s", expectReading);

  test("an address is decoded once and keeps its spelling", () => {
    const { pairs } = read("/cdn/n/n/h.io/a?mark_url=_m_%2Fa%2520b.png");
    expect(pairs[1]).toEqual({
      name: "wat_url",
      value: "_m_/a%20b.png",
      raw: "wat_url=_m_%2Fa%2520b.png",
    });
  });
});

describe("readPathV6 reads origins as v7 does", () => {
  test.each<Row>([
    ["/width/9/n//h.io/a", "h.io/a", "w=9"],
    ["/width/9/https://h.io/a", "https://h.io/a", "w=9"],
    ["/width/9/n/https%3A%2F%2Fh.io%2Fa.jpg%3Fv%3D1?x=2", "https://h.io/a.jpg?v=1&x=2", "w=9"],
    ["/width/9/n/h.io/a%2Fb%20c+d.jpg", "h.io/a%2Fb%20c+d.jpg", "w=9"],
    ["/width/9/n/v7/a.jpg", "v7/a.jpg", "w=9"],
  ])("%s", expectReading);
});

describe("readPathV6 refuses", () => {
  test.each([
    ["/width/9/n", "names no original: a v6 path is /operation/size/filters/origin"],
    ["/width/9", "names no original: a v6 path is /operation/size/filters/origin"],
    ["/width/9/n/", "names no original: a v6 path is /operation/size/filters/origin"],
    ["/s/width/9/", "names no original: a v4 path is /s/operation/size/origin"],
    ["/h.io/a.jpg", "is not of the form /operation/size/filters/origin"],
    ["/v7/width/9/n/h.io/a", "is not of the form /operation/size/filters/origin"],
  ])("%s", (path, detail) => {
    const error = caught(() => readPathV6(path, []));
    expect(error).toBeInstanceOf(FreshetError);
    expect((error as FreshetError).code).toBe("bad_path");
    expect((error as FreshetError).detail).toContain(detail);
  });
});

describe("readPathV6, for any input", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "/",
      "?",
      "&",
      "=",
      "%",
      "%2F",
      "@",
      ".",
      "x",
      "-",
      ",",
      "\0",
      "\r\n",
      "\ud800",
      "é",
      "#",
    ),
    fc.constantFrom(
      "v6",
      "v7",
      "s",
      "width",
      "crop_px",
      "cdn",
      "300x200",
      "1,2,3,4-9",
      "q80",
      "foil1",
      "c333",
    ),
    fc.constantFrom(
      "mark_url=",
      "mark_width=9",
      "mark_alpha=%",
      "https://h.io/a",
      "https%3A%2F%2Fh",
      "%00",
      "%ff",
    ),
    fc.string({ unit: "binary", maxLength: 9 }),
  );
  const target = fc
    .tuple(fc.constantFrom("", "/width/300/", "/crop_px/1,2,3,4-9x9/n/", "/s/fit/3x2/"), fc.array(piece))
    .map(([start, pieces]) => start + pieces.join(""));

  test("either answers or throws a FreshetError", () => {
    fc.assert(
      fc.property(target, (text) => {
        const error = caught(() => read(text));
        expect(error === null || error instanceof FreshetError).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ["filters", `/width/3/${"q80.".repeat(16_384)}/h.io/a`],
    ["signs", `/width/3/${"@abcdef".repeat(9_362)}g/h.io/a`],
    ["digits", `/width/${"9".repeat(65_536)}/n/h.io/a`],
    ["commas", `/crop_px/${"1,".repeat(32_768)}/n/h.io/a`],
    ["slashes", `${"/".repeat(65_536)}width/3/n/h.io/a`],
    ["markers", `${"/v6".repeat(21_845)}/width/3/n/h.io/a`],
    ["an origin", `/width/3/n/${"/a".repeat(32_768)}`],
    ["NULs", `/width/3/n/${"\0".repeat(65_536)}`],
    ["stray percents", `/width/3/${"%".repeat(65_536)}/h.io/a`],
  ])("is done with 64 KiB of %s", (_, path) => {
    const error = caught(() => read(path));
    expect(error === null || error instanceof FreshetError).toBe(true);
  });
});

function read(target: string): ReadingV6 {
  const mark = target.indexOf("?");
  if (mark === -1) return readPathV6(target, []);
  return readPathV6(target.slice(0, mark), splitQuery(target.slice(mark + 1)));
}

function expectReading(...[target, origin, pairs, noted = []]: Row): void {
  const reading = read(target);
  const { path, query } = reading.origin;
  expect(query === "" ? path : `${path}?${query}`).toBe(origin);
  expect(reading.pairs.map(({ raw }) => raw).join("&")).toBe(pairs);
  expect(reading.notes.map(({ parameter }) => parameter)).toEqual([...noted]);
}

function caught(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
