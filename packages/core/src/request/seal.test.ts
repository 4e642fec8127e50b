import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../errors.ts";
import { canonicalPlan } from "../key/canonical.ts";
import { layOptions, readOptions } from "../ops/read-options.ts";
import { makePlan } from "../plan/make-plan.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { splitQuery } from "./query.ts";
import { checkSeal, openSeal } from "./seal.ts";
import { sealUrl } from "./seal-url.ts";
import { plainToken } from "./token.ts";

const sha1 = (text: string) => new Bun.CryptoHasher("sha1").update(text).digest("hex");

function check(target: string, ...salts: string[]): boolean {
  const mark = target.indexOf("?");
  const [rawPath, rawQuery] = mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
  return checkSeal({ rawPath, rawQuery, salts, sha1 });
}

const docs =
  "d2F0PTEmd2F0X3VybD1odHRwOi8vc2FtcGxlLmxpL2xvdWlzLXZ1aXR0b24tbG9nby13aGl0ZS5wbmcmd2F0X3NjYWxlPTQ1JndhdF9ncmF2aXR5PXNvdXRod2VzdCZ3YXRfcGFkPTE1";
const docsText =
  "wat=1&wat_url=http://sample.li/louis-vuitton-logo-white.png&wat_scale=45&wat_gravity=southwest&wat_pad=15";

describe("checkSeal passes every published vector (section 11.2)", () => {
  test.each([
    ["test", `/sample.li/birds.jpg?ci_eqs=${docs}&ci_seal=a355cce069fbfb18a4c39113067bf626ead2ebab`],
    [
      "test",
      `/v7/sample.li/birds.jpg?w=9&ci_seal=a355cce069fbfb18a4c39113067bf626ead2ebab&ci_eqs=${docs}&wat=0`,
    ],
    [
      "test",
      "/v7/sample.li/birds.jpg?ci_eqs=Zj1icmlnaHQlM0ExMCUyQ2NvbnRyYXN0JTNBMjAmdz0zMDA&ci_seal=67dd8cc44f6ba44ee5&h=400",
    ],
    ["salt", "/v7/assets/image.jpg?ci_seal=57e9278520bd99de50"],
    ["salt", "/v7/assets/image.jpg?ci_seal=57e9278520bd99de50&w=300"],
    ["salt", "/v7/assets/image.jpg?ci_eqs=Ymx1cj0yMCZoPTMwMCZ3PTMwMA&ci_seal=b7b7a8fde707bed4b4"],
    ["salt", "/v7/assets/image.jpg?ci_eqs=Ymx1cj0yMCZoPTMwMA&ci_seal=a49adc8f592ef99188&w=300"],
  ])("salt %s: %s", (salt, target) => {
    expect(check(target, salt)).toBe(true);
    expect(check(target, "old", salt)).toBe(true);
    expect(check(target, `${salt}x`)).toBe(false);
    expect(check(target.replace(".jpg", ".png"), salt)).toBe(false);
    expect(check(target)).toBe(false);
  });
});

