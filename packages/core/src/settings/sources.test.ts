import { describe, expect, test } from "bun:test";
import type { SettingsError } from "./settings-error.ts";
import { settingsSources } from "./sources.ts";

function find(files: Record<string, string>, env: Record<string, string> = {}, argv: string[] = []) {
  const readFile = (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return text;
  };
  try {
    return settingsSources({ argv, env, readFile, parseToml: (text) => JSON.parse(text) }).file;
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe("settingsSources", () => {
  test("needs no file", () => expect(find({})).toEqual({}));
  test("reads freshet.toml", () => expect(find({ "freshet.toml": '{"a":1}' })).toEqual({ a: 1 }));
  test("prefers the file that the environment names", () => {
    expect(find({ "freshet.toml": '{"a":1}', "b.toml": '{"b":2}' }, { FRESHET_CONFIG: "b.toml" })).toEqual({
      b: 2,
    });
  });
  test("prefers the file that the command line names to that", () => {
    const files = { "b.toml": '{"b":2}', "c.toml": '{"c":3}' };
    expect(find(files, { FRESHET_CONFIG: "b.toml" }, ["--config", "c.toml"])).toEqual({ c: 3 });
  });
  test("says which named file is missing", () => {
    expect(find({}, { FRESHET_CONFIG: "b.toml" })).toEqual(["b.toml: no such file"]);
  });
  test("says which file cannot be read", () => {
    expect(find({ "freshet.toml": "{" })).toEqual([expect.stringContaining("freshet.toml: ")]);
  });
});
