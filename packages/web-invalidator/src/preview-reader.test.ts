import { expect, test } from "bun:test";
import { plainToken } from "@freshet/core";
import { createPreviewReader } from "./preview-reader.ts";
import { initialState, type State } from "./state.ts";
import { en } from "./texts/en.ts";

const initial = initialState(en);

const signedIn: State = {
  ...initial,
  access: { kind: "accepted", key: "k", token: plainToken("doc") },
  text: "/a.io/x?w=1",
};

test("createPreviewReader reads nothing without an accepted key, and nothing for everything", () => {
  const previewOf = createPreviewReader();
  expect(previewOf(initial)).toBeNull();
  expect(previewOf({ ...signedIn, access: { kind: "checking" } })).toBeNull();
  expect(previewOf({ ...signedIn, scope: "all" })).toBeNull();
});

test("createPreviewReader reads once for each text, scope and token", () => {
  const previewOf = createPreviewReader();
  const first = previewOf(signedIn);
  expect(previewOf({ ...signedIn, sending: true })).toBe(first);
  expect(previewOf({ ...signedIn, scope: "urls" })?.urls).toEqual(["/a.io/x?w=1"]);
  expect(previewOf({ ...signedIn, text: "/a.io/y" })?.urls).toEqual(["/a.io/y"]);
  const other = { kind: "accepted", key: "k", token: plainToken("other") } as const;
  expect(previewOf({ ...signedIn, access: other })).not.toBe(first);
});
