import { expect, test } from "bun:test";
import { createKeptFiles } from "./kept-files.ts";

const bytes = (length: number) => new Uint8Array(length);

test("what is kept is given back with all that was made of it", () => {
  const kept = createKeptFiles();
  kept.add("a", bytes(10)).made.set("pixels", { data: bytes(90) });
  expect(kept.settle(100)).toEqual(["a"]);
  expect(kept.take("a")?.made.get("pixels")?.data.length).toBe(90);
  expect(kept.take("b")).toBeNull();
});

test("what was not used for longest is dropped, with all that was made of it", () => {
  const kept = createKeptFiles();
  for (const name of ["a", "b", "c"]) kept.add(name, bytes(10));
  kept.take("a")?.made.set("pixels", { data: bytes(10) });
  expect(kept.settle(30)).toEqual(["c", "a"]);
  expect(kept.settle(20)).toEqual(["a"]);
  expect(kept.settle(19)).toEqual([]);
});

test("nothing is kept where nothing may be, but the job has its file", () => {
  const kept = createKeptFiles();
  expect(kept.add("a", bytes(10)).bytes.length).toBe(10);
  expect(kept.settle(0)).toEqual([]);
});
