import { describe, expect, test } from "bun:test";
import type { ErrorCode, FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import { plainToken } from "../request/token.ts";
import { readInvalidation } from "./read-invalidation.ts";

const doc = plainToken("doc");

describe("readInvalidation", () => {
  test("takes a list of originals, hard, and a prefix, which the origin is asked about", () => {
    const { rows } = readInvalidation({ scope: "original", urls: ["/h.io/a.jpg", "/h.io/b/*"] }, doc);
    expect(rows.map(({ target, mode }) => `${target.kind} ${target.pattern} ${mode}`)).toEqual([
      "original doc|//h.io/a.jpg hard",
      "prefix doc|//h.io/b/ revalidate",
    ]);
  });

  test("takes everything, and asks the origin", () => {
    const invalidation = readInvalidation({ scope: "all" }, doc);
    expect(invalidation.received).toBeNull();
    expect(invalidation.rows).toEqual([
      { target: { token: "doc", kind: "all", pattern: "" }, mode: "revalidate" },
    ]);
  });

  test("takes a mode", () => {
    const { rows } = readInvalidation({ scope: "original", urls: ["/h.io/a.jpg"], mode: "soft" }, doc);
    expect(rows[0]?.mode).toBe("soft");
  });

  test("reads paths of v6 where that is said, and as v7 where it is not", () => {
    const body = { scope: "original", urls: ["/width/500/n/h.io/a.jpg", "/h.io/b.jpg"] };
    const patterns = (api?: string) =>
      readInvalidation({ ...body, ...(api && { api }) }, doc).rows.map(({ target }) => target.pattern);
    expect(patterns("v6")).toEqual(["doc|//h.io/a.jpg", "doc|//h.io/b.jpg"]);
    expect(patterns("v7")).toEqual(["doc|//h.io/b.jpg"]);
    expect(patterns()).toEqual(["doc|//h.io/b.jpg"]);
  });

  test("purges spellings of one original once", () => {
    const { rows, received } = readInvalidation(
      { scope: "original", urls: ["/h.io/a", "h.io/a", "/v7/https://h.io/a"] },
      doc,
    );
    expect(rows).toHaveLength(1);
    expect(received).toHaveLength(3);
  });

  test("purges what it can read, and names the rest", () => {
    const { rows, failed } = readInvalidation({ scope: "original", urls: ["/h.io/a", "/h.io/a?w=1"] }, doc);
    expect(rows).toHaveLength(1);
    expect(failed).toEqual([{ url: "/h.io/a?w=1", reason: expect.stringContaining("transformed") }]);
  });

  test.each<[string, unknown, ErrorCode]>([
    ["a number", 5, "bad_json"],
    ["null", null, "bad_json"],
    ["a list", [], "bad_json"],
    ["no scope", {}, "bad_scope"],
    ["an unknown scope", { scope: "some" }, "bad_scope"],
    ["a scope from the prototype", { scope: "constructor" }, "bad_scope"],
    ["an unknown mode", { scope: "all", mode: "maybe" }, "bad_mode"],
    ["an unknown api", { scope: "all", api: "v5" }, "bad_api"],
    ["an api that is null", { scope: "all", api: null }, "bad_api"],
    ["a dry run that is a text", { scope: "all", dry_run: "true" }, "bad_dry_run"],
    ["more to make again than may be", { scope: "all", rewarm: 101 }, "bad_rewarm"],
    ["less than nothing to make again", { scope: "all", rewarm: -1 }, "bad_rewarm"],
    ["half a picture to make again", { scope: "all", rewarm: 1.5 }, "bad_rewarm"],
    ["a number to make again that is a text", { scope: "all", rewarm: "3" }, "bad_rewarm"],
    ["a number to make again that is null", { scope: "all", rewarm: null }, "bad_rewarm"],
    ["a dry run that is null", { scope: "all", dry_run: null }, "bad_dry_run"],
    ["no urls", { scope: "original" }, "bad_urls"],
    ["empty urls", { scope: "original", urls: [] }, "bad_urls"],
    ["urls as a text", { scope: "urls", urls: "/h.io/a" }, "bad_urls"],
    ["a url that is no text", { scope: "urls", urls: ["/h.io/a", 5] }, "bad_urls"],
    ["only unreadable urls", { scope: "original", urls: ["nonsense", ""] }, "bad_urls"],
    ["too many urls", { scope: "urls", urls: Array(limits.purgePaths + 1).fill("/h.io/a") }, "bad_urls"],
  ])("refuses %s", (_name, body, code) => {
    try {
      readInvalidation(body, doc);
      expect.unreachable();
    } catch (error) {
      expect((error as FreshetError).code).toBe(code);
    }
  });

  test("takes tags, each once; the token's own tag is the whole token", () => {
    const { received, rows, failed } = readInvalidation(
      { scope: "tag", tags: ["red", " red ", "two words", "t:doc", "", "*"] },
      doc,
    );
    expect(received?.length).toBe(6);
    expect(rows).toEqual([
      { target: { token: "doc", kind: "tag", pattern: "doc|#red" }, mode: "revalidate" },
      { target: { token: "doc", kind: "tag", pattern: "doc|#two%20words" }, mode: "revalidate" },
      { target: { token: "doc", kind: "all", pattern: "" }, mode: "revalidate" },
    ]);
    expect(failed.map(({ url }) => url)).toEqual(["", "*"]);
  });

  test("takes transformations of originals: one row for each original and plan", () => {
    const urls = ["/sample.li/a.jpg", "/sample.li/img/*"];
    const { rows } = readInvalidation(
      { scope: "original", urls, transformations: ["?w=200", "height=100&w=200", "?width=200"] },
      doc,
    );
    const patterns = rows.map(({ target }) => `${target.kind} ${target.pattern}`);
    expect(patterns[0]).toBe("variants doc|//sample.li/a.jpg\nw=200");
    expect(patterns[1]).toStartWith("variants doc|//sample.li/a.jpg\n");
    expect(patterns.slice(2)).toEqual(["prefix doc|//sample.li/img/"]);
  });

  test.each([
    ["bad_tags", { scope: "tag" }],
    ["bad_tags", { scope: "tag", tags: [] }],
    ["bad_tags", { scope: "tag", tags: [5] }],
    ["bad_tags", { scope: "tag", tags: ["x".repeat(1025)] }],
    ["bad_transformations", { scope: "urls", urls: ["/sample.li/a.jpg"], transformations: ["?w=1"] }],
    ["bad_transformations", { scope: "original", urls: ["/sample.li/a.jpg"], transformations: "?w=1" }],
    ["bad_transformations", { scope: "original", urls: ["/sample.li/a.jpg"], transformations: [] }],
    ["bad_urls", { scope: "original", urls: ["/sample.li/a.jpg"], transformations: ["?id=5"] }],
    ["bad_mode", { scope: "all", mode: "gentle" }],
  ])("refuses with %s: %j", (code, body) => {
    expect(() => readInvalidation(body, doc)).toThrow(code);
  });

  test.each(["hard", "revalidate", "soft", "erase"] as const)("takes mode %s", (mode) => {
    expect(readInvalidation({ scope: "all", mode }, doc).rows[0]?.mode).toBe(mode);
  });

  test("erases whole originals, also if one picture of them is named", () => {
    const target = { token: "doc", kind: "original", pattern: "doc|//h.io/a.jpg" } as const;
    const urls = ["/h.io/a.jpg?w=5"];
    expect(readInvalidation({ scope: "urls", urls, mode: "erase" }, doc).rows).toEqual([
      { target, mode: "erase" },
    ]);
    const some = { scope: "original", urls: ["/h.io/a.jpg"], transformations: ["?w=5"], mode: "erase" };
    expect(readInvalidation(some, doc).rows).toEqual([{ target, mode: "erase" }]);
  });
});
