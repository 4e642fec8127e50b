import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { limits } from "../limits.ts";
import { cacheHeaders } from "./cache-control.ts";
import { cacheStatus } from "./cache-status.ts";
import { isNotModified } from "./conditional.ts";
import { folders, shortTags, surrogateTags } from "./tags.ts";

test.each([
  [null, false],
  ['"abc"', true],
  ['W/"abc"', true],
  ['"x", "abc"', true],
  ['"x","y"', false],
  ["*", true],
  ["abc", false],
  ['"ABC"', false],
  ["", false],
])('isNotModified: If-None-Match %s against "abc" is %p', (header, expected) => {
  expect(isNotModified(header, '"abc"')).toBe(expected);
});

test("cacheHeaders let shared caches keep longer than browsers, and nobody keep what is late", () => {
  expect(cacheHeaders({ browserSeconds: 0, sharedSeconds: 60 })).toEqual({
    "cache-control": "public, max-age=0, s-maxage=60",
    "cdn-cache-control": "max-age=60",
  });
  expect(cacheHeaders(null)).toEqual({ "cache-control": "no-store", "cdn-cache-control": "no-store" });
});

test.each([
  [{ kind: "hit", detail: "memory" }, "freshet; hit; detail=memory"],
  [{ kind: "rendered", collapsed: false, stored: true }, "freshet; fwd=miss; detail=rendered; stored"],
  [
    { kind: "fetched", reason: "uri-miss", status: 200, collapsed: false, stored: true },
    "freshet; fwd=uri-miss; fwd-status=200; stored",
  ],
  [
    { kind: "fetched", reason: "stale", status: 304, collapsed: true, stored: false },
    "freshet; fwd=stale; fwd-status=304; collapsed",
  ],
] as const)("cacheStatus of %j", (outcome, expected) => expect(cacheStatus(outcome)).toBe(expected));

test("surrogateTags name token, original and the folders above it, at most six", () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const pathKey = "doc|//h.io/a/b/c/d/e/f/g.jpg";
  const tags = surrogateTags("doc", [{ pathKey, key: `${pathKey}?v=1` }], sha256);
  expect(tags.slice(0, 3)).toEqual([
    "t:doc",
    `o:${sha256(pathKey).slice(0, 16)}`,
    `o:${sha256(`${pathKey}?v=1`).slice(0, 16)}`,
  ]);
  expect(tags[3]).toBe(`p:${sha256("doc|//h.io/").slice(0, 16)}`);
  expect(tags).toHaveLength(3 + 6);
});

test("surrogateTags name the originals of watermarks as well, each tag once, and stay short", () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const tagged = (...keys: string[]) =>
    surrogateTags(
      "doc",
      keys.map((key) => ({ key, pathKey: key.replace(/[?].*/, "") })),
      sha256,
    );
  const mark = "doc|//h.io/marks/logo.png";
  const tags = tagged("doc|//h.io/a.jpg", mark);
  expect(new Set(tags).size).toBe(tags.length);
  for (const tag of tagged(mark)) expect(tags).toContain(tag);
  for (const tag of tagged("doc|//h.io/a.jpg")) expect(tags).toContain(tag);
  expect(tags).toHaveLength(1 + 2 + 2);

  const deep = (host: number) => `doc|//h${host}.io/${"a/".repeat(20)}b?v=1`;
  const many = tagged(...Array.from({ length: 1 + limits.watermarks }, (_, host) => deep(host)));
  expect(many).toHaveLength(1 + 9 * (2 + 6));
  expect(many.join(" ").length).toBeLessThan(1500);
});

test("folders of a key, nearest to the host first", () => {
  expect(folders("t|//h.io:90/a/b.jpg")).toEqual(["t|//h.io:90/", "t|//h.io:90/a/"]);
});

test("shortTags are all tags if there is room, else one stands for the folders and one for those of origins", () => {
  const own = ["t:doc", "o:1", "p:2", "p:3", "o:4"];
  expect(shortTags(own, ["x"], 23)).toBe("t:doc,o:1,p:2,p:3,o:4,x");
  expect(shortTags(own, ["x"], 22)).toBe("t:doc,o:1,o:4,p:cut,*");
  expect(shortTags(own, [], 20)).toBe("t:doc,o:1,o:4,p:cut");
});
