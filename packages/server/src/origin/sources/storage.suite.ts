import { describe, expect, test } from "bun:test";
import type { Validators } from "../source.ts";
import type { StorageSettings } from "../storage-settings.ts";
import { freely } from "../test-origin.ts";
import { createStorageSource } from "./storage.ts";

export interface Conformance {
  readonly name: string;
  /**
   * How the storage under test is configured.
   * @param folder that it is limited to; empty = everything that was put
   */
  settings(folder: string): StorageSettings;
  /** Writes an object, by other means than ours. */
  put(name: string, text: string): Promise<unknown>;
  /** Names that cannot be tried, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** Names of objects, and the paths by which core asks for them: everything is encoded that RFC 3986 wants to be. */
const names: readonly [name: string, path: string][] = [
  ["plain.jpg", "/plain.jpg"],
  ["no-extension", "/no-extension"],
  ["a/b/c.jpg", "/a/b/c.jpg"],
  ["with space.jpg", "/with%20space.jpg"],
  ["a+b.jpg", "/a+b.jpg"],
  ["100%.jpg", "/100%25.jpg"],
  ["once%20encoded.jpg", "/once%2520encoded.jpg"],
  ["it's (1)!*.jpg", "/it's%20(1)!*.jpg"],
  ["a&b=c;d,e@f:g$.jpg", "/a&b=c;d,e@f:g$.jpg"],
  ["what?#hash.jpg", "/what%3F%23hash.jpg"],
  ['"q" [1] {2} |^`<>.jpg', "/%22q%22%20%5B1%5D%20%7B2%7D%20%7C%5E%60%3C%3E.jpg"],
  ["til~de_-.jpg", "/til~de_-.jpg"],
  ["grüße/日本 🖼.jpg", "/gr%C3%BC%C3%9Fe/%E6%97%A5%E6%9C%AC%20%F0%9F%96%BC.jpg"],
  ["..a/b../...jpg", "/..a/b../...jpg"],
  [".hidden", "/.hidden"],
  ["back\\slash.jpg", "/back%5Cslash.jpg"],
];

/** Every storage keeps these promises. */
export function runStorageSuite(conformance: Conformance): void {
  describe(`the storage ${conformance.name}`, () => {
    findsNames(conformance);
    asksForChanges(conformance);
    findsNothingElse(conformance);
  });
}

async function ask(
  { settings }: Conformance,
  path: string,
  known: Validators | null = null,
  { folder = "", maxBytes = 1_000 } = {},
) {
  const source = createStorageSource(new Map([["s", settings(folder)]]), {
    timeoutMs: 10_000,
    maxBytes,
    // Servers compare signatures' times with their own clock; to a folder, all files are old enough.
    now: settings(folder).kind === "folder" ? () => Date.now() + 3_600_000 : Date.now,
    report() {},
  });
  return source.fetch(`storage://s${path}`, known, freely);
}

async function textOf(...request: Parameters<typeof ask>): Promise<string> {
  const answer = await ask(...request).catch((error) => error);
  return answer.kind === "body"
    ? Buffer.from(answer.bytes).toString()
    : (answer.code ?? answer.kind ?? answer);
}

function findsNames(conformance: Conformance): void {
  for (const [name, path] of names) {
    const reason = conformance.skip?.[name];
    test.skipIf(reason !== undefined)(`finds ${name}${reason ? ` (${reason})` : ""}`, async () => {
      await conformance.put(name, `this is ${name}`);
      expect(await textOf(conformance, path)).toBe(`this is ${name}`);
    });
  }

  test("brings an empty object", async () => {
    await conformance.put("empty.jpg", "");
    expect(await ask(conformance, "/empty.jpg")).toMatchObject({
      kind: "body",
      status: 200,
      bytes: Buffer.alloc(0),
    });
  });

  test("brings as many bytes as allowed, and no more", async () => {
    await conformance.put("large.jpg", "x".repeat(100));
    expect(await textOf(conformance, "/large.jpg", null, { maxBytes: 100 })).toBe("x".repeat(100));
    expect(await textOf(conformance, "/large.jpg", null, { maxBytes: 99 })).toBe("original_too_large");
  });

  test("shows nothing outside of the folder that it is limited to", async () => {
    await conformance.put("in/side/a.jpg", "inside");
    await conformance.put("in/b.jpg", "outside");
    await conformance.put("in/sidecar/b.jpg", "outside");
    const limit = { folder: "in/side" };
    expect(await textOf(conformance, "/a.jpg", null, limit)).toBe("inside");
    for (const path of [
      "/b.jpg",
      "/../b.jpg",
      "/%2e%2e/b.jpg",
      "/..%2fb.jpg",
      "/x/../../b.jpg",
      "car/b.jpg",
    ]) {
      expect(await textOf(conformance, path, null, limit)).not.toBe("outside");
    }
  });

  test("is asked for the object, whatever the query", async () => {
    await conformance.put("queried.jpg", "the picture");
    const queries = [
      "?v=2",
      "?acl",
      "?uploads",
      "?comp=metadata",
      "?list-type=2",
      "?X-Amz-Algorithm=x",
      "?sig=x",
    ];
    for (const query of queries)
      expect(await textOf(conformance, `/queried.jpg${query}`)).toBe("the picture");
  });
}

function asksForChanges(conformance: Conformance): void {
  async function validatorsOf(path: string): Promise<Validators> {
    const answer = await ask(conformance, path);
    if (answer.kind !== "body") throw new Error("nothing was asked with, and still nothing changed");
    return answer.validators;
  }

  test("tells by its ETag that an object did not change", async () => {
    await conformance.put("same.jpg", "the same");
    const known = await validatorsOf("/same.jpg");
    expect(known.etag).toMatch(/^(W\/)?".+"$/);
    expect(await ask(conformance, "/same.jpg", known)).toEqual({ kind: "not-modified", status: 304 });
  });

  test("brings an object that changed, even if only in its bytes", async () => {
    await conformance.put("changing.jpg", "one");
    const known = await validatorsOf("/changing.jpg");
    await conformance.put("changing.jpg", "two");
    expect(await textOf(conformance, "/changing.jpg", known)).toBe("two");
    const changed = await validatorsOf("/changing.jpg");
    expect(changed.etag).not.toBe(known.etag);
  });

  test("brings an object to who knows nothing", async () => {
    await conformance.put("unknown.jpg", "new");
    expect(await textOf(conformance, "/unknown.jpg", { etag: null, lastModified: null })).toBe("new");
    expect(await textOf(conformance, "/unknown.jpg", { etag: '"other"', lastModified: null })).toBe("new");
  });
}

function findsNothingElse(conformance: Conformance): void {
  test("has nothing where nothing was put", async () => {
    await conformance.put("folder/file.jpg", "a file");
    for (const path of [
      "/missing.jpg",
      "/folder/missing.jpg",
      "/folder",
      "/folder/file.jpg/x",
      "/PLAIN.JPG",
    ]) {
      expect(await textOf(conformance, path)).toBe("origin_not_found");
    }
  });

  test("lists nothing", async () => {
    await conformance.put("listed/a.jpg", "a file");
    for (const path of ["", "/", "/listed/", "/?list-type=2", "/?restype=container&comp=list"]) {
      expect(await textOf(conformance, path)).toBe("origin_not_found");
    }
  });

  const hostile = [
    "/a/../plain.jpg",
    "/./plain.jpg",
    "/%2e/plain.jpg",
    "/a/%2E%2E/plain.jpg",
    "/..",
    "/a/b%00.jpg",
  ];
  for (const path of hostile) {
    test(`does not look for ${path}`, async () => {
      await conformance.put("plain.jpg", "plain");
      expect(await textOf(conformance, path)).toMatch(/^origin_(not_found|failed)$/);
    });
  }
}
