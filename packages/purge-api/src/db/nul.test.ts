import { expect, test } from "bun:test";
import fc from "fast-check";
import { escapeNul, unescapeNul } from "./nul.ts";

test("every text comes back as it was, and holds no NUL meanwhile", () => {
  const text = fc.string({ unit: fc.constantFrom("\0", "\\", "0", "a", "\n", "😀") });
  fc.assert(
    fc.property(text, (original) => {
      const escaped = escapeNul(original);
      expect(escaped).not.toContain("\0");
      expect(unescapeNul(escaped)).toBe(original);
    }),
  );
});
