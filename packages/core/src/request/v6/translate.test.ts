import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../../errors.ts";
import { canonicalPlan } from "../../key/canonical.ts";
import { requestKey } from "../../key/request-key.ts";
import { layOptions, readOptions } from "../../ops/read-options.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { resolveOrigin } from "../origin-key.ts";
import { parseRequest } from "../parse-request.ts";
import { splitQuery } from "../query.ts";
import { plainToken } from "../token.ts";
import { splitUrl } from "../url-parts.ts";
import { readWatermarks } from "../watermarks.ts";
import { readPathV6 } from "./read-path.ts";
import { translateV6 } from "./translate.ts";

describe("translateV6 says old URLs in v7", () => {
  const cases: [url: string, translated: string, noted?: string[]][] = [
    [
      "https://demo.cloudimg.io/width/300/n/sample.li/a.jpg",
      "https://demo.cloudimg.io/v7/sample.li/a.jpg?w=300",
    ],
    ["//demo.cloudimg.io/width/300/n/sample.li/a.jpg", "//demo.cloudimg.io/v7/sample.li/a.jpg?w=300"],
    ["demo.cloudimg.io/width/300/n/sample.li/a.jpg", "demo.cloudimg.io/v7/sample.li/a.jpg?w=300"],
    ["localhost:8080/width/300/n/sample.li/a.jpg", "localhost:8080/v7/sample.li/a.jpg?w=300"],
    ["/width/300/n/sample.li/a.jpg", "/v7/sample.li/a.jpg?w=300"],
    ["width/300/n/sample.li/a.jpg", "/v7/sample.li/a.jpg?w=300"],
    ["//width/300/n/sample.li/a.jpg", "/v7/sample.li/a.jpg?w=300"],
    [
      "HTTPS://Demo.Cloudimg.io/v6/width/300/n/_a_/B.jpg#top",
      "HTTPS://Demo.Cloudimg.io/v7/_a_/B.jpg?w=300#top",
    ],
    [
      "http://demo.cloudimg.io/s/resize/200/http://sample.li/eiffel.jpg",
      "http://demo.cloudimg.io/v7/http://sample.li/eiffel.jpg?w=200",
    ],
    ["http://d.io/s/cdn/x/https://h.io/a.jpg", "http://d.io/v7/https://h.io/a.jpg"],
    [
      "https://heise.cloudimg.io/bound/1200x1200/q85.png-lossy-85.webp-lossy-85.foil1/_www-heise-de_/imgs/18/x.jpg",
      "https://heise.cloudimg.io/v7/_www-heise-de_/imgs/18/x.jpg?w=1200&h=1200&func=bound&q=85&org_if_sml=1",
    ],
    [
      "https://d.io/height/200/n/https://github.com/u/r/blob/master/x.jpg?raw=true",
      "https://d.io/v7/https://github.com/u/r/blob/master/x.jpg?raw=true&h=200",
    ],
    [
      "https://d.io/width/1400/n/https://d.io/width/800/none/sample.li/x.jpeg",
      "https://d.io/v7/https://d.io/width/800/none/sample.li/x.jpeg?w=1400",
    ],
    [
      "https://ce8dc832c.cloudimg.io/fit/640x480/fwk@16e51c215e1915554b0be79c406d0d5be2676b3e/_cdn_/DA/733101_1.jpg?mark_url=_tme-wrk_%2Ftme_new.png&mark_pos=center&mark_size=100pp",
      "https://ce8dc832c.cloudimg.io/v7/_cdn_/DA/733101_1.jpg?w=640&h=480&func=fit&wat=1&wat_url=_tme-wrk_%2Ftme_new.png&wat_gravity=center&wat_scale=100p",
      ["@16e51c215e1915554b0be79c406d0d5be2676b3e left out", "fwk ignored"],
    ],
    [
      "/cover/1845x1230/webp-lossy-70.png-lossless.q50/_f_/S.jpg",
      "/v7/_f_/S.jpg?w=1845&h=1230&func=cover&q_webp=70&q_png=lossless&q=50",
      ["q_webp=70 is a parameter of Freshet's own", "q_png=lossless is a parameter of Freshet's own"],
    ],
    ["/cdn/n/twebp/h.io/a", "/v7/h.io/a", ["cdn ignored"]],
    // An original's own query that v7 would read as its own.
    ["/width/3/n/https://h.io/a.jpg?w=9", "/v7/https%3A%2F%2Fh.io%2Fa.jpg%3Fw%3D9?w=3&ci_url_encoded=1"],
    ["/width/3/n/h.io/a?x=1&vh=2", "/v7/h.io%2Fa%3Fx%3D1%26vh%3D2?w=3&ci_url_encoded=1"],
    ["/cdn/n/n/h.io/a?ci_info=1", "/v7/h.io%2Fa%3Fci_info%3D1?ci_url_encoded=1"],
    ["/cdn/n/n/h.io/a%20b?q=1", "/v7/h.io%2Fa%2520b%3Fq%3D1?ci_url_encoded=1"],
    ["/width/3/n/v7m/a.jpg", "/v7/v7m%2Fa.jpg?w=3&ci_url_encoded=1"],
    ["/width/3/n/https%3A%2F%2Fh.io%2Fa.jpg", "/v7/https%3A%2F%2Fh.io%2Fa.jpg?w=3"],
  ];
  test.each(cases)("%s", (url, translated, noted = []) => {
    const { url: found, notes } = translateV6(url);
    expect(found).toBe(translated);
    expect(notes).toHaveLength(noted.length);
    for (const [at, start] of noted.entries()) expect(notes[at]).toStartWith(start);
  });

  test.each([
    "https://demo.cloudimg.io/v7/sample.li/a.jpg?w=300",
    "https://demo.cloudimg.io/v7/width/300/n/sample.li/a.jpg",
    "https://sample.li/a.jpg",
    "sample.li/a.jpg",
    "/",
    "",
    "#",
    "?",
  ])("leaves %s as it is, and says so", (url) => {
    expect(translateV6(url)).toEqual({ url, notes: ["it is not a v6 or v4 URL, so it stays as it is"] });
  });

  test.each([
    ["/width/300/n", "no original"],
    [`/width/300/n/h.io/a?${"a=1&".repeat(200)}`, "more than 128 parameters"],
    ["/width/300/n/h.io/\ud800?w=1", "half of a surrogate pair"],
  ])("refuses %s", (url, detail) => {
    const error = caught(() => translateV6(url));
    expect(error).toBeInstanceOf(FreshetError);
    expect((error as FreshetError).code).toBe("bad_path");
    expect((error as FreshetError).detail).toContain(detail);
  });
});

