import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../../errors.ts";
import { requestKey } from "../../key/request-key.ts";
import { ops } from "../../ops/index.ts";
import { parseRequest } from "../parse-request.ts";
import { plainToken, type TokenSettings } from "../token.ts";
import { looksLikeV6 } from "../v6/path-parts.ts";
import { printRequest } from "./print-request.ts";

const plain = plainToken("t");
const shop: TokenSettings = {
  ...plainToken("t", ["own.io"]),
  aliases: { _cms_: "https://cms.io/x", _s_: "storage://photos", _p_: "prod" },
  presets: { thumb: "w=250&h=250&f=gray", mark: "wat=1&wat_text=hi&wat_opacity=0.5&q=30", none: "flip=v" },
  watermark: "https://logo.io/own.png",
  quality: 75,
};

const print = (target: string, token = plain) => printRequest(parseRequest(target, token));

describe("printRequest says a request in v7", () => {
  const rows: [target: string, printed: string, token?: Partial<TokenSettings>][] = [
    ["/h.io/a.jpg", "/v7/h.io/a.jpg"],
    ["//v7//https://h.io/a.jpg?&w=3", "/v7/https://h.io/a.jpg?w=3"],
    ["/h.io/a.jpg?height=200&width=300.0&amp;dpr=2", "/v7/h.io/a.jpg?w=600&h=400"],
    ["/h.io/a.jpg?q=80&flip=xy&r=180&w=9&vh=b%20c&w=8", "/v7/h.io/a.jpg?w=8&q=80&vh=b%20c"],
    ["/h.io/a.jpg?w=200&ar=2:1&gravity=40p,75p", "/v7/h.io/a.jpg?w=200&h=100&gravity=40p,75p"],
    ["/h.io/a.jpg?w=8192&ar=0.01", "/v7/h.io/a.jpg?w=8192&aspect_ratio=0.01"],
    ["/h.io/a.jpg?w=200&ar=1,2&gravity=5,6", "/v7/h.io/a.jpg?w=200&gravity=5,6&aspect_ratio=1,2"],
    ["/h.io/a.jpg?w=30&h=20&x=500&y=5", "/v7/h.io/a.jpg?w=30&h=20&tl_px=485,0&br_px=515,15"],
    [
      "/h.io/a.jpg?w=3&h=3&func=fit&margin=1,2,1,2&bg_colour=Tomato&bg_img_fit=1&bg_blur=20",
      "/v7/h.io/a.jpg?w=3&h=3&func=fit&margin=1,2&bg_color=ff6347&bg_img_fit=1",
    ],
    ["/h.io/a.jpg?f=sharp:1,gray,duotone:black,fff", "/v7/h.io/a.jpg?grey=1&duotone=000000,ffffff&sharp=1"],
    [
      "/h.io/a.jpg?radius=5,5,5,5&force_format=AVIF,webp,jpg",
      "/v7/h.io/a.jpg?radius=5&force_format=avif,webp,jpeg",
    ],
    ["/h.io/a.jpg?radius=5,0,max,5&force_format=_webp", "/v7/h.io/a.jpg?radius=5,0,max,5&force_format=_webp"],
    // Delivery.
    [
      "/h.io/a.js?ci_info=2&ci_cache=9&w=5&force_download=true&func=proxy",
      "/v7/h.io/a.js?func=proxy&force_download=1&ci_cache=9&ci_info=2",
      { proxyAnywhere: true },
    ],
    // Watermarks.
    [
      "/h.io/a.jpg?wat=1&wat_text=A+b%2Bc%26d&wat_gravity=relative&wat_pos=5&wat_fontsize=40max&wat_color=fff",
      "/v7/h.io/a.jpg?wat=1&wat_text=A%20b%2Bc%26d&wat_fontsize=40max&wat_color=ffffff&wat_gravity=absolute&wat_pos=5p,5p",
    ],
    [
      "/h.io/a.jpg?wat=1&wat_url[7]=_s_/m.png&wat_url%5B3%5D=https%3A%2F%2Fh.io%2Fm%3Fv%3D1&wat_scale[3]=30p&wat_opacity=0.5",
      "/v7/h.io/a.jpg?wat=1&wat_url[1]=https://h.io/m%3Fv%3D1&wat_url[2]=_s_/m.png&wat_scale[1]=30p&wat_opacity[1]=0.5&wat_opacity[2]=0.5",
      { aliases: shop.aliases },
    ],
    ["/h.io/a.jpg?wat=1&wat_pad=3,5p", "/v7/h.io/a.jpg?wat=1&q=75&q_png=lossless", shop],
    // v6.
    ["/width/300x200/n/_cms_/a.jpg", "/v7/_cms_/a.jpg?w=300&q=75&q_png=lossless", shop],
    [
      "/cover/1845x1230/webp-lossy-70.png-lossless.q50/h.io/S.jpg",
      "/v7/h.io/S.jpg?w=1845&h=1230&func=cover&q=50&q_webp=70&q_png=lossless",
    ],
    ["/s/resize/200/http://h.io/a.jpg", "/v7/http://h.io/a.jpg?w=200"],
    ["/width/3/n/https://h.io/a.jpg?w=9", "/v7/https%3A%2F%2Fh.io%2Fa.jpg%3Fw%3D9?w=3&ci_url_encoded=1"],
    ["/width/3/n/v7m/a.jpg", "/v7/v7m%2Fa.jpg?w=3&ci_url_encoded=1", { originPrefix: "https://b.io" }],
    [
      "/width/9/n/https://own.io/width/8/n/h.io/a",
      "/v7/https://own.io/width/8/n/h.io/a?w=9",
      { hosts: ["own.io"] },
    ],
    // The original keeps its address.
    ["/_s_/_p_/a.jpg?quality=3", "/v7/_s_/_p_/a.jpg?quality=3", { aliases: shop.aliases }],
    ["/a/b.jpg?w=3", "/v7/a/b.jpg?w=3", { originPrefix: "https://b.io/root" }],
    ["/h.io%2Fa%2520b.jpg%3Fv%3D1?w=3&ci_url_encoded=1", "/v7/h.io/a%20b.jpg?v=1&w=3"],
    ["/h.io/%61%2fü b.jpg?o=%41&1621234567", "/v7/h.io/%61%2f%C3%BC%20b.jpg?o=%41&1621234567"],
    ["/h.io%2Fa%3Fx%3D1%26%26y?ci_url_encoded=1", "/v7/h.io%2Fa%3Fx%3D1%26%26y?ci_url_encoded=1"],
    ["/h.io%2Fa%3Famp%3Bx%3D1?ci_url_encoded=1", "/v7/h.io%2Fa%3Famp%3Bx%3D1?ci_url_encoded=1"],
    // What the token said is said by the URL, or unsaid.
    ["/h.io/a.jpg?p=thumb&w=9", "/v7/h.io/a.jpg?w=250&h=250&grey=1&q=75&q_png=lossless", shop],
    ["/h.io/a.jpg?force_format=original", "/v7/h.io/a.jpg?force_format=original", { autoFormats: ["avif"] }],
    ["/h.io/a.jpg", "/v7/h.io/a.jpg", { autoFormats: ["avif", "webp"] }],
    ["/h.io/a.jpg?grey=0", "/v7/h.io/a.jpg?w=9&grey=0", { rules: [{ match: "a", query: "w=9&grey=1" }] }],
    [
      "/h.io/a.jpg?q_webp=5&q=5&q_png=5",
      "/v7/h.io/a.jpg?q=5&q_webp=5&q_png=5",
      { rules: [{ match: "a", query: "q_webp=7&q_png=8" }] },
    ],
    ["/h.io/a.jpg?grey=0", "/v7/h.io/a.jpg", { rules: [{ match: "b", query: "w=9&grey=1" }] }],
    // A text with an index wins over a rule's image for all.
    [
      "/h.io/a.jpg?wat=1&wat_text[2]=A+b",
      "/v7/h.io/a.jpg?wat=1&wat_text[1]=A%20b",
      { rules: [{ match: "/", query: "wat_url=h.io/m.png" }] },
    ],
  ];
  test.each(rows)("%s is %s", (target, printed, settings = {}) => {
    const token = { ...plain, ...settings };
    expect(print(target, token)).toBe(printed);
    expect(requestKey(parseRequest(printed, token))).toBe(requestKey(parseRequest(target, token)));
  });
});

