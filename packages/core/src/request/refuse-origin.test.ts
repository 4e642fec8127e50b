import { describe, expect, test } from "bun:test";
import { FreshetError } from "../errors.ts";
import { parseRequest } from "./parse-request.ts";
import { refuseRedirect } from "./refuse-origin.ts";
import { plainToken, type TokenSettings } from "./token.ts";

const token: TokenSettings = {
  ...plainToken("shop", ["img.shop.io"]),
  aliases: { _cms_: "https://cms.io/x", _s_: "storage://photos", _p_: "prod/img" },
  allowedDomains: ["shop.de", "_cms_", "cache:9000"],
};

/** The origin's key, or the code of the refusal. */
function outcome(target: string, settings: TokenSettings = token): string {
  try {
    return parseRequest(target, settings).origin.key;
  } catch (error) {
    if (error instanceof FreshetError) return error.code;
    throw error;
  }
}

describe("a token's allowed domains", () => {
  test.each([
    ["/shop.de/a.jpg", "shop|//shop.de/a.jpg"],
    ["/https://a.b.shop.de/a.jpg", "shop|//a.b.shop.de/a.jpg"],
    ["/SHOP.DE:8443/a.jpg", "shop|//shop.de:8443/a.jpg"],
    ["/https%3A%2F%2Fshop.de%2Fa.jpg", "shop|//shop.de/a.jpg"],
    ["/width/5/n/shop.de/a.jpg", "shop|//shop.de/a.jpg"],
    ["/cache:9000/a.jpg", "shop|//cache:9000/a.jpg"],
    ["/cache:9001/a.jpg", "origin_refused"],
    ["/_cms_/a.jpg", "shop|//cms.io/x/a.jpg"],
    ["/cms.io/x/a.jpg", "origin_refused"],
    ["/_s_/a.jpg", "origin_refused"],
    ["/_cms_/_p_/a.jpg", "origin_refused"],
    ["/shop.de/_p_/a.jpg", "origin_refused"],
    ["/xshop.de/a.jpg", "origin_refused"],
    ["/shop.de.evil.io/a.jpg", "origin_refused"],
    ["/evil.io/shop.de/a.jpg", "origin_refused"],
    ["/evil.io/_cms_/a.jpg", "origin_refused"],
    ["/width/5/n/evil.io/a.jpg", "origin_refused"],
    ["/shop.de/a.jpg?wat=1&wat_url=evil.io/m.png", "origin_refused"],
    ["/shop.de/a.jpg?wat=1&wat_url[3]=_s_/m.png&wat_url=shop.de/m.png", "origin_refused"],
    ["/width/5/n/shop.de/a.jpg?mark_url=evil.io/m.png", "origin_refused"],
    ["/shop.de/a.jpg?wat=1&wat_url=_cms_/m.png", "shop|//shop.de/a.jpg"],
    // Nothing is fetched of what is not laid on.
    ["/shop.de/a.jpg?wat_url=evil.io/m.png", "shop|//shop.de/a.jpg"],
    ["/evil.io/a.js?func=proxy", "origin_refused"],
    ["/shop.de/a.js?func=proxy", "shop|//shop.de/a.js"],
    ["/_s_/a.js?func=proxy", "origin_refused"],
  ])("%s: %s", (target, expected) => expect(outcome(target)).toBe(expected));

  test("do not concern what the settings themselves name", () => {
    const own = {
      ...token,
      originPrefix: "https://bucket.io/",
      watermark: "logos.io/l.png",
      allowedDomains: [],
    };
    expect(outcome("/a.jpg?wat=1", own)).toBe("shop|//bucket.io/a.jpg");
  });

  test("are ignored by func=proxy where the token says so", () => {
    expect(outcome("/evil.io/a.js?func=proxy", { ...token, proxyAnywhere: true })).toBe(
      "shop|//evil.io/a.js",
    );
    expect(outcome("/evil.io/a.jpg", { ...token, proxyAnywhere: true })).toBe("origin_refused");
  });
});

