import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import { limits } from "../limits.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken, type TokenSettings } from "./token.ts";

const doc = plainToken("doc");

describe("parseRequest reads every form of v7 URL that clients send", () => {
  const cases: [target: string, originKey: string, planAndVersion: string][] = [
    ["/sample.li/flat.jpg?w=500", "doc|//sample.li/flat.jpg", "w=500"],
    ["/v7/sample.li/flat.jpg?w=500", "doc|//sample.li/flat.jpg", "w=500"],
    ["/v7/http://sample.li/flat.jpg?width=500", "doc|//sample.li/flat.jpg", "w=500"],
    ["/https://sample.li/flat.jpg?w=500&vh=2", "doc|//sample.li/flat.jpg", "w=500 vh=2"],
    ["/https:/sample.li/flat.jpg", "doc|//sample.li/flat.jpg", ""],
    ["//sample.li/flat.jpg?w=500&&h=20", "doc|//sample.li/flat.jpg", "crop=500x20"],
    ["/sample.li/flat.jpg?", "doc|//sample.li/flat.jpg", ""],
    ["/sample.li/flat.jpg?&org_if_sml=1&w=9", "doc|//sample.li/flat.jpg", "w=9;small"],
    ["/sample.li/flat.jpg?org_if_sml=11716&w=9", "doc|//sample.li/flat.jpg", "w=9;small"],
    ["/sample.li/flat.jpg?w=337.5", "doc|//sample.li/flat.jpg", "w=338"],
    ["/sample.li/flat.jpg?width=1120.0&amp;q=70", "doc|//sample.li/flat.jpg", "w=1120;q=70"],
    ["/SAMPLE.li:443/flat.jpg", "doc|//sample.li/flat.jpg", ""],
    ["/sample.li:9000/flat.jpg", "doc|//sample.li:9000/flat.jpg", ""],
    ["/sample.li./flat.jpg", "doc|//sample.li/flat.jpg", ""],
    ["/bücher.example/a.jpg", "doc|//xn--bcher-kva.example/a.jpg", ""],
    ["/[::1]:9000/a.jpg", "doc|//[::1]:9000/a.jpg", ""],
    ["/v7/https%3A%2F%2Fcloud.host%2Fa.webp?ci_url_encoded=1", "doc|//cloud.host/a.webp", ""],
    ["/v7/https%3A%2F%2Fcloud.host%2Fa.webp", "doc|//cloud.host/a.webp", ""],
    [
      "/cloud.host%2Fdir%2Fa.webp?ci_url_encoded=1func=cropfit&w=540&h=3",
      "doc|//cloud.host/dir/a.webp",
      "cropfit=540x3",
    ],
    ["/https%3A%2F%2Fh.io%2Fa.jpg%3Fv%3D1?w=3&ci_url_encoded=1", "doc|//h.io/a.jpg?v=1", "w=3"],
    ["/https://host.io/a.jpg?v=2&w=300", "doc|//host.io/a.jpg?v=2", "w=300"],
    ["/https://shop.io/x.jpg?1621234567&q=80", "doc|//shop.io/x.jpg?1621234567", "q=80"],
    ["/h.io/LOGO+WITH+PLUS-01.png?w=350", "doc|//h.io/LOGO+WITH+PLUS-01.png", "w=350"],
    ["/h.io/a%20b/%C3%BC.jpg", "doc|//h.io/a%20b/%C3%BC.jpg", ""],
    ["/h.io/a b/ü.jpg", "doc|//h.io/a%20b/%C3%BC.jpg", ""],
    ["/h.io/%61%2d%7e.jpg", "doc|//h.io/a-~.jpg", ""],
    ["/h.io/a%2fb.jpg", "doc|//h.io/a%2Fb.jpg", ""],
    ["/h.io/100%.jpg", "doc|//h.io/100%25.jpg", ""],
    ["/h.io/a.jpg?func=fit&w=4&h=5&bg_colour=FFF&gravity=centre", "doc|//h.io/a.jpg", "fit=4x5;bg=ffffff"],
    [
      "/h.io/a.jpg?func=fit&w=4&h=5&bg_color=tomato&gravity=south",
      "doc|//h.io/a.jpg",
      "fit=4x5@south;bg=ff6347",
    ],
    [
      "/h.io/a.jpg?force_format=avif%2Cwebp%2Cjpeg&q=70&width=1220",
      "doc|//h.io/a.jpg",
      "w=1220;q=70;to=_avif,_webp,_jpeg",
    ],
    ["/h.io/a.jpg?force_format=webp", "doc|//h.io/a.jpg", "to=webp"],
    ["/h.io/a.jpg?force_format=_webp", "doc|//h.io/a.jpg", "to=_webp"],
    ["/h.io/a.jpg?w=300&h=200&dpr=2", "doc|//h.io/a.jpg", "crop=600x400"],
    [
      "/h.io/a.jpg?ci_info=1&bg_remove=1&blur_faces=1,30,1000&face_margin=3&wat_nonsense%5B1%5D=x",
      "doc|//h.io/a.jpg",
      "",
    ],
    ["/h.io/a.jpg?wat_scale=30&wat_url=h.io/b.png", "doc|//h.io/a.jpg", ""],
    ["/h.io/a.jpg?Blur=5&wide=3", "doc|//h.io/a.jpg?Blur=5&wide=3", ""],
  ];
  test.each(cases)("%s", (target, originKey, planAndVersion) => {
    const parsed = parseRequest(target, doc);
    const [key, version, plan] = requestKey(parsed).split("\n");
    expect(key).toBe(originKey);
    expect([plan, version && `vh=${version}`].filter(Boolean).join(" ")).toBe(planAndVersion);
  });
});

