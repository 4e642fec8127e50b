import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { objectName } from "./object-name.ts";
import { objectPath } from "./object-path.ts";

describe("objectName", () => {
  const table: readonly [path: string, name: string][] = [
    ["/a.jpg", "a.jpg"],
    ["/a/b%20c+d.jpg", "a/b c+d.jpg"],
    ["/100%25.jpg", "100%.jpg"],
    ["/%2520.jpg", "%20.jpg"],
    ["/%C3%BC.jpg", "ü.jpg"],
    ["//a.jpg", "/a.jpg"],
    ["/a//b/", "a//b/"],
    ["/...", "..."],
    ["/..a/b..", "..a/b.."],
    [`/${"a".repeat(1024)}`, "a".repeat(1024)],
    [`/${"%C3%BC".repeat(512)}`, "ü".repeat(512)],
  ];
  for (const [path, name] of table) {
    test(`of ${path.slice(0, 30)} is ${name.slice(0, 30)}`, () => expect(objectName(path)).toBe(name));
  }

  const refused: readonly [why: string, path: string][] = [
    ["it is empty", ""],
    ["it is empty but for the slash", "/"],
    ["a segment is a dot", "/a/./b"],
    ["a segment is two dots", "/a/../b"],
    ["the first segment is two dots", "/.."],
    ["dots are encoded", "/a/%2e%2E/b"],
    ["one of two dots is encoded", "/a/.%2e/b"],
    ["a slash is encoded", "/a%2Fb"],
    ["a slash beside dots is encoded", "/..%2fb"],
    ["it holds NUL", "/a%00.jpg"],
    ["it holds a line break", "/a%0Ab"],
    ["it holds DEL", "/a%7Fb"],
    ["it is not UTF-8", "/%FF.jpg"],
    ["it holds half of a character", "/%C3.jpg"],
    ["an escape is cut", "/100%"],
    ["it is longer than names are", `/${"a".repeat(1025)}`],
    ["it has more bytes than names have", `/${"%C3%BC".repeat(513)}`],
  ];
  for (const [why, path] of refused) {
    test(`is none where ${why}`, () => {
      expect(() => objectName(path)).toThrow(expect.objectContaining({ code: "origin_not_found" }));
    });
  }
});

describe("objectPath", () => {
  // RFC 3986 section 2.3: letters, digits, "-", ".", "_" and "~" are unreserved.
  const table: readonly [prefix: string, name: string, path: string][] = [
    ["", "a.jpg", "/a.jpg"],
    ["in/side", "a.jpg", "/in/side/a.jpg"],
    ["with space", "a", "/with%20space/a"],
    ["", "AZaz09-._~", "/AZaz09-._~"],
    ["", "!'()*", "/%21%27%28%29%2A"],
    ["", "a b+c%d", "/a%20b%2Bc%25d"],
    ["", "$&,:;=@?#[]", "/%24%26%2C%3A%3B%3D%40%3F%23%5B%5D"],
    ["", "ü/日", "/%C3%BC/%E6%97%A5"],
    ["", "a//b\\c", "/a//b%5Cc"],
  ];
  for (const [prefix, name, path] of table) {
    test(`of ${name} in "${prefix}" is ${path}`, () => expect(objectPath(prefix, name)).toBe(path));
  }

  test("leads back to the name, and past no URL parser", () => {
    const segment = fc
      .string({ unit: "binary", minLength: 1, maxLength: 20 })
      .filter((text) => !/^\.{1,2}$|[/\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const name = segments.join("/");
        const path = objectPath("", name);
        expect(objectName(path)).toBe(name);
        expect(new URL(`http://h${path}`).pathname).toBe(path);
      }),
    );
  });
});
