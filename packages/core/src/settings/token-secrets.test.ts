import { describe, expect, test } from "bun:test";
import { plainToken, type TokenSettings } from "../request/token.ts";
import { SettingsError } from "./settings-error.ts";
import { addTokenSecrets } from "./token-secrets.ts";

const shop: TokenSettings = { ...plainToken("shop"), security: { kind: "signature", salts: [] } };
const open = plainToken("blog-de");

function add(env: Record<string, string>, tokens = [shop, open], files: Record<string, string> = {}) {
  const readFile = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`${path}: no such file`);
    return text;
  };
  try {
    return addTokenSecrets(tokens, { env, file: {}, readFile });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("secrets of tokens", () => {
  test("come from the environment: two salts are valid while keys rotate", () => {
    expect(add({ FRESHET_TOKEN_SHOP_SALTS: "new, old" })).toEqual([
      { ...shop, security: { kind: "signature", salts: ["new", "old"] } },
      open,
    ]);
  });

  test("or from files that it names", () => {
    const env = {
      FRESHET_TOKEN_SHOP_SALTS_FILE: "/run/salts",
      FRESHET_TOKEN_BLOG_DE_ORIGIN_HEADERS_FILE: "/run/headers",
    };
    const files = { "/run/salts": "only\n", "/run/headers": "Authorization: Bearer x\nX-Origin: f\n" };
    expect(add(env, undefined, files)).toEqual([
      { ...shop, security: { kind: "signature", salts: ["only"] } },
      { ...open, originHeaders: { authorization: "Bearer x", "x-origin": "f" } },
    ]);
  });

  test.each<[env: Record<string, string>, problems: string[]]>([
    [
      {},
      ['tokens.shop.security: "signature" needs FRESHET_TOKEN_SHOP_SALTS, or FRESHET_TOKEN_SHOP_SALTS_FILE'],
    ],
    [
      { FRESHET_TOKEN_SHOP_SALTS: "a,,b" },
      ["FRESHET_TOKEN_SHOP_SALTS: expected 1 to 4 salts, separated by commas, got something else"],
    ],
    [
      { FRESHET_TOKEN_SHOP_SALTS_FILE: "/run/none" },
      ["FRESHET_TOKEN_SHOP_SALTS_FILE: /run/none: no such file"],
    ],
    [
      { FRESHET_TOKEN_SHOP_SALTS: "a", FRESHET_TOKEN_BLOG_DE_SALTS: "b" },
      ['FRESHET_TOKEN_BLOG_DE_SALTS: tokens.blog-de.security is "open", so no URL is checked with it'],
    ],
    [
      { FRESHET_TOKEN_SHOP_SALTS: "a", FRESHET_TOKEN_SHOPP_SALTS: "b", FRESHET_TOKEN_SHOP_SALT: "c" },
      ["FRESHET_TOKEN_SHOPP_SALTS: no token reads it", "FRESHET_TOKEN_SHOP_SALT: no token reads it"],
    ],
    [
      { FRESHET_TOKEN_SHOP_SALTS: "a", FRESHET_TOKEN_SHOP_ORIGIN_HEADERS: "Host: h" },
      [
        'FRESHET_TOKEN_SHOP_ORIGIN_HEADERS: expected headers other than "host", which Freshet sets itself, got something else',
      ],
    ],
  ])("%j is refused", (env, problems) => expect(add(env)).toEqual(problems));

  test("never belong to two tokens", () => {
    const twins = [plainToken("blog-de"), plainToken("blog_de")];
    expect(add({}, twins)).toEqual([
      "FRESHET_TOKEN_BLOG_DE_SALTS: the tokens blog-de and blog_de would both read it",
      "FRESHET_TOKEN_BLOG_DE_ORIGIN_HEADERS: the tokens blog-de and blog_de would both read it",
    ]);
  });
});