describe("a URL and its translation", () => {
  const token = {
    ...plainToken("doc"),
    originPrefix: "https://bucket.host/root/",
    aliases: { _a_: "h.io/x" },
  };
  const number = fc.integer({ min: 0, max: 3000 });
  const box = fc.tuple(number, number).map(([w, h]) => `${w}x${h}`);
  const size = fc.oneof(
    fc.constantFrom("n", "none", "x", "337.5"),
    number.map(String),
    box,
    number.map((h) => `x${h}`),
    fc.tuple(number, number, number, number, box).map(([a, b, c, d, f]) => `${a},${b},${c},${d}-${f}`),
  );
  const operation = fc.constantFrom(
    ..."cdn cdno width height crop fit bound boundmin cover cropfit crop_px".split(" "),
  );
  // Qualities for one format are not among them: they are compared as pairs below.
  const filter = fc.oneof(
    fc.constantFrom(
      ..."foil1 fgrey tjpg tpng webp twebp backtransparent cffffff c333 fwk n q_auto fcontrast-9".split(" "),
    ),
    fc
      .tuple(
        fc.constantFrom(..."q r fgaussian fbright fcontrast fpixelate fsharp fradius ftrim".split(" ")),
        number,
      )
      .map((parts) => parts.join("")),
  );
  const word = fc.constantFrom(
    ..."a.jpg h.io b%20c ü %2F %3F %25 v7 v7m width 300 _a_ n . .. : @".split(" "),
  );
  const origin = fc
    .tuple(
      fc.constantFrom("", "https://h.io/", "h.io/", "https%3A%2F%2Fh.io%2F", "/"),
      fc.array(word, { minLength: 1, maxLength: 4 }),
    )
    .map(([start, words]) => start + words.join("/"));
  const pair = fc.constantFrom(
    ..."w=1 x=2 vh=3 ci_url_encoded=1 ci_url_encoded=1x amp;w=2 amp;amp;w=2 amp;amp;x p %77=4 = x%26y=%3D raw?a mark_url=_a_%2Fm.png mark_url=https%3A%2F%2Fh.io%2Fm%3Fw%3D1 mark_size=20pp mark_pos=north mark_pad=3 mark_alpha=40 mark_width=30 mark_odd".split(
      " ",
    ),
  );
  const query = fc
    .array(pair, { maxLength: 5 })
    .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.join("&")}`));
  const target = fc
    .tuple(fc.constantFrom("", "/v6"), operation, size, fc.array(filter, { maxLength: 4 }), origin, query)
    .map(
      ([marker, name, given, filters, text, tail]) =>
        `${marker}/${name}/${given}/${filters.join(".")}/${text}${tail}`,
    );

  test("mean the same original and the same plan", () => {
    fc.assert(
      fc.property(target, (old) => {
        const expected = outcome(() => meaningOf(old));
        const found = outcome(() => {
          const { origin: key, plan, watermarks } = parseRequest(translateV6(old).url, token);
          return [key.key, ...key.urls, canonicalPlan(plan), ...watermarks.map((mark) => mark.key)];
        });
        expect(found).toEqual(expected);
        const keyOf = (url: string) => outcome(() => [requestKey(parseRequest(url, token))]);
        expect(keyOf(old)).toEqual(keyOf(translateV6(old).url));
      }),
      { numRuns: 2_000 },
    );
  });

  test("ask for the same, pair by pair", () => {
    const qualities = fc.array(
      fc.constantFrom(..."webp-lossy-70 png-lossy-60 png-lossless q60 foil1".split(" ")),
    );
    fc.assert(
      fc.property(operation, size, qualities, (name, given, filters) => {
        const old = `/${name}/${given}/${filters.join(".")}/h.io/a`;
        expect(splitQuery(translateV6(old).url.split("?")[1] ?? "")).toEqual([...readPathV6(old, []).pairs]);
      }),
    );
  });

  test("of any text, there is one, or a FreshetError", () => {
    const anything = fc.oneof(
      target,
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.tuple(target, fc.string({ unit: "binary", maxLength: 20 })).map(([start, end]) => start + end),
      fc.tuple(fc.string({ unit: "binary", maxLength: 20 }), target).map(([start, end]) => start + end),
    );
    fc.assert(
      fc.property(anything, (url) => {
        const error = caught(() => translateV6(url));
        expect(error === null || (error instanceof FreshetError && error.code === "bad_path")).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  /** What the old URL means, without a detour over v7's spelling. */
  function meaningOf(old: string): string[] {
    const { path, query: rest } = splitUrl(old);
    const reading = readPathV6(path, splitQuery(rest ?? ""));
    const options = layOptions([readOptions(reading.pairs)], []);
    const marks = readWatermarks(options, token);
    const { key, urls } = resolveOrigin(reading.origin.path, reading.origin.query, token);
    const plan = makePlan(options, { ...token, watermarks: marks.watermarks });
    return [key, ...urls, canonicalPlan(plan), ...marks.originals.map((mark) => mark.key)];
  }
});

/** What came out, or which error: both ways must agree on it. */
function outcome(work: () => string[]): string[] {
  const error = caught(() => work());
  if (error === null) return work();
  if (error instanceof FreshetError) return [error.code];
  throw error;
}

function caught(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
