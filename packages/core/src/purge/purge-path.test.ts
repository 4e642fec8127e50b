import { describe, expect, test } from "bun:test";
import { requestKey } from "../key/request-key.ts";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken, type TokenSettings } from "../request/token.ts";
import { type PathScope, type PurgeApi, readPurgePath } from "./purge-path.ts";
import { describeTarget } from "./target.ts";

const doc = plainToken("doc", ["localhost:8080", "img.customer.com"]);

function read(line: string, scope: PathScope, token: TokenSettings = doc): string {
  const reading = readPurgePath(line, scope, token);
  return "problem" in reading
    ? `PROBLEM ${reading.problem}`
    : `${reading.target.kind} ${describeTarget(reading.target)}`;
}

describe("readPurgePath reads an original however it is spelled", () => {
  test.each([
    ["/sample.li/flat.jpg"],
    ["sample.li/flat.jpg"],
    ["  /sample.li/flat.jpg  "],
    ["/v7/sample.li/flat.jpg"],
    ["http://sample.li/flat.jpg"],
    ["https://sample.li/flat.jpg"],
    ["/v7/https://sample.li/flat.jpg"],
    ["https://doc.cloudimg.io/sample.li/flat.jpg"],
    ["https://doc.cloudimg.io/v7/sample.li/flat.jpg"],
    ["//doc.cloudimg.io/v7/sample.li/flat.jpg"],
    ["http://localhost:8080/sample.li/flat.jpg"],
    ["https://img.customer.com/sample.li/flat.jpg"],
    ["https://any.cname.example/v7/sample.li/flat.jpg"],
    ["/sample.li/flat.jpg?vh=7"],
    ["/sample.li/%66lat.jpg"],
    ["https%3A%2F%2Fsample.li%2Fflat.jpg"],
  ])("%s", (line) => expect(read(line, "original")).toBe("original /sample.li/flat.jpg"));

  test.each([
    ["/sample.li/avatars/*", "prefix /sample.li/avatars/*"],
    ["/v7/sample.li/img/2024-*", "prefix /sample.li/img/2024-*"],
    ["http://localhost:8080/sample.li/*", "prefix /sample.li/*"],
    ["/sample.li*", "prefix /sample.li/*"],
    ["/*", "all /*"],
    ["*", "all /*"],
    ["/shop.io/image.php?id=5", "original /shop.io/image.php?id=5"],
    ["http://cache.internal:9000/a.jpg", "original /cache.internal:9000/a.jpg"],
  ])("%s is %s", (line, expected) => expect(read(line, "original")).toBe(expected));
});

test.each([
  ["/sample.li/flat.jpg?w=500", '"w=500" names one transformed picture'],
  ["/sample.li/flat.jpg?width=500&v=1", '"width=500" names one'],
  ["/sample.li/flat.jpg?blur=3", '"blur=3" names one'],
  ["/sample.li/*/a.jpg", "only stand at the end"],
  ["/sample.li/a*?x=1", "only stand at the end"],
  ["", "names no original"],
  ["/", "names no original"],
  ["nonsense", "not a host name"],
  ["ftp://sample.li/a", "http and https"],
])("readPurgePath says what is wrong with %j as an original", (line, problem) => {
  expect(read(line, "original")).toStartWith("PROBLEM");
  expect(read(line, "original")).toContain(problem);
});

