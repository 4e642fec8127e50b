import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { negotiate } from "../plan/negotiate.ts";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import { variantKey } from "./variant-key.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function keyOf(query: string, content = "c0ffee", accept: string | null = null): string {
  const { plan } = parseRequest(`/h.io/a.jpg?${query}`, plainToken("doc"));
  return variantKey([content], plan, negotiate(plan.formats, accept, "jpeg"), sha256);
}

describe("variantKey", () => {
  test("is 32 hex digits", () => expect(keyOf("w=500")).toMatch(/^[0-9a-f]{32}$/));

  test.each([
    ["w=500&h=300", "height=300&width=500"],
    ["w=250&dpr=2", "w=500"],
    ["w=500&gravity=north", "w=500"],
    ["w=500&func=fit", "w=500"],
    ["w=500&vh=1", "w=500&vh=2"],
    ["w=500&bg_color=fff", "w=500&bg_color=white"],
    ["w=500&force_format=jpeg", "w=500"],
    ["w=5&h=5", "w=5&h=5&func=crop&gravity=center"],
    ["w=5&h=5&func=fit&org_if_sml=1", "w=5&h=5&func=fit"],
    ["w=5&force_format=jpeg,webp", "w=5&force_format=jpeg"],
    ["w=5&flip=hv&r=90", "w=5&r=270"],
    ["f=grey,blur:3", "blur=3&gray=1"],
  ])("%s and %s are one variant", (a, b) => expect(keyOf(a)).toBe(keyOf(b)));

  test.each([
    ["w=500", "w=501"],
    ["w=500", "h=500"],
    ["w=500", "w=500&q=70"],
    ["w=500", "w=500&org_if_sml=1"],
    ["w=5&h=5", "w=5&h=5&func=fit"],
    ["w=5&h=5&func=fit", "w=5&h=5&func=cropfit"],
    ["w=5&h=5", "w=5&h=5&gravity=east"],
    ["w=5&h=5&func=fit", "w=5&h=5&func=fit&bg_color=000"],
    ["w=5&force_format=webp", "w=5&force_format=_webp"],
    ["w=15&h=5", "w=1&h=55"],
  ])("%s and %s are two", (a, b) => expect(keyOf(a)).not.toBe(keyOf(b)));

  test("other bytes are another variant", () => expect(keyOf("w=5", "aa")).not.toBe(keyOf("w=5", "ab")));

  test("the bytes of every watermark count, and which is which", () => {
    const { plan } = parseRequest(
      "/h.io/a.jpg?wat=1&wat_url[1]=h.io/b.png&wat_url[2]=h.io/c.png",
      plainToken("doc"),
    );
    const key = (...contents: string[]) => variantKey(contents, plan, negotiate([], null, "jpeg"), sha256);
    expect(new Set([key("a", "b", "c"), key("a", "c", "b"), key("a", "b", "d"), key("ab", "c")]).size).toBe(
      4,
    );
  });

  test("a chain is the variant of the format that was chosen from it", () => {
    expect(keyOf("w=5&force_format=webp,jpeg", "aa", "image/webp")).toBe(
      keyOf("w=5&force_format=_webp", "aa"),
    );
  });
});
