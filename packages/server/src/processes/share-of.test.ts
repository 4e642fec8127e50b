import { expect, test } from "bun:test";
import { configFor } from "../test-node.ts";
import { shareOf } from "./share-of.ts";

test("all processes together take what the settings allow", () => {
  const env = { FRESHET_PROCESSES: "4", FRESHET_MEMORY_BYTES: "1000", FRESHET_RENDERS: "5" };
  const { memoryBytes, renders, variantBytes } = shareOf(configFor("unused", env));
  expect([memoryBytes, renders]).toEqual([250, 2]);
  // There is one folder.
  expect(variantBytes).toBe(configFor("unused", env).variantBytes);
});