describe("redirects", () => {
  const [list, none] = [token, { ...token, allowedDomains: null }];
  const anywhere = { ...token, proxyAnywhere: true };
  const prefixed = { ...token, originPrefix: "https://bucket.io/x", allowedDomains: [] };
  const table: readonly [
    what: string,
    settings: TokenSettings,
    from: string,
    to: string,
    image: boolean,
    proxy: boolean,
  ][] = [
    ["to the same host", list, "http://shop.de/a", "https://shop.de./b", true, true],
    ["to a domain of the list", list, "http://shop.de/a", "https://a.shop.de:8443/b", true, true],
    ["to a port of the list", list, "http://shop.de/a", "http://cache:9000/b", true, true],
    ["to another port", list, "http://shop.de/a", "http://cache:9001/b", false, false],
    ["to another host", list, "http://shop.de/a", "http://evil.io/b", false, false],
    ["to a host that only looks listed", list, "http://shop.de/a", "http://shop.de.evil.io/b", false, false],
    ["to where an alias leads", list, "http://shop.de/a", "https://cms.io/y", false, false],
    ["from an alias to its host", list, "https://cms.io/x/a", "http://cms.io/y", true, true],
    ["from an alias to another host", list, "https://cms.io/x/a", "http://evil.io/y", false, false],
    ["from the prefix to itself", prefixed, "https://bucket.io/x/a", "https://bucket.io/b", true, true],
    ["from the prefix to another host", prefixed, "https://bucket.io/x/a", "https://b.io/b", false, false],
    ["to another host, without a list", none, "https://cms.io/x/a", "http://evil.io/y", true, false],
    ["to another port, without a list", none, "https://cms.io/x/a", "http://cms.io:81/y", true, false],
    ["to this server itself", none, "http://evil.io/a", "https://IMG.shop.io/b", false, false],
    ["of what is passed on from anywhere", anywhere, "http://evil.io/a", "http://evil.de/b", false, true],
    // What is brought from there would be the copy that images are made of, too.
    ["from a listed host, passed on", anywhere, "http://shop.de/a", "http://evil.de/b", false, false],
    ["from an alias, passed on", anywhere, "http://cms.io/x/a", "http://evil.de/b", false, false],
  ];
  test.each(table)("%s", (_what, settings, from, to, image, proxy) => {
    const isFollowed = (kind: "image" | "proxy") => {
      try {
        refuseRedirect(new URL(from), new URL(to), settings, kind);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: "origin_refused" });
        return false;
      }
    };
    expect([isFollowed("image"), isFollowed("proxy")]).toEqual([image, proxy]);
  });
});

describe("originals in storages", () => {
  const stored = { ...token, allowedDomains: null, originPrefix: "storage://bucket/in" };
  test.each([
    ["/_s_/2024/a%20b.jpg", "shop|//photos@storage/2024/a%20b.jpg"],
    ["/a.jpg?v=2", "shop|//bucket@storage/in/a.jpg?v=2"],
    ["/width/5/n/_s_/a.jpg", "shop|//photos@storage/a.jpg"],
    ["/storage://photos/a.jpg", "bad_path"],
    ["/storage:/photos/a.jpg", "bad_path"],
    ["/STORAGE://photos/a.jpg", "bad_path"],
    ["/storage%3A%2F%2Fphotos%2Fa.jpg?ci_url_encoded=1", "bad_path"],
    ["/storage://photos/_s_/a.jpg", "bad_path"],
    ["/http://photos@storage/a.jpg", "bad_path"],
    ["/_s_/../a.jpg", "bad_path"],
    ["/x.io/a.jpg?wat=1&wat_url=storage://photos/a.jpg", "shop|//bucket@storage/in/x.io/a.jpg"],
  ])("%s: %s", (target, expected) => expect(outcome(target, stored)).toBe(expected));

  test("are fetched from where the alias leads", () => {
    expect(parseRequest("/_s_/a.jpg", stored).origin.urls).toEqual(["storage://photos/a.jpg"]);
    expect(parseRequest("/x.io/a.jpg?wat=1&wat_url=storage://photos/a.jpg", stored)).toMatchObject({
      watermarks: [],
      notes: [{ parameter: "wat_url" }],
    });
  });
});

describe("a URL of this server's own inside another", () => {
  const own = { ...token, allowedDomains: null };
  test.each([
    ["/width/1400/n/https://img.shop.io/width/800/none/sample.li/x.jpeg", "shop|//sample.li/x.jpeg"],
    ["/https://img.shop.io/v7/sample.li/x.jpeg?w=80", "shop|//sample.li/x.jpeg"],
    [`/width/5/n/${"img.shop.io/width/8/n/".repeat(300)}sample.li/x.jpeg`, "shop|//sample.li/x.jpeg"],
    ["/width/5/n/img.shop.io/crop/9x9/n/sample.li/x.jpeg", "origin_refused"],
    ["/width/5/n/img.shop.io/width/9/fgrey/sample.li/x.jpeg", "origin_refused"],
    ["/crop_px/1,1,9,9-5/n/img.shop.io/width/9/n/sample.li/x.jpeg", "origin_refused"],
    ["/img.shop.io/img.shop.io/img.shop.io", "bad_path"],
    ["/img.shop.io/a.js?func=proxy", "origin_refused"],
    ["/h.io/a.jpg?wat=1&wat_url=https://img.shop.io/h.io/a.jpg", "origin_refused"],
    ["/h.io/a.jpg?wat=1&wat_url[1]=//IMG.shop.io/h.io/a.jpg%3Fwat=1", "origin_refused"],
  ])("%s: %s", (target, expected) => expect(outcome(target, own)).toBe(expected));

  test("is judged by the allowed domains of what it names", () => {
    const target = "/width/5/n/img.shop.io/width/9/n/evil.io/x.jpeg";
    expect(outcome(target)).toBe("origin_refused");
    expect(outcome(target.replace("evil.io", "shop.de"))).toBe("shop|//shop.de/x.jpeg");
  });
});