describe("parseRequest ignores or clamps what makes no sense (row 2 of section 17)", () => {
  const cases: [query: string, plan: string, notes: number][] = [
    ["w=abc", "", 1],
    ["w=0", "", 1],
    ["w=-5", "", 1],
    ["w=1e3", "", 1],
    ["w=Infinity", "", 1],
    ["w=", "", 1],
    ["w=99999999", `w=${limits.outputSide}`, 1],
    ["w=5000&dpr=5", `w=${limits.outputSide}`, 0],
    ["w=10&dpr=0", "w=10", 1],
    ["w=10&dpr=99", "w=50", 1],
    ["q=300", "q=100", 1],
    ["q=-3", "q=1", 1],
    ["q=79.6", "q=80", 1],
    ["w=5&h=5&func=zzz", "crop=5x5", 1],
    ["w=5&h=5&func=__proto__", "crop=5x5", 1],
    ["w=5&h=5&gravity=constructor", "crop=5x5", 1],
    ["w=5&h=5&bg_color=hasOwnProperty", "crop=5x5", 1],
    ["force_format=jxl", "", 1],
    ["force_format=jxl,webp,jpeg", "to=_webp,_jpeg", 1],
    ["w=1&w=2&w=3", "w=3", 0],
    ["w=3&w=abc", "w=3", 1],
    ["w=1&width=2", "w=1", 0],
    ["width=2&w=1", "w=1", 0],
    ["width=2", "w=2", 0],
    ["W=5", "", 0],
  ];
  test.each(cases)("%s", (query, plan, notes) => {
    const parsed = parseRequest(`/h.io/a.jpg?${query}`, doc);
    expect(requestKey(parsed).split("\n")[2]).toBe(plan);
    expect(parsed.notes).toHaveLength(notes);
  });
});

describe("parseRequest refuses what names no original", () => {
  const cases: [target: string, code: string][] = [
    ["/", "bad_path"],
    ["/v7/", "bad_path"],
    ["/v7", "bad_path"],
    ["/images/a.jpg", "bad_path"],
    ["/ftp://h.io/a.jpg", "bad_path"],
    ["/file:///etc/passwd", "bad_path"],
    ["/data:image/png;base64,AAAA", "bad_path"],
    ["/https:///", "bad_path"],
    ["/h..io/a.jpg", "bad_path"],
    ["/https://user:pw@h.io/a.jpg", "bad_path"],
    ["/user@h.io/a.jpg", "bad_path"],
    ["/h.io/../a.jpg", "bad_path"],
    ["/h.io/%2e%2e/a.jpg", "bad_path"],
    ["/h.io/a%00b.jpg", "bad_path"],
    ["/h.io/a%0d%0ab.jpg", "bad_path"],
    ["/h.io/\u0007.jpg", "bad_path"],
    ["/h.io/\ud800.jpg", "bad_path"],
    ["/h.io:99999/a.jpg", "bad_path"],
    ["/h%20.io/a.jpg", "bad_path"],
    ["/v7m/h.io/a.jpg", "not_implemented"],
    [`/h.io/${"a".repeat(limits.urlChars)}`, "path_too_long"],
    [`/h.io/a?${"a=1&".repeat(limits.queryPairs)}b=1`, "bad_query"],
  ];
  test.each(cases)("%s", (target, code) => {
    const error = caught(() => parseRequest(target, doc));
    expect(error).toBeInstanceOf(FreshetError);
    expect((error as FreshetError).code).toBe(code as FreshetError["code"]);
  });
});

