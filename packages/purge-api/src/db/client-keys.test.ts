import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openClientKeys } from "./client-keys.ts";
import { openDatabase } from "./open.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
let folders = 0;

/** Opens the keys of one database as often as it is started. */
function setUp() {
  folders++;
  const path = join(folder.path, String(folders));
  return {
    path,
    start(given: string | null, defaultToken = "doc") {
      const { db, close } = openDatabase(join(path, "purge.sqlite"));
      const opened = openClientKeys(db, defaultToken, given);
      close();
      return opened;
    },
  };
}

test("the first start makes a key of 256 bits and shows it; the next ones do not", () => {
  const { start } = setUp();
  const { created, keys } = start(null);
  expect(created).toMatch(/^freshet_[\w-]{43}$/);
  expect(keys.tokenOf(created as string)).toBe("doc");
  const again = start(null);
  expect(again.created).toBeNull();
  expect(again.keys.tokenOf(created as string)).toBe("doc");
});

test("two installations make different keys", () => {
  expect(setUp().start(null).created).not.toBe(setUp().start(null).created);
});

test.each([
  ["made", null],
  ["given", "given-by-the-environment"],
])("a key that was %s stands in no file", (_, given) => {
  const { path, start } = setUp();
  const key = start(given).created ?? (given as string);
  const files = readdirSync(path);
  expect(files).toContain("purge.sqlite");
  const spellings = [
    key,
    ...(["hex", "base64"] as const).map((encoding) => Buffer.from(key).toString(encoding)),
  ];
  for (const file of files) {
    const bytes = readFileSync(join(path, file));
    expect(spellings.filter((spelling) => bytes.includes(spelling))).toEqual([]);
  }
});

test("a key from the environment is the only one from then on, also without it", () => {
  const { start } = setUp();
  const first = start(null).created as string;
  const { created, keys } = start("the-environments-key");
  expect(created).toBeNull();
  expect([keys.tokenOf(first), keys.tokenOf("the-environments-key")]).toEqual([null, "doc"]);
  const later = start(null);
  expect([later.created, later.keys.tokenOf("the-environments-key")]).toEqual([null, "doc"]);
});

test("the same key may be given at every start", () => {
  const { start } = setUp();
  start("the-environments-key");
  expect(start("the-environments-key").keys.tokenOf("the-environments-key")).toBe("doc");
});

test("a default token of another name takes the given key with it", () => {
  const { start } = setUp();
  start("the-environments-key", "old");
  expect(start("the-environments-key", "new").keys.tokenOf("the-environments-key")).toBe("new");
});

test("a default token of another name gets a key of its own, and the old key keeps its token", () => {
  const { start } = setUp();
  const old = start(null, "old").created as string;
  const { created, keys } = start(null, "new");
  expect([keys.tokenOf(created as string), keys.tokenOf(old)]).toEqual(["new", "old"]);
});

test.each([
  ["empty", () => ""],
  ["cut short", (key: string) => key.slice(0, -1)],
  ["with one more character", (key: string) => `${key}A`],
  ["with another case", (key: string) => key.toUpperCase()],
  ["with a space after it", (key: string) => `${key} `],
  ["its own hash", (key: string) => new Bun.CryptoHasher("sha256").update(key).digest("hex")],
])("a key is wrong if it is %s", (_, change) => {
  const { created, keys } = setUp().start(null);
  expect(keys.tokenOf(change(created as string))).toBeNull();
});