describe("parse, print, parse", () => {
  const values: Readonly<Record<string, string>> = {
    w: "1 300 337.5 8192 8193",
    h: "1 300 8192",
    func: "crop fit cropfit bound boundmin cover face facehide proxy",
    gravity: "center north southwest auto smart trim 40p,75p 0.5c,0.5c 10s,20s 50s,50s 0,0 100p,50p 7,8",
    org_if_sml: "0 1",
    dpr: "1 2 0.05 1.5",
    aspect_ratio: "16:9 1 1,2 16:9,4:3 0.01 100:1 1:3",
    trim: "0 10",
    tl_px: "0,0 10,20 900,900",
    br_px: "30,40 1000,1000",
    x: "0 5 500",
    y: "0 5 500 1000000",
    fit_enlarge: "0 1",
    margin: "0 5 5,6 1,2,3,4 1,2,1,2 3,3",
    bg_color: "auto fff Tomato 123456",
    bg_img_fit: "0 1",
    bg_blur: "0 20 5.55",
    bg_opacity: "0 1 0.25",
    bg_colorize: "fff red",
    bg_gravity: "center trim south",
    flip: "h v hv x xy",
    r: "0 90 180 270 -0.07 180.07 45.678 360",
    f: "grey bright:10,blur:0.05 colorize:red,0.5 duotone:black,grey sepia,invert",
    bright: "0 -255 30",
    contrast: "0 7",
    saturate: "0 -100",
    grey: "0 1",
    sepia: "0 1",
    duotone: "black,fff",
    invert: "0 1",
    colorize: "red red,0 navy,0.01",
    blur: "0 0.01 100",
    pixelate: "0 1 2",
    sharp: "0 1.5",
    radius: "0 5 max 1,2,3,max 0,0,0,0 5,5,5,5",
    wat: "0 1 1 1",
    wat_url:
      "h.io/m.png _s_/m.png https%3A%2F%2Fh.io%2Fm%3Fa%3D1%26w%3D2 https%253A%252F%252Fh.io%252Fm logo.io/own.png ftp://x",
    wat_text: "A+b %2B%26%25=ü x",
    wat_font: "Arial+Black roboto",
    wat_fontsize: "32 40 40max",
    wat_color: "fff black",
    wat_gravity: "center north southeast absolute relative",
    wat_pad: "0 5 5p,-6 0p,3",
    wat_pos: "0 10 10p,20 -5",
    wat_scale: "100 50 0 30p 30,40 0p",
    wat_opacity: "1 0 0.4 0.004",
    q: "1 75 80",
    q_webp: "70 75 80",
    q_png: "lossless 60 75",
    optipress: "0 1 3",
    force_format: "webp _webp avif,webp,jpeg jpeg original webp,original webp,webp jpg,webp gif",
    force_download: "0 1",
    ci_cache: "0 10",
    ci_info: "0 1 2",
  };

  test("knows values of every operation", () => {
    expect(Object.keys(values).sort()).toEqual(ops.map(({ name }) => name).sort());
  });

  const operation = fc
    .tuple(fc.constantFrom(...ops), fc.nat(), fc.nat(), fc.constantFrom("", "[0]", "%5B1%5D", "[7]"))
    .map(([op, at, spelling, index]) => {
      const texts = (values[op.name] as string).split(" ");
      const names = [op.name, ...op.aliases];
      const name = names[spelling % names.length] as string;
      return `${name}${op.indexed ? index : ""}=${texts[at % texts.length]}`;
    });
  const stray = fc.constantFrom(
    ..."v=1 a%26b=%3D raw?a = %77=4 amp;w=2 amp;amp;x=1 ü #x vh=1 vh=%zz vh=ü%0A p=thumb p=mark p=none p=no w=abc wat_nonsense= mark_url=_s_/m bg_remove=1".split(
      " ",
    ),
  );
  const query = (most: number, pair: fc.Arbitrary<string>) =>
    fc.array(pair, { maxLength: most }).map((pairs) => pairs.join("&"));
  const sized = fc.constantFrom("", "w=300&h=200&", "w=300&", "wat=1&", "w=40&h=30&func=fit&");
  const pairs = fc
    .tuple(sized, query(14, fc.oneof({ weight: 4, arbitrary: operation }, stray)))
    .map((parts) => parts.join(""));

  const path = fc
    .tuple(
      fc.constantFrom(
        ..."https://h.io/ http:/H.io:443/ h.io/ _cms_/ _s_/ _cms_/_p_/ [::1]:90/ bücher.io/ https://own.io/width/9/n/h.io/".split(
          " ",
        ),
        "",
      ),
      fc.array(
        fc.constantFrom(
          ..."a.jpg b%20c ü %2F %3F %23 %25 %2541 v7 v7m width 300 n %5Fcms%5F x|y a[1] https%3A%2F%2Fh.io -avatar".split(
            " ",
          ),
        ),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([start, words]) => start + words.join("/"));
  const v7 = fc
    .tuple(fc.constantFrom("/", "//v7//", "/v7/"), path, pairs)
    .map(([start, text, tail]) => `${start}${text}?${tail}`);
  const ownQuery = query(4, fc.oneof(stray, operation, fc.constant("")));
  const encoded = fc
    .tuple(path, ownQuery, pairs)
    .map(([text, own, tail]) => `/${encodeURIComponent(`${text}?${own}`)}?${tail}&ci_url_encoded=1`);
  const filters = fc.array(
    fc.constantFrom(
      ..."foil1 fgrey tjpg twebp webp-lossy-70 png-lossless q75 q50 r180 ftrim5 fsharp1.5 cfff backtransparent fradius9 fbright-3".split(
        " ",
      ),
    ),
    { maxLength: 4 },
  );
  const mark = fc.constantFrom(
    "",
    "mark_url=_s_/m.png&mark_size=20pp&mark_pos=north&mark_pad=3&mark_alpha=40",
    "mark_url=https%3A%2F%2Fh.io%2Fm%3Fw%3D1&mark_width=30",
  );
  const v6 = fc
    .tuple(
      fc.constantFrom(..."cdn cdno width height crop fit bound boundmin cover cropfit crop_px".split(" ")),
      fc.constantFrom("n", "300", "300x200", "x90", "5,6,70,80-30x40", "0,0,10,10-9"),
      filters,
      path,
      ownQuery,
      mark,
    )
    .map(
      ([name, size, words, text, own, mark]) =>
        `/v6/${name}/${size}/${words.join(".") || "n"}/${text}?${own}&${mark}`,
    );
  const target = fc.oneof({ weight: 3, arbitrary: v7 }, encoded, v6);

  const oneRule = query(6, operation);
  const token = fc
    .record({
      base: fc.constantFrom(plain, { ...shop, quality: null }, shop),
      originPrefix: fc.constantFrom(null, null, "https://bucket.io/root/", "storage://photos"),
      rules: fc.array(fc.record({ match: fc.constantFrom("-avatar", "/"), query: oneRule }), {
        maxLength: 2,
      }),
      autoFormats: fc.constantFrom<TokenSettings["autoFormats"]>([], ["webp"], ["avif", "webp"]),
      allowedDomains: fc.constantFrom(null, null, ["h.io", "_cms_", "_s_", "_p_", "bucket.io"]),
      strict: fc.constantFrom(false, false, true),
      proxyAnywhere: fc.boolean(),
      keepProfiles: fc.boolean(),
      fidelity: fc.constantFrom("full" as const, "fast" as const),
    })
    .map(({ base, ...others }): TokenSettings => ({ ...base, ...others }));

  function read(text: string, settings: TokenSettings) {
    try {
      return parseRequest(text, settings);
    } catch (error) {
      expect(error).toBeInstanceOf(FreshetError);
      return null;
    }
  }

  test("is the same request, and printed again the same URL", () => {
    let parsed = 0;
    fc.assert(
      fc.property(target, token, (text, settings) => {
        const before = read(text, settings);
        if (before === null) return;
        parsed++;
        const printed = printRequest(before);
        const after = parseRequest(printed, settings);
        expect(requestKey(after)).toBe(requestKey(before));
        expect(after.origin).toEqual(before.origin);
        expect(after.delivery).toEqual(before.delivery);
        expect(after.version).toBe(before.version);
        expect(after.notes).toEqual([]);
        expect(printRequest(after)).toBe(printed);
        expect(printed).toMatch(/^\/v7\/[\x21-\x7e]+$/);
      }),
      { numRuns: 3_000 },
    );
    expect(parsed).toBeGreaterThan(1_000);
  });

  test("prints one URL for all orders of the parameters, as far as their order says nothing", () => {
    const once = fc.uniqueArray(operation, {
      maxLength: 12,
      selector: (pair) => pair.replace(/=.*/, ""),
    });
    fc.assert(
      fc.property(path, once, fc.constantFrom("/", "/v7/"), token, (text, some, start, settings) => {
        const names = some.map((pair) => pair.replace(/=.*/, "").replace("%5B1%5D", "[1]"));
        fc.pre(new Set(names).size === names.length);
        // There the query is the origin's, and its order counts.
        fc.pre(!looksLikeV6(start + text));
        const [one, other] = [some, some.toReversed()].map((pairs) => `${start}${text}?${pairs.join("&")}`);
        const before = read(one as string, settings);
        if (before === null) return;
        expect(print(other as string, settings)).toBe(printRequest(before));
      }),
      { numRuns: 1_000 },
    );
  });

  test("of any text", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.tuple(target, fc.string({ unit: "binary", maxLength: 20 })).map((parts) => parts.join("")),
      fc
        .tuple(path, fc.string({ unit: "binary", maxLength: 20 }), pairs)
        .map(([start, middle, tail]) => `/${start}${middle}?vh=${middle}&${tail}`),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(plain, shop), (text, settings) => {
        const before = read(text, settings);
        if (before === null) return;
        const after = parseRequest(printRequest(before), settings);
        expect(requestKey(after)).toBe(requestKey(before));
        expect(printRequest(after)).toBe(printRequest(before));
      }),
      { numRuns: 400 },
    );
  });
});