describe("readPurgePath reads exact URLs", () => {
  test.each([
    ["/sample.li/now.php?width=500", "url /sample.li/now.php [w=500]"],
    ["https://doc.cloudimg.io/v7/sample.li/now.php?w=500&vh=2", "url /sample.li/now.php [w=500] vh=2"],
    ["/sample.li/now.php", "url /sample.li/now.php"],
  ])("%s", (line, expected) => expect(read(line, "urls")).toBe(expected));

  test("two spellings are one URL", () => {
    const target = (line: string) => readPurgePath(line, "urls", doc);
    expect(target("/v7/h.io/a?w=5&h=6")).toMatchObject({ target: { pattern: "doc|//h.io/a\n\ncrop=5x6" } });
    expect(target("http://h.io/a?height=6&width=5")).toMatchObject({
      target: { pattern: "doc|//h.io/a\n\ncrop=5x6" },
    });
  });

  test("a picture with watermarks is told of with their originals", () => {
    expect(read("/h.io/a.jpg?w=5&wat=1&wat_url=h.io/b.png", "urls")).toBe(
      "url /h.io/a.jpg [w=5;mark=image:0|center:0px,0px||1] + /h.io/b.png",
    );
  });

  test("two versions never look like one another's lines", () => {
    const pattern = (line: string) => {
      const reading = readPurgePath(line, "urls", doc);
      return "target" in reading ? reading.target.pattern : reading.problem;
    };
    expect(pattern("/h.io/a?vh=1%0Aw=5")).toBe("doc|//h.io/a\n1%0Aw=5\n");
    expect(pattern("/h.io/a?vh=1%250A")).toBe("doc|//h.io/a\n1%250A\n");
    expect(pattern("/h.io/a?vh=1%0A")).not.toBe(pattern("/h.io/a?vh=1%250A"));
  });

  test("a wildcard is refused", () => expect(read("/h.io/*", "urls")).toContain('scope "original"'));
});

test("readPurgePath resolves aliases and leaves the origin prefix out, as Cloudimage's documentation does", () => {
  const shop: TokenSettings = {
    ...plainToken("shop"),
    originPrefix: "https://s3.host/root",
    aliases: { _a_: "https://a.host/x" },
  };
  expect(read("images/image1.jpg", "original", shop)).toBe("original /s3.host/root/images/image1.jpg");
  expect(read("/images/*", "original", shop)).toBe("prefix /s3.host/root/images/*");
  expect(read("_a_/b.jpg", "original", shop)).toBe("original /a.host/x/b.jpg");
  expect(read("/v7/_a_/*", "original", shop)).toBe("prefix /a.host/x/*");
  expect(read("https://a.host/x/b.jpg", "original", shop)).toBe("original /a.host/x/b.jpg");
});

test("readPurgePath says what it left out", () => {
  const reading = readPurgePath("http://localhost:8080/v7/sample.li/a.jpg?vh=3", "original", doc);
  expect(reading).toMatchObject({
    notes: ["host localhost:8080 left out", "/v7/ left out", "vh ignored: every version is purged"],
  });
});

