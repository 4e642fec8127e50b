import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { OriginAnswer, Validators } from "../source.ts";
import { createFolderStorage } from "./folder-storage.ts";
import { runStorageSuite } from "./storage.suite.ts";

const home = mkdtempSync(join(tmpdir(), "freshet-folder-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const root = join(home, "root");

function put(name: string, text: string, below = root): string {
  const path = join(below, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

runStorageSuite({
  name: "in a folder",
  settings: (folder) => ({ kind: "folder", path: join(root, folder) }),
  put: async (name, text) => put(name, text),
});

const later = () => Date.now() + 3_600_000;

function ask(
  path: string,
  { known = null as Validators | null, now = later, folder = root, signal = AbortSignal.timeout(5_000) } = {},
): Promise<OriginAnswer> {
  const storage = createFolderStorage({ kind: "folder", path: folder }, now);
  return storage({ path, search: "", known, maxBytes: 1_000, signal });
}

const codeOf = (answer: Promise<OriginAnswer>) =>
  answer.then(
    ({ kind }) => kind,
    (error) => error.code,
  );

describe("a folder", () => {
  put("secret.txt", "not for you", home);
  put("inner/a.jpg", "a picture");
  const link = (name: string, target: string) => symlinkSync(target, join(root, name));
  link("out.jpg", join(home, "secret.txt"));
  link("out-relative.jpg", "../secret.txt");
  link("out-folder", home);
  link("inner/up", "..");
  link("twice.jpg", "out.jpg");
  link("nowhere.jpg", "no-such-file");
  link("loop-a.jpg", "loop-b.jpg");
  link("loop-b.jpg", "loop-a.jpg");
  link("alias.jpg", "inner/a.jpg");
  link("device.jpg", "/dev/zero");
  symlinkSync(root, join(home, "link-to-root"));
  Bun.spawnSync(["mkfifo", join(root, "pipe.jpg")]);

  const refused: readonly [what: string, path: string][] = [
    ["a link that leads out", "/out.jpg"],
    ["a relative link that leads out", "/out-relative.jpg"],
    ["a link to a link that leads out", "/twice.jpg"],
    ["a folder that is a link out", "/out-folder/secret.txt"],
    ["a link to nothing", "/nowhere.jpg"],
    ["links in a circle", "/loop-a.jpg"],
    ["a device", "/device.jpg"],
    ["a pipe that nobody writes to", "/pipe.jpg"],
    ["a folder", "/inner"],
    ["a doubled slash, a second spelling", "/inner//a.jpg"],
    ["a slash at the end", "/inner/a.jpg/"],
    ["a name that is too long for any file", `/${"a".repeat(300)}.jpg`],
  ];
  for (const [what, path] of refused) {
    test(`does not show ${what}`, async () => expect(await codeOf(ask(path))).toBe("origin_not_found"));
  }

  test("shows what a link inside of it leads to", async () => {
    expect(await ask("/alias.jpg")).toMatchObject({ bytes: Buffer.from("a picture") });
    expect(await codeOf(ask("/inner/up/inner/a.jpg"))).toBe("body");
  });

  test("may be a link itself", async () => {
    expect(await codeOf(ask("/inner/a.jpg", { folder: join(home, "link-to-root") }))).toBe("body");
  });

  test("that shares the start of its name with another does not show that", async () => {
    put("root-2/b.jpg", "another's", home);
    symlinkSync("../root-2/b.jpg", join(root, "sibling.jpg"));
    expect(await codeOf(ask("/sibling.jpg"))).toBe("origin_not_found");
  });

  test("that is not there is the operator's trouble", async () => {
    expect(await codeOf(ask("/a.jpg", { folder: join(home, "missing") }))).toBe("origin_failed");
  });

  test("is not waited for when the time is over", async () => {
    const signal = AbortSignal.abort(new DOMException("over", "TimeoutError"));
    await expect(ask("/missing.jpg", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("whether a file changed", () => {
  async function validatorsOf(path: string, now = later): Promise<Validators> {
    const answer = await ask(path, { now });
    if (answer.kind !== "body") throw new Error("it was not asked whether it changed");
    return answer.validators;
  }
  const old = new Date("2026-06-01T10:00:00Z");

  test("is told by the time of its last change, in whole seconds for people", async () => {
    utimesSync(put("dated.jpg", "x"), old, old);
    expect((await validatorsOf("/dated.jpg")).lastModified).toBe("Mon, 01 Jun 2026 10:00:00 GMT");
  });

  test("shows, though size and time of the new one are those of the old", async () => {
    utimesSync(put("copied.jpg", "one"), old, old);
    const known = await validatorsOf("/copied.jpg");
    // What `cp --preserve` and `rsync --times` do.
    const replacement = put("replacement", "two");
    utimesSync(replacement, old, old);
    renameSync(replacement, join(root, "copied.jpg"));
    expect(await ask("/copied.jpg", { known })).toMatchObject({ bytes: Buffer.from("two") });
  });

  test("is not judged by its times while it may change within one tick of the clock", async () => {
    const written = Date.now();
    put("fresh.jpg", "x");
    expect(await validatorsOf("/fresh.jpg", () => written + 1_000)).toEqual({
      etag: null,
      lastModified: null,
    });
    expect((await validatorsOf("/fresh.jpg", () => Date.now() + 3_000)).etag).not.toBeNull();
  });

  test("is not judged by the date alone", async () => {
    put("by-date.jpg", "x");
    const { lastModified } = await validatorsOf("/by-date.jpg");
    expect(await codeOf(ask("/by-date.jpg", { known: { etag: null, lastModified } }))).toBe("body");
  });
});
