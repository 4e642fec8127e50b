import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import { type AutoFormat, keptFormat, type SourceFormat } from "./formats.ts";
import { type Negotiated, negotiate } from "./negotiate.ts";

const chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const old = "image/png,image/*;q=0.8,*/*;q=0.5";

function answer(
  force: string,
  accept: string | null,
  source: SourceFormat,
  autoFormats: readonly AutoFormat[] = [],
): Negotiated {
  const query = force === "" ? "" : `?force_format=${force}`;
  const { formats } = parseRequest(`/h.io/a${query}`, { ...plainToken("doc"), autoFormats }).plan;
  return negotiate(formats, accept, source);
}

function words({ format, orSmallerJpeg, varies }: Negotiated): string {
  return [format, orSmallerJpeg && "or smaller jpeg", varies && "varies"].filter(Boolean).join(" ");
}

describe("negotiate", () => {
  const cases: [force: string, accept: string | null, source: SourceFormat, expected: string][] = [
    ["", chrome, "jpeg", "jpeg"],
    ["", chrome, "gif", "gif"],
    ["", chrome, "svg", "svg"],
    ["", null, "tiff", "png"],
    ["", null, "heic", "jpeg"],
    ["", null, "jxl", "webp"],
    ["original", chrome, "webp", "webp"],
    ["original", chrome, "svg", "svg"],
    ["original", old, "gif", "gif"],
    ["jpg", old, "png", "jpeg"],
    ["gif", old, "jpeg", "gif"],
    ["webp", old, "jpeg", "webp or smaller jpeg"],
    ["webp", old, "png", "webp or smaller jpeg"],
    ["_webp", old, "jpeg", "webp"],
    ["avif", old, "jpeg", "avif or smaller jpeg"],
    ["avif,webp,jpeg", chrome, "jpeg", "avif varies"],
    ["avif,webp,jpeg", "image/webp", "jpeg", "webp varies"],
    ["avif,webp,jpeg", old, "jpeg", "jpeg varies"],
    ["avif,webp,jpeg", null, "jpeg", "jpeg varies"],
    ["webp,avif", old, "jpeg", "avif varies"],
    ["webp,original", old, "png", "png varies"],
    ["webp,original", old, "webp", "webp"],
    ["jpeg,webp", chrome, "png", "jpeg"],
    ["png,avif", null, "jpeg", "png"],
    ["webp,webp", old, "jpeg", "webp or smaller jpeg"],
    ["webp,jpeg", "IMAGE/WEBP;q=0.1", "jpeg", "webp varies"],
    ["webp,jpeg", "image/webp;q=0", "jpeg", "jpeg varies"],
    ["webp,jpeg", "image/webp ; q=0.000 , */*", "jpeg", "jpeg varies"],
    ["webp,jpeg", ",,;;q=", "jpeg", "jpeg varies"],
    // What was asked for is made, whatever of the original it cannot show.
    ["png", chrome, "svg", "png"],
    ["webp", chrome, "svg", "webp or smaller jpeg"],
    ["avif,webp,jpeg", chrome, "svg", "avif varies"],
    ["avif,webp,jpeg", chrome, "gif", "avif varies"],
  ];
  test.each(cases)("force_format=%s, Accept: %s, from %s", (force, accept, source, expected) => {
    expect(words(answer(force, accept, source))).toBe(expected);
  });
});

describe("negotiate with a token's automatic formats", () => {
  const both = ["avif", "webp"] as const;
  const cases: [
    auto: readonly AutoFormat[],
    accept: string | null,
    source: SourceFormat,
    expected: string,
  ][] = [
    [both, chrome, "jpeg", "avif or smaller jpeg varies"],
    [both, "image/webp", "jpeg", "webp or smaller jpeg varies"],
    [both, old, "jpeg", "jpeg varies"],
    [both, null, "jpeg", "jpeg varies"],
    [["webp", "avif"], chrome, "jpeg", "webp or smaller jpeg varies"],
    [["webp"], chrome, "jpeg", "webp or smaller jpeg varies"],
    [["webp"], "image/avif", "jpeg", "jpeg varies"],
    // A JPEG in place of what is not one would not be what the original is.
    [both, chrome, "png", "avif varies"],
    [both, old, "png", "png varies"],
    [both, chrome, "tiff", "avif varies"],
    [both, chrome, "heic", "avif or smaller jpeg varies"],
    [both, chrome, "svg", "svg"],
    [both, null, "svg", "svg"],
    // It may move, and AVIF does not here.
    [both, chrome, "gif", "webp varies"],
    [both, old, "gif", "gif varies"],
    [["avif"], chrome, "gif", "gif"],
    [both, chrome, "webp", "webp"],
    [["avif"], chrome, "avif", "avif"],
    [["webp"], chrome, "avif", "webp varies"],
    [both, old, "avif", "avif varies"],
  ];
  test.each(cases)("%j, Accept: %s, from %s", (auto, accept, source, expected) => {
    expect(words(answer("", accept, source, auto))).toBe(expected);
  });

  test.each(["jpeg", "webp", "_avif", "webp,png", "avif,original"])(
    "force_format=%s counts instead",
    (force) => {
      for (const source of Object.keys(keptFormat) as SourceFormat[])
        expect(answer(force, chrome, source, both)).toEqual(answer(force, chrome, source));
    },
  );

  test("force_format=original asks for no other format either", () => {
    expect(words(answer("original", chrome, "jpeg", both))).toBe("jpeg");
    expect(words(answer("original,webp", chrome, "jpeg", both))).toBe("jpeg");
  });
});

test("Vary is said exactly when another Accept has another answer", () => {
  const format = fc.constantFrom("webp", "_webp", "avif", "_avif", "jpeg", "png", "gif", "original");
  const chain = fc.array(format, { maxLength: 4 }).map((formats) => formats.join(","));
  const auto = fc.subarray<AutoFormat>(["avif", "webp"]);
  const source = fc.constantFrom(...(Object.keys(keptFormat) as SourceFormat[]));
  const accepts = [null, "image/webp", "image/avif", "image/avif,image/webp"];
  fc.assert(
    fc.property(chain, auto, source, (force, automatic, original) => {
      const answers = accepts.map((accept) => answer(force, accept, original, automatic));
      const different = new Set(answers.map((each) => words({ ...each, varies: false })));
      for (const { varies } of answers) expect(varies).toBe(different.size > 1);
    }),
    { numRuns: 2_000 },
  );
});
