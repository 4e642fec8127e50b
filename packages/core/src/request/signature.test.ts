import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../errors.ts";
import { signUrl } from "./sign-url.ts";
import { checkSignature, signatureOf } from "./signature.ts";

const sha1 = (text: string) => new Bun.CryptoHasher("sha1").update(text).digest("hex");

function check(target: string, ...salts: string[]): boolean {
  const mark = target.indexOf("?");
  const [rawPath, rawQuery] = mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
  return checkSignature({ rawPath, rawQuery, salts, sha1 });
}

describe("checkSignature passes every published vector (sections 11.1 and 18)", () => {
  const image = "http://www.example.tld/my-image.jpg";
  test.each([
    ["salt", "/assets/image.jpg?ci_sign=8e71efd440164f3cc8"],
    ["salt", "/v7/assets/image.jpg?ci_sign=8e71efd440164f3cc8"],
    ["salt", "/v7/assets/image.jpg?ci_sign=84c81ef20852013046&w=200"],
    ["salt", "/v7/assets/image.jpg?w=200&ci_sign=84c81ef20852013046"],
    ["mysecretsalt", "/v7/assets/image.png?ci_sign=79cfbc458b&h=400&w=200"],
    ["mysecretsalt", "/v7/assets/image.png?h=400&ci_sign=79cfbc458b&w=200"],
    ["abcdefgh", `/cdn/n/n@921317a9b00dc0b5a29e6b32a832361db582fd70/${image}`],
    ["abcdefgh", `/width/640/n@58c34876a7ce6684d578903c0d420c5448bdd6be/${image}`],
    ["abcdefgh", `/crop/640x480/n@1de46813fe762fe2fbf799b318dc3e48280839ad/${image}`],
    ["abcdefgh", `/crop/640x480/q90@b273a6a4ac61062f47f600a028223ca1119f6e5d/${image}`],
    ["abcdefgh", `/crop/640x480/q50.r90@19cb88863ff0ac5185773ffcec9b0cf522b367b5/${image}`],
    // The query of v6 is not signed.
    ["abcdefgh", `/cdn/n/n@921317a9b00dc0b5a29e6b32a832361db582fd70/${image}?mark_url=x&mark_width=200`],
    ["abcdefgh", `/v6/cdn/n/n@921317a9b00dc0b5a29e6b32a832361db582fd70/${image}`],
    ["abcdefgh", `/cdn/n/n%40921317A9B00DC0B5A29E6B32A832361DB582FD70/${image}`],
  ])("salt %s: %s", (salt, target) => {
    expect(check(target, salt)).toBe(true);
    expect(check(target, "old", salt)).toBe(true);
    expect(check(target, `${salt}x`)).toBe(false);
    expect(check(target)).toBe(false);
  });
});

