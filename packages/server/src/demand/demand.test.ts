import { expect, test } from "bun:test";
import { negotiate, plainToken } from "@freshet/core";
import { hashText } from "../hash.ts";
import { createNameVariant } from "../routes/name-variant.ts";
import { understandRequest } from "../routes/read-request.ts";
import { createDemand } from "./demand.ts";

const token = plainToken("doc");
const life = { browserSeconds: 1, sharedSeconds: 1 };
const read = (path: string) => understandRequest(path, token, life as never, hashText);

function setUp(countedPictures = 100, countedChars = 2_000) {
  const clock = { ms: 0 };
  const demand = createDemand(() => clock.ms, { countedPictures, countedChars, countHalvesMs: 1_000 });
  const nameVariant = createNameVariant(hashText);
  /** As a request is counted: by what was read of it, which is remembered. */
  function ask(asked: ReturnType<typeof read>, accept: string | null = null, tags: readonly string[] = []) {
    const named = nameVariant(asked, ["content"], "jpeg", accept);
    demand.count(demand.of(named, asked, accept, tags));
  }
  const counts = () =>
    Object.fromEntries(
      [...demand.pictures()].map(({ url, accept, requests }) => [`${url} ${accept}`, requests]),
    );
  return { clock, demand, ask, counts };
}

test("requests are counted by picture, under whichever spelling", () => {
  const { ask, counts } = setUp();
  const one = read("/h.io/a.jpg?w=5&q=9");
  for (let times = 0; times < 3; times++) ask(one);
  ask(read("/v7/https://h.io/a.jpg?q=9&width=5"));
  ask(read("/h.io/a.jpg?w=6"));
  expect(counts()).toEqual({ "/v7/h.io/a.jpg?w=5&q=9 null": 4, "/v7/h.io/a.jpg?w=6 null": 1 });
});

test("formats that are negotiated are pictures of their own, each with what it was asked for with", () => {
  const { ask, counts } = setUp();
  const asked = read("/h.io/a.jpg?w=5&force_format=webp,jpeg");
  for (const accept of ["image/webp", "image/webp,*/*", "*/*", "image/webp"]) ask(asked, accept);
  expect(Object.values(counts())).toEqual([3, 1]);
  const accepts = Object.keys(counts()).map((name) => name.split(" ")[1] as string);
  const formats = accepts.map((accept) => negotiate(asked.plan.formats, accept, "jpeg").format);
  expect(formats).toEqual(["webp", "jpeg"]);
});

test("the tags are those that it had last", () => {
  const { demand, ask } = setUp();
  const asked = read("/h.io/a.jpg?w=5");
  ask(asked, null, ["old"]);
  ask(asked, null, ["new"]);
  expect([...demand.pictures()].map(({ tags }) => tags)).toEqual([["new"]]);
});

test("what was asked for long ago counts half after each while, and then not at all", () => {
  const { clock, demand, ask, counts } = setUp();
  const asked = read("/h.io/a.jpg?w=5");
  for (let times = 0; times < 5; times++) ask(asked);
  const later: unknown[] = [];
  for (clock.ms = 500; clock.ms <= 3_500; clock.ms += 500) {
    demand.fade();
    later.push(Object.values(counts())[0]);
  }
  expect(later).toEqual([5, 2, 2, 1, 1, undefined, undefined]);
  ask(asked);
  expect(Object.values(counts())).toEqual([1]);
});

test("only so many are counted, and what is asked for most stays", () => {
  const { ask, counts } = setUp(100);
  const loved = read("/h.io/loved.jpg?w=5");
  for (let at = 0; at < 1_000; at++) {
    if (at % 10 === 0) ask(loved);
    ask(read(`/h.io/${at}.jpg?w=5`));
    expect(Object.keys(counts()).length).toBeLessThanOrEqual(100);
  }
  const [[most]] = Object.entries(counts()).sort(([, a], [, b]) => b - a) as [[string, number]];
  expect(most).toContain("loved");
});

test("a picture that was left out is counted again, also by who held on to its count meanwhile", () => {
  const { demand, clock, ask, counts } = setUp();
  const [one, other] = [read("/h.io/a.jpg?w=5"), read("/h.io/a.jpg?width=5")];
  ask(one);
  clock.ms = 1_000;
  demand.fade();
  expect(counts()).toEqual({});
  // Two counts of one picture: of those one is in the list.
  ask(other);
  for (let times = 0; times < 3; times++) ask(one);
  expect(Object.values(counts())).toEqual([4]);
});

test("what takes too many characters is not counted", () => {
  const { ask, counts } = setUp(100, 100);
  ask(read(`/h.io/${"a".repeat(100)}.jpg?w=5`));
  ask(read("/h.io/a.jpg?w=5&force_format=webp,jpeg"), `image/webp,${"a".repeat(100)}`);
  expect(counts()).toEqual({});
});
