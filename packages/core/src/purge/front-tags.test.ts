import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { surrogateTags } from "../http/tags.ts";
import { frontTags } from "./front-tags.ts";
import { createRegistry } from "./registry.ts";
import type { PurgeTarget } from "./target.ts";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const [o, p] = ["o", "p"].map((kind) => (key: string) => `${kind}:${hash(key).slice(0, 16)}`) as [
  (key: string) => string,
  (key: string) => string,
];

function target(kind: PurgeTarget["kind"], pattern: string): PurgeTarget {
  return { token: "doc", kind, pattern };
}

describe("the narrowest tag that covers a target", () => {
  test.each<[string, PurgeTarget, string]>([
    ["everything", target("all", ""), "t:doc"],
    ["an original", target("original", "doc|//h/a/b.jpg"), o("doc|//h/a/b.jpg")],
    ["an original with its query", target("original", "doc|//h/b.php?x=/1"), o("doc|//h/b.php?x=/1")],
    ["a URL", target("url", "doc|//h/b.jpg?x=1\nv\n{plan}\ndoc|//h/mark.png"), o("doc|//h/b.jpg?x=1")],
    ["variants of an original", target("variants", 'doc|//h/b.jpg?x=1\n{"w":1}'), o("doc|//h/b.jpg?x=1")],
    ["a folder", target("prefix", "doc|//h/a/b/"), p("doc|//h/a/b/")],
    ["a host", target("prefix", "doc|//h/"), p("doc|//h/")],
    ["a prefix inside a name", target("prefix", "doc|//h/a/2024-"), p("doc|//h/a/")],
    ["the deepest folder with a tag", target("prefix", "doc|//h/1/2/3/4/5/"), p("doc|//h/1/2/3/4/5/")],
    ["a folder deeper than the tags", target("prefix", "doc|//h/1/2/3/4/5/6/7/"), p("doc|//h/1/2/3/4/5/")],
  ])("%s", (_, purged, tag) => expect(frontTags([purged], hash, 9)).toEqual([tag]));
});

test("a tag that an origin gave, with those pictures that have more of them than are kept", () => {
  const sale = target("tag", "doc|#sale");
  expect(frontTags([sale], hash, 9)).toEqual(["sale", "*"]);
  expect(frontTags([sale], hash, 1)).toEqual(["t:doc"]);
});

test("too many originals are widened to folders, then hosts, then the token", () => {
  const originals = ["h/a/1", "h/a/2", "h/b/1", "i/a/1"].map((path) => target("original", `doc|//${path}`));
  expect(frontTags(originals, hash, 4)).toHaveLength(4);
  expect(frontTags(originals, hash, 3)).toEqual(["doc|//h/a/", "doc|//h/b/", "doc|//i/a/"].map(p));
  expect(frontTags(originals, hash, 2)).toEqual(["doc|//h/", "doc|//i/"].map(p));
  expect(frontTags(originals, hash, 1)).toEqual(["t:doc"]);
});

test("whatever a node takes for purged carries one of the tags, however few there may be", () => {
  const segment = fc.constantFrom("a", "b", "ab");
  const path = fc.array(segment, { minLength: 1, maxLength: 9 }).map((segments) => segments.join("/"));
  const query = fc.constantFrom("", "?x=1", "?y=/a/b");
  const pattern = fc.record({ host: segment, path, query });
  const anyTarget = fc.oneof(
    fc.constant(target("all", "")),
    pattern.map(({ host, path, query }) => target("original", `doc|//${host}/${path}${query}`)),
    pattern.map(({ host, path, query }) => target("url", `doc|//${host}/${path}${query}\n\n{}`)),
    fc
      .tuple(pattern, fc.constantFrom("", "/"))
      .map(([{ host, path }, end]) => target("prefix", `doc|//${host}/${path}${end}`)),
  );
  const targets = fc.array(anyTarget, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(targets, pattern, fc.integer({ min: 1, max: 12 }), (purged, asked, most) => {
      const pathKey = `doc|//${asked.host}/${asked.path}`;
      const origin = { pathKey, key: pathKey + asked.query };
      const registry = createRegistry();
      for (const [at, row] of purged.entries())
        registry.apply({ ...row, seq: at + 1, job: "j", mode: "hard" });
      fc.pre(registry.purgedAt("doc", origin, `${origin.key}\n\n{}`).any > 0);
      const carried = surrogateTags("doc", [origin], hash);
      expect(frontTags(purged, hash, most).some((tag) => carried.includes(tag))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
