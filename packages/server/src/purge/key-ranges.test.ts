import { expect, test } from "bun:test";
import fc from "fast-check";
import { joinRanges, type KeyRange, rangesOf, withoutRanges } from "./key-ranges.ts";

const isIn = (ranges: readonly KeyRange[], key: string) =>
  ranges.some(({ from, to }) => from <= key && key < to);

test.each([
  ["all", "", ["doc|//h/a", "doc|//x/b?c"], ["dog|//h/a", "do|//h/a"]],
  ["prefix", "doc|//h/a", ["doc|//h/a", "doc|//h/a/b?c", "doc|//h/ab"], ["doc|//h/", "doc|//h/b"]],
  ["original", "doc|//h/a", ["doc|//h/a", "doc|//h/a?b"], ["doc|//h/ab", "doc|//h/a/b"]],
  ["original", "doc|//h/a?b", ["doc|//h/a?b"], ["doc|//h/a", "doc|//h/a?bc"]],
  ["variants", "doc|//h/a\nw=5", ["doc|//h/a", "doc|//h/a?b"], ["doc|//h/b"]],
  ["url", "doc|//h/a\n\nw=5", ["doc|//h/a"], ["doc|//h/a?b"]],
] as const)(
  "a target of kind %s, %j, concerns these keys and no others",
  (kind, pattern, inside, outside) => {
    const ranges = rangesOf({ kind, token: "doc", pattern });
    expect([...inside, ...outside].filter((key) => isIn(ranges, key))).toEqual([...inside]);
  },
);

const keys = "abcdefghij".split("");
const ranges = fc.array(
  fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => ({
    from: keys[Math.min(a, b)] as string,
    to: `${keys[Math.max(a, b)]}\0`,
  })),
  { maxLength: 6 },
);

test("joined ranges hold the same keys, each once, in order; without others, those that are not in them", () => {
  fc.assert(
    fc.property(ranges, ranges, (some, others) => {
      const [joined, joinedOthers] = [joinRanges(some), joinRanges(others)];
      const rest = withoutRanges(joined, joinedOthers);
      for (const key of keys) {
        expect(joined.filter((range) => isIn([range], key)).length).toBe(Number(isIn(some, key)));
        expect(rest.filter((range) => isIn([range], key)).length).toBe(
          Number(isIn(some, key) && !isIn(others, key)),
        );
      }
      expect(joined.map(({ from }) => from)).toEqual(joined.map(({ from }) => from).sort());
    }),
  );
});
