import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { negotiate } from "../plan/negotiate.ts";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import { canonicalPlan } from "./canonical.ts";
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

  test("a chain is the variant of the format that was chosen from it", () => {
    expect(keyOf("w=5&force_format=webp,jpeg", "aa", "image/webp")).toBe(
      keyOf("w=5&force_format=_webp", "aa"),
    );
  });
});

test("canonicalPlan tells any two plans apart that were written differently", () => {
  const part = fc.constantFrom(
    "",
    "w=3",
    "w=4",
    "h=3",
    "h=4",
    "func=fit",
    "func=cover",
    "gravity=east",
    "q=5",
    "bg_color=111",
    "org_if_sml=1",
    "force_format=png",
  );
  const plan = fc
    .array(part, { maxLength: 6 })
    .map((parts) => parseRequest(`/h.io/a?${parts.join("&")}`, plainToken("doc")).plan);
  fc.assert(
    fc.property(plan, plan, (a, b) => {
      expect(canonicalPlan(a) === canonicalPlan(b)).toBe(Bun.deepEquals(a, b));
    }),
    { numRuns: 3_000 },
  );
});
