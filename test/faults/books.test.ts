/** The checker itself must be able to find something. */
import { expect, test } from "bun:test";
import { createBooks } from "./books.ts";

test("an answer older than a job that was DONE before it was asked for is found, and no other", () => {
  const books = createBooks();
  const beforeMs = performance.now() - 1;
  books.done(2);
  const afterMs = performance.now() + 1;
  books.answer("a", beforeMs, 1, "old");
  books.answer("a", afterMs, 2, "new");
  expect(books.violations).toEqual([]);
  books.answer("b", afterMs, 1, "old");
  expect(books.violations).toEqual(["b answered version 1 after 2 was DONE (no fault yet)"]);
});

test("what a restored log forgot is not held against anybody", () => {
  const books = createBooks();
  books.done(2);
  books.forget(1);
  books.answer("a", performance.now() + 1, 1, "old");
  expect(books.violations).toEqual([]);
});

test("one name for two versions is found", () => {
  const books = createBooks();
  books.answer("a", 0, 1, "name");
  books.answer("b", 0, 2, "name");
  expect(books.violations).toEqual(["name is both 1 and 2 (no fault yet)"]);
});
