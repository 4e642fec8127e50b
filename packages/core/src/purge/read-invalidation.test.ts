import { describe, expect, test } from "bun:test";
import type { ErrorCode, FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import { plainToken } from "../request/token.ts";
import { readInvalidation } from "./read-invalidation.ts";

const doc = plainToken("doc");

describe("readInvalidation", () => {
  test("takes a list of originals, hard, and a prefix, soft", () => {
    const { rows } = readInvalidation({ scope: "original", urls: ["/h.io/a.jpg", "/h.io/b/*"] }, doc);
    expect(rows.map(({ target, mode }) => `${target.kind} ${target.pattern} ${mode}`)).toEqual([
      "original doc|//h.io/a.jpg hard",
      "prefix doc|//h.io/b/ soft",
    ]);
  });

  test("takes everything, softly", () => {
    const invalidation = readInvalidation({ scope: "all" }, doc);
    expect(invalidation.received).toBeNull();
    expect(invalidation.rows).toEqual([{ target: { token: "doc", kind: "all", pattern: "" }, mode: "soft" }]);
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
});