describe("checkSignature signs what is sent, without /v7 and ci_sign", () => {
  const sign = (text: string) => sha1(`salt${text}`);
  const cases: [signed: string, target: (digits: string) => string, passes: boolean][] = [
    ["/h.io/a.jpg?w=2&h=3", (s) => `/h.io/a.jpg?w=2&h=3&ci_sign=${s}`, true],
    ["h.io/a.jpg?w=2&h=3", (s) => `/h.io/a.jpg?w=2&h=3&ci_sign=${s}`, true],
    ["/h.io/a.jpg?w=2&h=3", (s) => `//v7//h.io/a.jpg?w=2&ci_sign=${s}&h=3`, true],
    ["/h.io/a.jpg?w=2&h=3", (s) => `/h.io/a.jpg?h=3&w=2&ci_sign=${s}`, false],
    ["/h.io/a.jpg?w=2&h=3", (s) => `/h.io/a.jpg?w=2&h=3&q=1&ci_sign=${s}`, false],
    ["/h.io/a.jpg?w=2&h=3", (s) => `/h.io/a.jpg?w=2&ci_sign=${s}`, false],
    ["/v7/h.io/a.jpg", (s) => `/v7/h.io/a.jpg?ci_sign=${s}`, false],
    ["/h.io/a.jpg?&w=2&&h=3", (s) => `/h.io/a.jpg?&w=2&&h=3&ci_sign=${s}`, true],
    ["/h.io/a.jpg?w=2", (s) => `/h.io/a.jpg?w=2&ci_sign=${s}&ci_sign=zz`, false],
    ["/h.io/a.jpg?w=2", (s) => `/h.io/a.jpg?w=2&ci_sign=zz&ci_sign=${s}`, true],
    ["/h.io/a.jpg?p=thumb", (s) => `/h.io/a.jpg?p=thumb&ci_sign=${s}`, true],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci_sign=${s.toUpperCase()}`, true],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci_sign=${s.slice(0, 6)}`, true],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci_sign=${s.slice(0, 5)}`, false],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci_sign=${s}0`, false],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci_sign=${s.slice(1)}`, false],
    ["/h.io/a.jpg", () => "/h.io/a.jpg?ci_sign=", false],
    ["/h.io/a.jpg", () => "/h.io/a.jpg", false],
    ["/h.io/a.jpg", (s) => `/h.io/a.jpg?ci%5Fsign=${s}`, false],
    ["/http://h.io/a.jpg", (s) => `/https://h.io/a.jpg?ci_sign=${s}`, false],
    // As sent before decoded.
    ["/https%3A%2F%2Fh.io%2Fa.jpg?w=2", (s) => `/https%3A%2F%2Fh.io%2Fa.jpg?w=2&ci_sign=${s}`, true],
    ["/https://h.io/a.jpg?w=2", (s) => `/https%3A%2F%2Fh.io%2Fa.jpg?w=2&ci_sign=${s}`, true],
    ["/h.io/ü b.jpg?f=bright:1,grey", (s) => `/h.io/%C3%BC%20b.jpg?f=bright%3A1%2Cgrey&ci_sign=${s}`, true],
    ["/h.io/100%.jpg?f=a,b", (s) => `/h.io/100%.jpg?f=a%2Cb&ci_sign=${s}`, true],
    // What decoding would turn into a separator meant something else when it was signed.
    ["/h.io/a.jpg?w=9&wat=1", (s) => `/h.io/a.jpg?w=9%26wat=1&ci_sign=${s}`, false],
    ["/h.io/a.jpg?w=9&wat=1", (s) => `/h.io/a.jpg?w=9&wat%3D1&ci_sign=${s}`, false],
    ["/h.io/a.jpg?w=9&wat=1", (s) => `/h.io/a.jpg%3Fw=9%26wat=1?ci_sign=${s}`, false],
    ["/https://h.io/a.jpg?wat=1", (s) => `/https%3A%2F%2Fh.io%2Fa.jpg%3Fwat%3D1?ci_sign=${s}`, false],
    ["/h.io/a.jpg?wat_url=_a_%2Fb.png", (s) => `/h.io/a.jpg?wat_url=_a_%252Fb.png&ci_sign=${s}`, false],
    ["/h.io/a%20b.jpg", (s) => `/h.io/a%2520b.jpg?ci_sign=${s}`, false],
    ["/h.io/a.jpg?w=9&amp;wat=1", (s) => `/h.io/a.jpg?w=9&amp%3Bwat=1&ci_sign=${s}`, false],
    ["/h.io/a.jpg?wat_text=a+b", (s) => `/h.io/a.jpg?wat_text=a%2Bb&ci_sign=${s}`, false],
    ["/h.io/a?ci_url_encoded=1func=fit", (s) => `/h.io/a?ci_url_encoded=1%66unc=fit&ci_sign=${s}`, false],
    ["/h.io/a.jpg?wat_url=h?a=1", (s) => `/h.io/a.jpg?wat_url=h%3Fa%3D1&ci_sign=${s}`, true],
    // v6 and v4.
    ["/width/9/n/h.io/a b.jpg", (s) => `/width/9/n@${s}/h.io/a%20b.jpg`, true],
    ["/width/9/n/h.io/a%20b.jpg", (s) => `/width/9/n@${s}/h.io/a%20b.jpg`, true],
    ["/width/9/n/h.io/a.jpg", (s) => `/width/10/n@${s}/h.io/a.jpg`, false],
    ["/width/9/n/h.io/a.jpg", (s) => `/width/9/q1@${s}/h.io/a.jpg`, false],
    ["/width/9/n/h.io/a.jpg", (s) => `/width/9/n@${s.slice(0, 6)}/h.io/a.jpg`, true],
    ["/width/9/n/h.io/a.jpg", (s) => `/width/9/n/h.io/a.jpg?ci_sign=${s}`, false],
    ["/fit/9x9/q9/_a_/b.jpg", (s) => `/fit/9x9/q9%2F_a_@${s}/b.jpg`, false],
    ["/fit/9x9/n/h.io/a%20b.jpg", (s) => `/fit/9x9/n@${s}/h.io/a%2520b.jpg`, false],
    ["/width/9/h.io/a.jpg", (s) => `/s/width/9/h.io/a.jpg?ci_sign=${s}`, false],
  ];
  test.each(cases)("signed %s", (signed, target, passes) => {
    expect(check(target(sign(signed)), "salt")).toBe(passes);
  });

  test("nothing passes without a salt that says something", () => {
    expect(check(`/h.io/a.jpg?ci_sign=${sha1("/h.io/a.jpg")}`, "")).toBe(false);
  });
});

