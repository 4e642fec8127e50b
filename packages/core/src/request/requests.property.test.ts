import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken, type TokenSettings } from "./token.ts";

const token: TokenSettings = {
  ...plainToken("t", ["own.io"]),
  aliases: { _cms_: "https://cms.io/x", _s_: "storage://photos" },
  presets: { thumb: "w=250&h=250&f=gray" },
  rules: [{ match: "-avatar", query: "radius=max" }],
  quality: 75,
};

/** A request as data: what it names and what it asks for, each member with an effect of its own. */
interface Wish {
  readonly file: string;
  readonly query: string;
  readonly version: string;
  readonly width: number | null;
  readonly grey: boolean;
  readonly flip: "" | "h" | "v";
  readonly radius: number;
  readonly quality: number | null;
  readonly kind: "image" | "proxy";
}

const plainWish = fc.record<Wish>({
  file: fc.constantFrom("a.jpg", "b.jpg", "a b.jpg", "a%b.jpg", "a", "d/a.jpg", "ü.png", "a+b.jpg"),
  query: fc.constantFrom("", "v=1", "v=2", "o=%2F"),
  version: fc.constantFrom("", "1", "2", "a\nb", "a%0Ab", "ü"),
  width: fc.constantFrom(null, 1, 2, 300),
  grey: fc.boolean(),
  flip: fc.constantFrom("", "h", "v"),
  radius: fc.constantFrom(0, 3, 4),
  quality: fc.constantFrom(null, 10, 80),
  kind: fc.constantFrom("image", "image", "image", "proxy"),
});

/** What is passed on as it is has no other wishes. */
const wish = plainWish.map((some) =>
  some.kind === "image"
    ? some
    : { ...some, width: null, grey: false, flip: "" as const, radius: 0, quality: null },
);

const anySpelling = fc.record({
  place: fc.constantFrom("_cms_/", "https://cms.io/x/", "http://CMS.io/x/", "cms.io:443/x/", "cms.io./x/"),
  start: fc.constantFrom("/", "//", "/v7/", "/v7//"),
  isEncoded: fc.boolean(),
  seed: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
});
type Spelling = typeof anySpelling extends fc.Arbitrary<infer T> ? T : never;

function spell(some: Wish, { place, start, isEncoded, seed }: Spelling): string {
  const next = () => seed.next().value as number;
  const oneOf = (...texts: string[]) => texts[Math.floor(next() * texts.length)] as string;
  const own = [
    some.version === "" ? "" : `vh=${encodeURIComponent(some.version)}`,
    some.width === null
      ? ""
      : oneOf(
          `w=${some.width}`,
          `width=${some.width}.0`,
          `w=${some.width / 2}&dpr=2`,
          `w=%3${some.width}`.slice(0, 2) + some.width,
        ),
    some.grey ? oneOf("grey=1", "gray=1", "f=grey", "f=gray") : oneOf("", "grey=0"),
    some.flip === ""
      ? ""
      : oneOf(`flip=${some.flip}`, `mirror=${some.flip}`, `flip=${some.flip === "h" ? "x" : "y"}`),
    some.radius === 0
      ? ""
      : oneOf(`radius=${some.radius}`, `radius=${Array(4).fill(some.radius).join("%2C")}`),
    some.quality === null ? "" : `q=${some.quality}`,
    some.kind === "proxy" ? "func=proxy" : "",
    oneOf("", "force_download=1", "ci_info=2", "ci_cache=9", "&", "amp;ci_info=1"),
    isEncoded ? "ci_url_encoded=1" : "",
  ];
  const order = own.map((text) => [next(), text] as const).sort(([a], [b]) => a - b);
  const path = place + some.file.split("/").map(encodeURIComponent).join("/");
  const pairs = [...order.map(([, text]) => text), some.query];
  return `${start}${isEncoded ? encodeURIComponent(path) : path}?${pairs.filter((text) => text !== "").join("&")}`;
}

const open = { ...token, rules: [], quality: null, proxyAnywhere: true };

