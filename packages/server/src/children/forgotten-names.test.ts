import { expect, test } from "bun:test";
import { createForgottenNames } from "./forgotten-names.ts";

test("a name counts for so long after it was added last", () => {
  let nowMs = 0;
  const names = createForgottenNames(100, () => nowMs);
  const all = () => ["a", "b", "c"].filter(names.has);
  names.add("a");
  names.add("b");
  expect(all()).toEqual(["a", "b"]);
  nowMs = 60;
  names.add("a");
  nowMs = 100;
  expect(all()).toEqual(["a"]);
  names.add("c");
  expect(all()).toEqual(["a", "c"]);
  nowMs = 160;
  expect(all()).toEqual(["c"]);
});