describe("checkSeal tries every form that clients hash", () => {
  // "a=1?" in base64 is YT0xPw==, and "a=>>" is YT0+Pg== or, URL-safe, YT0-Pg==.
  const cases: [hashed: string, target: (digits: string) => string, passes: boolean][] = [
    ["h.io/a.jpgYT0xPw", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw&ci_seal=${s}`, true],
    ["/h.io/a.jpgYT0xPw", (s) => `//v7/h.io/a.jpg?ci_eqs=YT0xPw&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0xPw", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw==&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0xPw==", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw==&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0xPw==", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw%3D%3D&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0xPw%3D%3D", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw%3D%3D&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0xPw==", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0+Pg", (s) => `/h.io/a.jpg?ci_eqs=YT0+Pg&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0+Pg", (s) => `/h.io/a.jpg?ci_eqs=YT0%2BPg&ci_seal=${s}`, true],
    ["h.io/a.jpgYT0-Pg", (s) => `/h.io/a.jpg?ci_eqs=YT0-Pg&ci_seal=${s}`, true],
    ["https://h.io/a.jpgYT0xPw", (s) => `/https%3A%2F%2Fh.io%2Fa.jpg?ci_eqs=YT0xPw&ci_seal=${s}`, true],
    [
      "https%3A%2F%2Fh.io%2Fa.jpgYT0xPw",
      (s) => `/https%3A%2F%2Fh.io%2Fa.jpg?ci_eqs=YT0xPw&ci_seal=${s}`,
      true,
    ],
    ["h.io/a.jpg", (s) => `/h.io/a.jpg?ci_seal=${s.slice(0, 10)}`, true],
    ["h.io/a.jpg", (s) => `/h.io/a.jpg?ci_eqs=&ci_seal=${s}`, true],
    ["h.io/a.jpg", (s) => `/h.io/a.jpg?ci_seal=${s.slice(0, 5)}`, false],
    ["h.io/a.jpg", () => "/h.io/a.jpg?ci_seal=", false],
    ["h.io/a.jpg", () => "/h.io/a.jpg", false],
    ["h.io/a.jpg", (s) => `/h.io/b.jpg?ci_seal=${s}`, false],
    ["h.io/a.jpg", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw&ci_seal=${s}`, false],
    ["h.io/a.jpgYT0xPw", (s) => `/h.io/a.jpg?ci_seal=${s}`, false],
    ["h.io/a.jpgYT0xPw", (s) => `/h.io/a.jpg?ci_eqs=YT0yPw&ci_seal=${s}`, false],
    ["h.io/a.jpgYT0xPw", (s) => `/h.io/a.jpg?ci_eqs=YT0xPw&ci_eqs=dz05&ci_seal=${s}`, false],
    ["h.io/a%20b.jpg", (s) => `/h.io/a%2520b.jpg?ci_seal=${s}`, false],
    // Not base64, and not UTF-8: nobody could say what is sealed.
    ["h.io/a.jpg!!!!", (s) => `/h.io/a.jpg?ci_eqs=!!!!&ci_seal=${s}`, false],
    ["h.io/a.jpg_w", (s) => `/h.io/a.jpg?ci_eqs=_w&ci_seal=${s}`, false],
    ["width/9/n/h.io/a.jpg", (s) => `/width/9/n/h.io/a.jpg?ci_seal=${s}`, false],
  ];
  test.each(cases)("hashed %s", (hashed, target, passes) => {
    expect(check(target(sha1(`${hashed}salt`)), "salt")).toBe(passes);
  });

  test("nothing passes without a salt that says something", () => {
    expect(check(`/h.io/a.jpg?ci_seal=${sha1("h.io/a.jpg")}`, "")).toBe(false);
  });
});

describe("openSeal lets what is sealed win over what is added", () => {
  const seal = (text: string) => `ci_eqs=${encodeBase64(text)}`;
  const cases: [sealed: string, added: string, together: string][] = [
    ["w=300", "h=400", "h=400&w=300"],
    ["w=300", "w=400", "w=300"],
    ["w=300", "width=400", "w=300"],
    ["width=300", "w=400&h=5", "h=5&width=300"],
    ["bg_color=red", "bg_colour=blue", "bg_color=red"],
    ["bright=10", "f=bright:50,grey", "f=bright:50,grey&bright=10"],
    ["f=bright:10,grey", "bright=50&gray=0&contrast=9&f=sepia", "contrast=9&f=bright:10,grey"],
    ["f=BRIGHT%3A10%2C colorize:red,0.5", "bright=50&colorize=blue", "f=BRIGHT%3A10%2C colorize:red,0.5"],
    ["wat=1&wat_url=h.io/m.png", "wat=0&w=9", "w=9&wat=1&wat_url=h.io/m.png"],
    ["wat=1&wat_text=mine", "wat_opacity=0&wat_url[1]=h.io/x.png&wat_url%5B2%5D=x", "wat=1&wat_text=mine"],
    ["wat_url[1]=h.io/m.png", "wat=1&wat_scale=0", "wat_url[1]=h.io/m.png"],
    ["w=3", "water=1&wat=1", "water=1&wat=1&w=3"],
    ["vh=3", "vh=4&x=1", "x=1&vh=3"],
    ["x=3", "x=4&y=1", "y=1&x=3"],
    ["%77=3", "w=4", "%77=3"],
    ["", "w=4", "w=4"],
  ];
  test.each(cases)("%s and %s", (sealed, added, together) => {
    const opened = openSeal(splitQuery(`${seal(sealed)}&${added}&ci_seal=abcdef`));
    const shown = opened.filter(({ name }) => name !== "ci_eqs" && name !== "ci_seal");
    expect(shown.map(({ raw }) => raw).join("&")).toBe(together);
  });

  test("reads the documentation's example", () => {
    const opened = openSeal(splitQuery(`ci_eqs=${docs}&wat=0`));
    expect(
      opened
        .slice(1)
        .map(({ raw }) => raw)
        .join("&"),
    ).toBe(docsText);
  });

  test.each(["w=4", "w=4&ci_eqs", "w=4&ci_eqs=!", "w=4&ci_eqs=_w", "w=4&ci_eqs=a"])(
    "%s: opens nothing",
    (query) => {
      const pairs = splitQuery(query);
      expect(openSeal(pairs)).toEqual(pairs);
    },
  );

  test("what is added changes nothing that is sealed, in whatever order and spelling", () => {
    const sealed = "width=300&height=200&func=fit&f=blur:5&bg_colour=red&org_if_sml=1&q=70&force_format=png";
    const pair = fc.constantFrom(
      ..."w=9 width=9 h=9 height=9 func=crop blur=0 f=blur:9 bg_color=blue org_if_sml=0 q=9 q_webp=9 q_png=9 force_format=jpg ci_eqs=".split(
        " ",
      ),
    );
    const planOf = (query: string) => {
      const options = layOptions([readOptions(openSeal(splitQuery(query)))], []);
      return canonicalPlan(makePlan(options, { ...plainToken("doc"), watermarks: [] }));
    };
    const expected = planOf(seal(sealed));
    fc.assert(
      fc.property(fc.array(pair), (added) => {
        const before = added.join("&");
        expect(planOf(`${before}&${seal(sealed)}`)).toBe(expected);
        const after = added.filter((text) => text !== "ci_eqs=").join("&");
        expect(planOf(`${seal(sealed)}&${after}`)).toBe(expected);
      }),
    );
  });
});

describe("sealUrl", () => {
  test.each([
    [
      `https://t.io/sample.li/birds.jpg?${docsText}`,
      ["wat", "wat_url", "wat_scale", "wat_gravity", "wat_pad"],
      `https://t.io/sample.li/birds.jpg?ci_eqs=${docs}&ci_seal=a355cce069fbfb18a4c39113067bf626ead2ebab`,
    ],
    // SHA-1 of "sample.li/birds.jpgtest".
    [
      "/v7/sample.li/birds.jpg?w=9",
      [],
      `/v7/sample.li/birds.jpg?w=9&ci_seal=${sha1("sample.li/birds.jpgtest")}`,
    ],
    [
      "/a.jpg?ci_eqs=x&b=2&a=1&ci_seal=y#z",
      ["a"],
      `/a.jpg?b=2&ci_eqs=YT0x&ci_seal=${sha1("a.jpgYT0xtest")}#z`,
    ],
  ])("%s", (url, names, sealed) => {
    expect(sealUrl(url, names, { salt: "test", sha1 })).toBe(sealed);
  });

  test("refuses v6", () => {
    expect(() => sealUrl("/width/9/n/h.io/a", [], { salt: "salt", sha1 })).toThrow(FreshetError);
  });

  test("makes what checkSeal accepts and openSeal opens, and one changed digit breaks", () => {
    const names = ["w", "h", "q", "bright"];
    fc.assert(
      fc.property(
        fc.constantFrom("/v7/h.io/a%20b.jpg", "/https%3A%2F%2Fh.io%2Fa.jpg", "/_a_/ü.jpg"),
        fc.subarray(names),
        fc.string({ minLength: 1 }),
        fc.integer({ min: 6, max: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 15 }),
        (path, sealed, salt, digits, at, by) => {
          const url = sealUrl(`${path}?w=1&h=2&q=3&bright=4`, sealed, { salt, sha1, digits });
          expect(check(url, salt)).toBe(true);
          expect(check(url, `${salt}x`)).toBe(false);
          const opened = openSeal(splitQuery(url.split("?")[1] as string));
          const shown = opened.filter(({ name }) => names.includes(name)).map(({ raw }) => raw);
          expect(shown.sort()).toEqual(["bright=4", "h=2", "q=3", "w=1"]);
          const place = url.length - 1 - (at % digits);
          const digit = ((Number.parseInt(url.charAt(place), 16) + by) % 16).toString(16);
          expect(check(url.slice(0, place) + digit + url.slice(place + 1), salt)).toBe(false);
        },
      ),
    );
  });
});

describe("base64", () => {
  test.each([
    ["", ""],
    ["Zm9vYmFy", "foobar"],
    ["Zm9vYg==", "foob"],
    ["Zm9vYg", "foob"],
    ["w7zwn5iA", "ü😀"],
    ["YT0+Pg", "a=>>"],
    ["YT0-Pg", "a=>>"],
    ["YT0/Pw", "a=??"],
    ["YT0_Pw", "a=??"],
    ["Z", null],
    ["Zm9v YmFy", null],
    ["=Zm9v", null],
    ["Zm9v===", null],
    ["/w", null],
    ["\0", null],
  ])("decodes %p", (encoded, text) => {
    expect(decodeBase64(encoded)).toBe(text);
  });

  test("comes back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = encodeBase64(text);
        expect(encoded).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(decodeBase64(encoded)).toBe(text.toWellFormed());
      }),
    );
  });
});
