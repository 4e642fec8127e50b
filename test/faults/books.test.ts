/** The checker itself must be able to find something. */
import { expect, test } from "bun:test";
import { createBooks } from "./books.ts";

const asked = { path: "/a", shape: "w=1" };
const everything = { covers: () => true, graceMs: 0 };
const later = () => performance.now() + 1;

test("an answer older than a job that was DONE before it was asked for is found, and no other", () => {
  const books = createBooks();
  const beforeMs = performance.now() - 1;
  books.done(2, everything);
  const afterMs = later();
  books.answer("a", asked, beforeMs, 1, "old");
  books.answer("a", asked, afterMs, 2, "new");
  expect(books.violations).toEqual([]);
  books.answer("b", asked, afterMs, 1, "old");
  expect(books.violations).toEqual(["b answered version 1 after 2 was DONE (no fault yet)"]);
});

test("a job speaks for what it reaches, from when its grace is over", () => {
  const books = createBooks();
  books.done(2, { covers: ({ path }) => path === "/a", graceMs: 0 });
  books.done(3, { covers: () => true, graceMs: 1_000 });
  books.answer("a", { path: "/b", shape: "w=1" }, later(), 1, "old");
  books.answer("a", asked, later(), 2, "new");
  expect(books.violations).toEqual([]);
  books.answer("a", asked, later(), 1, "old");
  books.answer("a", { path: "/b", shape: "w=1" }, later() + 1_000, 2, "new");
  expect(books.violations.map((text) => text.split(" (")[0])).toEqual([
    "a answered version 1 after 2 was DONE",
    "a answered version 2 after 3 was DONE",
  ]);
});

test("what a restored log forgot is not held against anybody", () => {
  const books = createBooks();
  books.done(2, everything);
  books.forget(1);
  books.answer("a", asked, later(), 1, "old");
  expect(books.violations).toEqual([]);
});

test("one name for two versions is found", () => {
  const books = createBooks();
  books.answer("a", asked, 0, 1, "name");
  books.answer("b", asked, 0, 2, "name");
  expect(books.violations).toEqual(["name is both 1 and 2 (no fault yet)"]);
});