describe("the key of a request", () => {
  test("is one for all spellings of it", () => {
    fc.assert(
      fc.property(wish, anySpelling, anySpelling, (some, one, other) => {
        const keys = [one, other].map((spelling) => requestKey(parseRequest(spell(some, spelling), open)));
        expect(keys[0]).toBe(keys[1] as string);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is never that of another request", () => {
    const seen = new Map<string, Wish>();
    fc.assert(
      fc.property(wish, anySpelling, (some, spelling) => {
        const key = requestKey(parseRequest(spell(some, spelling), open));
        expect(JSON.stringify(seen.get(key) ?? some)).toBe(JSON.stringify(some));
        seen.set(key, some);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("parsing, of any text and with every kind of token", () => {
  const atoms =
    "/ / / ? & = % .. . // v7 v6 s v7m width crop_px cdn n x 300 9x9 1,2,3,4-5 q80.foil1 @0123456789 h.io own.io _cms_ _s_ " +
    "storage: https: http:// https%3A%2F%2F w=5 func=proxy p=thumb p=none vh= wat=1 wat_url= wat_url[1]= mark_url= " +
    "ci_url_encoded=1 ci_eqs=dz01 ci_eqs=%% ci_seal=0 ci_cache=1 %00 %0a %2e%2e %252e %ff \u0000 \ud800 # [::1] user@ -avatar";
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(fc.constantFrom(...atoms.split(" ")), { maxLength: 24 }).map((parts) => parts.join("")),
    fc.array(fc.constantFrom(...atoms.split(" ")), { maxLength: 12 }).map((parts) => parts.join("/")),
  );
  const tokens: readonly TokenSettings[] = [
    token,
    { ...token, security: { kind: "seal", salts: [] }, allowedDomains: ["h.io"], strict: true },
    { ...token, originPrefix: "storage://photos", proxyAnywhere: true, autoFormats: ["avif"] },
  ];

  test("is an answer or a FreshetError of the 4xx or 501", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...tokens), (text, settings) => {
        try {
          const key = requestKey(parseRequest(`/${text}`, settings));
          expect(requestKey(parseRequest(`/${text}`, settings))).toBe(key);
        } catch (error) {
          expect(error).toBeInstanceOf(FreshetError);
          const { status } = error as FreshetError;
          expect((status >= 400 && status < 500) || status === 501).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("names originals that name themselves again", () => {
    fc.assert(
      fc.property(anything, (text) => {
        let url: string;
        let key: string;
        try {
          const { origin } = parseRequest(`/${text}`, open);
          [url = ""] = origin.urls;
          key = origin.key;
        } catch {
          return;
        }
        // An alias is replaced once: in an original's own path it is only a name.
        if (/_(cms|s)_/.test(url)) return;
        const alias = url.replace(/^storage:\/\/photos/, "_s_");
        expect(parseRequest(`/${encodeURIComponent(alias)}?ci_url_encoded=1`, open).origin.key).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what a token adds to a URL", () => {
  test.each([
    ["/h.io/a.jpg?w=9", "w=9;q=75;qpng=lossless"],
    ["/h.io/a.jpg?q=40", "q=40"],
    ["/h.io/a.jpg?optipress=2", "press=2"],
    ["/width/9/n/h.io/a.jpg", "w=9;q=75;qpng=lossless"],
    ["/h.io/b.jpg?p=thumb", "crop=250x250;grey"],
    ["/h.io/b.jpg?p=thumb&w=400&width=300&grey=0&blur=2", "crop=250x250;grey;blur=2"],
    ["/h.io/x-avatar.jpg", "radius=max,max,max,max"],
    ["/width/9/n/h.io/x-avatar.jpg", "w=9;radius=max,max,max,max"],
    ["/h.io/x-avatar.jpg?radius=3", "radius=3,3,3,3"],
    ["/h.io/x-avatar.jpg?radius=nonsense", "radius=max,max,max,max"],
    ["/h.io/x%2davatar.jpg?radius=0", ""],
    ["/-avatar.io/x.jpg", ""],
  ])("%s", (target, plan) => {
    const found = requestKey(
      parseRequest(target, target.includes("/a.jpg") ? token : { ...token, quality: null }),
    );
    expect(found.split("\n")[2]).toBe(plan);
  });
});
