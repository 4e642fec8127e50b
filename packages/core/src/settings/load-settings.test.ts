import { describe, expect, test } from "bun:test";
import { plainToken } from "../request/token.ts";
import { loadSettings } from "./load-settings.ts";
import { choiceSetting, listSetting, numberSetting, textSetting } from "./setting.ts";
import type { SettingsError, SettingsSources } from "./settings-error.ts";

const schema = {
  port: numberSetting({ key: "server.port", env: "APP_PORT", fallback: 80, min: 1, max: 65535, doc: "" }),
  name: textSetting<string>({ key: "name", env: "APP_NAME", fallback: "x", doc: "" }),
  mode: choiceSetting({ key: "mode", env: "APP_MODE", fallback: "a", choices: ["a", "b"], doc: "" }),
  hosts: listSetting({ key: "hosts", env: "APP_HOSTS", fallback: [], accepts: "a list", doc: "" }),
  secret: textSetting<string | null>({
    key: null,
    env: "APP_SECRET",
    fallback: null,
    secret: true,
    pattern: /^.{4,}$/,
    accepts: "4 characters",
    doc: "",
  }),
};

function load(sources: Partial<SettingsSources>) {
  return loadSettings(schema, { env: {}, file: {}, readFile: () => "", ...sources });
}

function problemsOf(sources: Partial<SettingsSources>): readonly string[] {
  try {
    load(sources);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe("loadSettings", () => {
  test("prefers the environment, then the file, then the fallback", () => {
    const file = { server: { port: 81 }, name: "file" };
    expect(load({ file, env: { APP_PORT: "82", APP_NAME: "" } }).values).toMatchObject({
      port: 82,
      name: "file",
      mode: "a",
    });
  });

  test("splits lists of the environment at commas", () => {
    expect(load({ env: { APP_HOSTS: "a, b:9,,[::1]:80" } }).values.hosts).toEqual(["a", "b:9", "[::1]:80"]);
  });

  test("reads a secret from the file that a variable names, and never from the settings file", () => {
    const readFile = (path: string) => (path === "/run/key" ? "hidden\n" : "");
    expect(load({ env: { APP_SECRET_FILE: "/run/key" }, readFile }).values.secret).toBe("hidden");
    expect(load({ file: { secret: "leaked" } }).values.secret).toBeNull();
  });

  test("reports all problems at once, each with its name and what it takes, without secrets", () => {
    const env = { APP_PORT: "eighty", APP_MODE: "c", APP_SECRET: "abc" };
    const file = { name: 5, tokens: { "Bad Name": {}, ok: { aliases: { x: "a.host" }, speed: 1 } } };
    const problems = problemsOf({ env, file });
    expect(problems).toEqual([
      'APP_PORT: expected a whole number from 1 to 65535, got "eighty"',
      "name: expected a text, got 5",
      'APP_MODE: expected one of a, b, got "c"',
      "APP_SECRET: expected 4 characters, got something else",
      expect.stringContaining("tokens.Bad Name"),
      "tokens.ok.speed: there is no such setting",
      'tokens.ok.aliases.x: an alias starts and ends with "_"',
    ]);
  });

  test("refuses aliases that contain one another", () => {
    const file = { tokens: { t: { aliases: { _demo_: "a.host", _demo_one_: "b.host" } } } };
    expect(problemsOf({ file })).toEqual([expect.stringContaining("overlaps with _demo_one_")]);
  });

  test("reads tokens with hosts, prefix and aliases", () => {
    const file = {
      tokens: {
        shop: { hosts: ["IMG.shop.io"], origin_prefix: "https://s3.io/x/", aliases: { _a_: "a.host" } },
      },
    };
    expect(load({ file }).tokens).toEqual([
      {
        ...plainToken("shop", ["img.shop.io"]),
        originPrefix: "https://s3.io/x/",
        aliases: { _a_: "a.host" },
      },
    ]);
  });

  test("reads what a token wants beside that", () => {
    const shop = {
      strict: true,
      auto_formats: ["avif", "webp"],
      keep_profiles: true,
      watermark: "_a_/logo.png",
      aliases: { _a_: "a.host" },
    };
    expect(load({ file: { tokens: { shop } } }).tokens).toEqual([
      {
        ...plainToken("shop"),
        strict: true,
        autoFormats: ["avif", "webp"],
        keepProfiles: true,
        watermark: "_a_/logo.png",
        aliases: { _a_: "a.host" },
      },
    ]);
  });

  test("says of each member of a token what it takes", () => {
    const t = {
      hosts: "h.io",
      origin_prefix: 5,
      aliases: [],
      strict: 1,
      auto_formats: ["webp", "png"],
      keep_profiles: "yes",
      fidelity: "faster",
      watermark: true,
    };
    expect(problemsOf({ file: { tokens: { t } } })).toEqual([
      "tokens.t.hosts: expected a list of host names",
      "tokens.t.origin_prefix: expected a URL",
      "tokens.t.aliases: expected a table of texts",
      "tokens.t.strict: expected true or false",
      'tokens.t.auto_formats: expected a list of "avif" and "webp", each at most once',
      "tokens.t.keep_profiles: expected true or false",
      "tokens.t.fidelity: expected one of full, fast",
      "tokens.t.watermark: expected an image's URL",
    ]);
    const twice = { auto_formats: ["webp", "webp"] };
    expect(problemsOf({ file: { tokens: { twice } } })).toHaveLength(1);
  });

  test("refuses a watermark that names no original", () => {
    expect(problemsOf({ file: { tokens: { t: { watermark: "logo.png/x y" } } } })).toEqual([]);
    expect(problemsOf({ file: { tokens: { t: { watermark: "ftp://h.io/logo.png" } } } })).toEqual([
      'tokens.t.watermark: originals are fetched by http and https, not by "ftp"',
    ]);
  });
});
