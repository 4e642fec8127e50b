import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.ts";

let folder: string;
let files: Awaited<ReturnType<typeof build>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshet-build-"));
  files = await build(folder);
});
afterAll(() => rm(folder, { recursive: true }));

function body(path: string): string {
  return files[path]?.body ?? "";
}

test("build writes the three files, their map, and nothing else", async () => {
  expect((await readdir(folder)).sort()).toEqual(["files.json", "index.html", "main.js", "style.css"]);
  expect(await Bun.file(join(folder, "files.json")).json()).toEqual(files);
  expect(await Bun.file(join(folder, "index.html")).text()).toBe(body("/"));
});

test("build gives every file its media type", () => {
  expect(Object.entries(files).map(([path, { type }]) => `${path} ${type}`)).toEqual([
    "/ text/html; charset=utf-8",
    "/main.js text/javascript; charset=utf-8",
    "/style.css text/css; charset=utf-8",
  ]);
});

test("build names script and style by the hash of what they are, so that caches never mix versions", () => {
  for (const name of ["main.js", "style.css"]) {
    const hash = new Bun.CryptoHasher("sha256")
      .update(body(`/${name}`))
      .digest("hex")
      .slice(0, 12);
    expect(body("/")).toContain(`"${name}?h=${hash}"`);
  }
});

test("build leaves nothing inline, which the Content-Security-Policy would refuse", () => {
  const page = body("/");
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
});

test("build asks for nothing elsewhere, by relative addresses only", () => {
  const addresses = [...body("/").matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses).toHaveLength(3);
  for (const address of addresses) expect(address).toMatch(/^(?:data:|(?:main\.js|style\.css)\?h=)/);
  expect(body("/style.css").match(/url\("?(?!data:|"?data:)/g)).toBeNull();
});

test("build makes the same of the same sources", async () => {
  expect(await build(folder)).toEqual(files);
});

test("build keeps the form small: 40 KiB in all, as it is sent", () => {
  const sizes = ["/", "/main.js", "/style.css"].map((path) => Bun.gzipSync(body(path)).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(40 * 1024);
});