describe("parseRequest resolves aliases and the origin prefix", () => {
  const token: TokenSettings = {
    ...plainToken("shop"),
    originPrefix: "https://hello.s3.aws.com/root/",
    aliases: {
      _sample_: "http://sample.li",
      _cms_: "https://cms.host",
      _prod_: "prod/images",
      "_my.alias-2_": "b.host/x",
    },
  };
  const cases: [target: string, key: string, url: string][] = [
    [
      "/photos/paris.jpg",
      "shop|//hello.s3.aws.com/root/photos/paris.jpg",
      "https://hello.s3.aws.com/root/photos/paris.jpg",
    ],
    [
      "/photos.v2/paris.jpg",
      "shop|//hello.s3.aws.com/root/photos.v2/paris.jpg",
      "https://hello.s3.aws.com/root/photos.v2/paris.jpg",
    ],
    ["/_sample_/boat.jpg?w=800", "shop|//sample.li/boat.jpg", "http://sample.li/boat.jpg"],
    ["/_cms_/_prod_/a.jpg", "shop|//cms.host/prod/images/a.jpg", "https://cms.host/prod/images/a.jpg"],
    ["/v7/_my.alias-2_/a", "shop|//b.host/x/a", "https://b.host/x/a"],
    [
      "/my_sample_file.jpg",
      "shop|//hello.s3.aws.com/root/my_sample_file.jpg",
      "https://hello.s3.aws.com/root/my_sample_file.jpg",
    ],
    ["/http://sample.li/boat.jpg", "shop|//sample.li/boat.jpg", "http://sample.li/boat.jpg"],
  ];
  test.each(cases)("%s", (target, key, url) => {
    const { origin } = parseRequest(target, token);
    expect(origin.key).toBe(key);
    expect(origin.urls[0]).toBe(url);
  });

  test("an alias stands for the same original as its URL", () => {
    expect(parseRequest("/_sample_/boat.jpg", token).origin.key).toBe(
      parseRequest("/http://sample.li/boat.jpg", token).origin.key,
    );
  });
});

describe("parseRequest, for any input", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.webUrl({ withQueryParameters: true }).map((url) => `/${url}`),
    fc
      .array(
        fc.constantFrom(
          "/",
          "?",
          "&",
          "=",
          "%",
          "..",
          "h.io",
          "w",
          "1",
          "ci_url_encoded=1",
          "%2F",
          "@",
          ":",
          "[",
          "#",
        ),
        { maxLength: 20 },
      )
      .map((parts) => `/${parts.join("")}`),
  );

  test("either answers or throws a FreshetError", () => {
    fc.assert(
      fc.property(anything, (target) => {
        const error = caught(() => parseRequest(target, doc));
        expect(error === null || error instanceof FreshetError).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("reads an original's own URL back as the same original", () => {
    fc.assert(
      fc.property(anything, (target) => {
        let key: string;
        let url: string;
        try {
          const { origin } = parseRequest(target, doc);
          key = origin.key;
          url = origin.urls[0] as string;
        } catch {
          return;
        }
        expect(parseRequest(`/${encodeURIComponent(url)}?ci_url_encoded=1`, doc).origin.key).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  test("gives one key to all orders of different parameters", () => {
    const parameters = [
      "w=300",
      "h=200",
      "func=fit",
      "bg_color=red",
      "q=50",
      "gravity=north",
      "force_format=webp,png",
      "org_if_sml=1",
      "vh=3",
      "dpr=2",
    ];
    const inOrder = requestKey(parseRequest(`/h.io/a.jpg?${parameters.join("&")}`, doc));
    fc.assert(
      fc.property(fc.shuffledSubarray(parameters, { minLength: parameters.length }), (shuffled) => {
        expect(requestKey(parseRequest(`/h.io/a.jpg?${shuffled.join("&")}`, doc))).toBe(inOrder);
      }),
    );
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