describe("with v6 said, readPurgePath reads", () => {
  const readV6 = (line: string, scope: PathScope, token: TokenSettings = doc) => {
    const reading = readPurgePath(line, scope, token, "v6");
    return "problem" in reading
      ? `PROBLEM ${reading.problem}`
      : `${reading.target.kind} ${describeTarget(reading.target)}`;
  };

  test.each([
    ["/width/500/n/sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["width/500/n/sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["https://doc.cloudimg.io/v6/width/500/n/http://sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["https://any.cname.example/fit/9x9/q5@0123456789/sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["http://demo.cloudimg.io/s/resize/200/http://sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["/cdn/n/n/h.io/a.jpg?raw=true&w=5&mark_url=x.io/m.png", "PROBLEM"],
    ["/cdn/n/n/h.io/a.jpg?raw=true&mark_url=x.io/m.png", "original /h.io/a.jpg?raw=true"],
    ["/sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["/v6/sample.li/flat1.jpg", "original /sample.li/flat1.jpg"],
    ["/width/500/n/sample.li/avatars/*", "prefix /sample.li/avatars/*"],
    ["/sample.li/avatars/*", "prefix /sample.li/avatars/*"],
    ["/*", "all /*"],
  ])("the original %s", (line, expected) => expect(readV6(line, "original")).toStartWith(expected));

  test.each([
    ["/width/500/n/sample.li/a.jpg", "/sample.li/a.jpg?w=500"],
    [
      "http://localhost:8080/crop/9x8/q70.foil1/sample.li/a.jpg",
      "/v7/sample.li/a.jpg?h=8&w=9&q=70&org_if_sml=1",
    ],
    ["/cdn/n/n/sample.li/a.jpg?v=3", "/https://sample.li/a.jpg?v=3"],
  ])("the exact URL %s as the same as %s", (line, sameInV7) => {
    expect(readPurgePath(line, "urls", doc, "v6")).toMatchObject({
      target: { kind: "url", pattern: requestKey(parseRequest(sameInV7, doc)) },
    });
    expect(readPurgePath(sameInV7, "urls", doc)).toMatchObject({
      target: { kind: "url", pattern: requestKey(parseRequest(sameInV7, doc)) },
    });
  });

  test("no exact URL of v7", () => {
    expect(readV6("/sample.li/a.jpg?w=500", "urls")).toContain('leave "Use v6 API" off');
  });

  test("what it left out", () => {
    const reading = readPurgePath(
      "https://doc.cloudimg.io/width/500/n/sample.li/a.jpg",
      "original",
      doc,
      "v6",
    );
    expect(reading).toMatchObject({
      notes: [
        "host doc.cloudimg.io left out",
        "/width/500/n/ left out: the original is purged with all its pictures",
      ],
    });
  });
});

describe("without it, a path of v6 is what v7 makes of it", () => {
  const prefixed = { ...doc, originPrefix: "https://s3.host/root" };
  test.each<[scope: PathScope, expected: string]>([
    ["original", "original /s3.host/root/width/500/n/sample.li/a.jpg"],
    ["urls", "url /s3.host/root/width/500/n/sample.li/a.jpg"],
  ])("with scope %s", (scope, expected) => {
    expect(read("/width/500/n/sample.li/a.jpg", scope, prefixed)).toBe(expected);
    expect(read("/width/500/n/sample.li/a.jpg", scope)).toContain('tick "Use v6 API", or send "api": "v6"');
  });
});

test("a purge by alias or prefix reaches originals in a storage", () => {
  const shop: TokenSettings = {
    ...plainToken("shop"),
    originPrefix: "storage://bucket/root",
    aliases: { _p_: "storage://photos" },
    allowedDomains: [],
  };
  for (const api of ["v7", "v6"] as PurgeApi[]) {
    const pattern = (line: string) => {
      const reading = readPurgePath(line, "original", shop, api);
      return "target" in reading ? reading.target.pattern : reading.problem;
    };
    const keyOf = (target: string) => parseRequest(target, { ...shop, allowedDomains: ["_p_"] }).origin.key;
    expect(pattern("_p_/2024/a.jpg")).toBe("shop|//photos@storage/2024/a.jpg");
    expect(pattern("_p_/2024/a.jpg")).toBe(keyOf("/width/5/n/_p_/2024/a.jpg"));
    expect(pattern("/v7/_p_/2024/*")).toBe("shop|//photos@storage/2024/");
    expect(pattern("a.jpg")).toBe(keyOf("/a.jpg?w=5"));
    expect(pattern("/x/*")).toBe("shop|//bucket@storage/root/x/");
  }
});

test("what may no longer be fetched may still be purged", () => {
  expect(read("/h.io/a.jpg", "original", { ...doc, allowedDomains: ["other.io"] })).toBe(
    "original /h.io/a.jpg",
  );
});

test("a URL of our own inside another stands for what it names, as it does where pictures are asked for", () => {
  const nested = "/width/5/n/https://img.customer.com/width/9/n/sample.li/a.jpg";
  const expected = "original /sample.li/a.jpg";
  expect(parseRequest(nested, doc).origin.key).toBe("doc|//sample.li/a.jpg");
  const reading = readPurgePath(nested, "original", doc, "v6");
  expect("target" in reading && describeTarget(reading.target)).toBe("/sample.li/a.jpg");
  expect(read("img.customer.com/sample.li/a.jpg", "original")).toBe(expected);
  expect(read("/v7/https://img.customer.com/v7/sample.li/a.jpg", "original")).toBe(expected);
  expect(read("img.customer.com/sample.li/x/*", "original")).toBe("prefix /sample.li/x/*");
});