describe("signatureOf", () => {
  test.each([
    ["/h.io/a", "", null],
    ["/h.io/a", "w=1", null],
    ["/h.io/a", "ci_sign=", ""],
    ["/h.io/a", "w=1&amp;ci_sign=abc&h=1", "abc"],
    ["/h.io/a", "ci_signs=abc", null],
    ["/width/9/n/h.io/a", "ci_sign=abcdef", null],
    ["/width/9/n@abcdef/h.io/a", "", "abcdef"],
    ["/s/width/9/h.io/a", "ci_sign=abcdef", null],
  ])("%s?%s", (path, query, signature) => {
    expect(signatureOf(path, query)).toBe(signature);
  });
});

describe("signUrl", () => {
  test.each([
    [
      "https://t.cloudimg.io/v7/assets/image.jpg",
      18,
      "salt",
      "https://t.cloudimg.io/v7/assets/image.jpg?ci_sign=8e71efd440164f3cc8",
    ],
    ["/assets/image.jpg?w=200", 18, "salt", "/assets/image.jpg?w=200&ci_sign=84c81ef20852013046"],
    [
      "/assets/image.png?ci_sign=00&h=400&w=200#x",
      10,
      "mysecretsalt",
      "/assets/image.png?h=400&w=200&ci_sign=79cfbc458b#x",
    ],
    [
      "//123456789.cloudimg.io/crop/640x480/q50.r90/http://www.example.tld/my-image.jpg",
      40,
      "abcdefgh",
      "//123456789.cloudimg.io/crop/640x480/q50.r90@19cb88863ff0ac5185773ffcec9b0cf522b367b5/http://www.example.tld/my-image.jpg",
    ],
    [
      "/cdn/n/http://www.example.tld/my-image.jpg?a=1",
      40,
      "abcdefgh",
      "/cdn/n/n@921317a9b00dc0b5a29e6b32a832361db582fd70/http://www.example.tld/my-image.jpg?a=1",
    ],
    [
      "/width/640/n@000000/http://www.example.tld/my-image.jpg",
      40,
      "abcdefgh",
      "/width/640/n@58c34876a7ce6684d578903c0d420c5448bdd6be/http://www.example.tld/my-image.jpg",
    ],
  ])("%s", (url, digits, salt, signed) => {
    expect(signUrl(url, { salt, sha1, digits })).toBe(signed);
  });

  test("refuses v4", () => {
    expect(() => signUrl("/s/width/9/h.io/a", { salt: "salt", sha1 })).toThrow(FreshetError);
  });

  const word = fc.constantFrom(
    ..."h.io a%20b a%2520b ü %3F%26 + %2B c.jpg https: width 9 n v7 s crop 3x2 q80.foil1".split(" "),
  );
  const path = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => `/${words.join("/")}`);
  const query = fc
    .array(fc.constantFrom(..."w=1 wat_url=a%2Fb x=%26 %77=2 amp;q=3 ci_sign=abcdef p".split(" ")), {
      maxLength: 4,
    })
    .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.join("&")}`));
  const salt = fc.string({ minLength: 1 });
  const digits = fc.integer({ min: 6, max: 40 });

  test("makes what checkSignature accepts, with that salt only", () => {
    fc.assert(
      fc.property(path, query, salt, salt, digits, (start, tail, own, other, length) => {
        fc.pre(own !== other && !start.startsWith("/s/"));
        const signed = signUrl(start + tail, { salt: own, sha1, digits: length });
        expect(check(signed, own)).toBe(true);
        expect(check(signed, other, own)).toBe(true);
        expect(check(signed, other)).toBe(false);
      }),
    );
  });

  test("makes what does not survive a changed digit", () => {
    fc.assert(
      fc.property(
        path,
        salt,
        digits,
        fc.nat(),
        fc.integer({ min: 1, max: 15 }),
        (start, own, length, at, by) => {
          fc.pre(!start.startsWith("/s/"));
          const signed = signUrl(start, { salt: own, sha1, digits: length });
          const [, before = "", signature = "", after = ""] =
            /^(.*(?:ci_sign=|@))([0-9a-f]{6,40})(.*)$/.exec(signed) ?? [];
          const place = at % length;
          const digit = ((Number.parseInt(signature.charAt(place), 16) + by) % 16).toString(16);
          const changed = signature.slice(0, place) + digit + signature.slice(place + 1);
          expect(check(before + changed + after, own)).toBe(false);
        },
      ),
    );
  });

  test("is checked without anything but a FreshetError, whatever is sent", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        query,
        (start, middle, tail) => {
          const target = `${start}%${middle}${tail}&ci_sign=abcdef`;
          try {
            expect(check(target, "salt")).toBe(false);
          } catch (error) {
            expect(error).toBeInstanceOf(FreshetError);
          }
        },
      ),
    );
  });
});
