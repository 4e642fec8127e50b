import { expect, test } from "bun:test";
import { plainToken } from "../request/token.ts";
import { createTokenTable } from "./tokens.ts";

const table = createTokenTable([plainToken("shop", ["img.shop.io"])], "doc", ["localhost:8080"]);

test.each([
  ["img.shop.io", "shop"],
  ["IMG.SHOP.IO", "shop"],
  ["localhost:8080", "doc"],
  ["anything.else", "doc"],
  [null, "doc"],
])("a request to %s is for token %s", (host, token) => expect(table.byHost(host).name).toBe(token));

test("tokens are found by name", () => {
  expect(table.byName("shop")?.hosts).toEqual(["img.shop.io"]);
  expect(table.byName("constructor")).toBeUndefined();
});
