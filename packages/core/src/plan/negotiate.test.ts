import { describe, expect, test } from "bun:test";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import type { SourceFormat } from "./formats.ts";
import { negotiate } from "./negotiate.ts";

const chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const old = "image/png,image/*;q=0.8,*/*;q=0.5";

describe("negotiate", () => {
  const cases: [force: string, accept: string | null, source: SourceFormat, expected: string][] = [
    ["", chrome, "jpeg", "jpeg"],
    ["", chrome, "gif", "png"],
    ["", null, "tiff", "png"],
    ["original", chrome, "webp", "webp"],
    ["jpg", old, "png", "jpeg"],
    ["webp", old, "jpeg", "webp or smaller jpeg"],
    ["_webp", old, "jpeg", "webp"],
    ["avif", old, "jpeg", "avif or smaller jpeg"],
    ["avif,webp,jpeg", chrome, "jpeg", "avif varies"],
    ["avif,webp,jpeg", "image/webp", "jpeg", "webp varies"],
    ["avif,webp,jpeg", old, "jpeg", "jpeg varies"],
    ["avif,webp,jpeg", null, "jpeg", "jpeg varies"],
    ["webp,avif", old, "jpeg", "avif varies"],
    ["webp,original", old, "png", "png varies"],
    ["jpeg,webp", chrome, "png", "jpeg"],
    ["png,avif", null, "jpeg", "png"],
    ["webp,jpeg", "IMAGE/WEBP;q=0.1", "jpeg", "webp varies"],
    ["webp,jpeg", "image/webp;q=0", "jpeg", "jpeg varies"],
    ["webp,jpeg", "image/webp ; q=0.000 , */*", "jpeg", "jpeg varies"],
    ["webp,jpeg", ",,;;q=", "jpeg", "jpeg varies"],
  ];
  test.each(cases)("force_format=%s, Accept: %s, from %s", (force, accept, source, expected) => {
    const { formats } = parseRequest(`/h.io/a?force_format=${force}`, plainToken("doc")).plan;
    const { format, orSmallerJpeg, varies } = negotiate(formats, accept, source);
    expect([format, orSmallerJpeg && "or smaller jpeg", varies && "varies"].filter(Boolean).join(" ")).toBe(
      expected,
    );
  });

  test("tells caches to vary exactly when another Accept could have another answer", () => {
    const accepts = [null, chrome, old, "image/webp", "image/avif"];
    for (const force of [
      "webp",
      "_avif",
      "avif,webp,jpeg",
      "jpeg,webp",
      "webp,avif",
      "original,webp",
      "webp,webp",
    ]) {
      const { formats } = parseRequest(`/h.io/a?force_format=${force}`, plainToken("doc")).plan;
      const answers = new Set(accepts.map((accept) => negotiate(formats, accept, "png").format));
      const varies = negotiate(formats, null, "png").varies;
      if (answers.size > 1) expect(varies).toBe(true);
      if (!force.includes(",") || force.startsWith("jpeg") || force.startsWith("original"))
        expect(varies).toBe(false);
    }
  });
});
