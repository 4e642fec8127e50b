import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { ops } from "@freshet/core";
import { build } from "./build.ts";
import { page as english } from "./src/texts/en.ts";

let folder: string;
let files: Awaited<ReturnType<typeof build>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshet-build-"));
  await Bun.write(join(folder, "main-0ld.js"), "of an earlier build");
  files = await build(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

function body(path: string): string {
  return files[path]?.body ?? "";
}

/** Of `main` and `style` and the languages, as they are named in this build. */
function fixedPaths(): string[] {
  return Object.keys(files).filter((path) => files[path]?.isFixed);
}

test("build writes its files, their map, and nothing else; what earlier builds left is gone", async () => {
  const names = Object.keys(files).map((path) => (path === "/" ? "index.html" : path.slice(1)));
  expect((await readdir(folder)).sort()).toEqual([...names, "files.json"].sort());
  expect(await Bun.file(join(folder, "files.json")).json()).toEqual(files);
  expect(await Bun.file(join(folder, "index.html")).text()).toBe(body("/"));
});

test("build gives every file its media type, and what is named by its content a life of its own", () => {
  const words = Object.entries(files).map(([path, { type, isFixed }]) => {
    const name = path.replace(/-[a-z0-9]{8}(?=\.)/, "-HASH");
    return `${name} ${type.split(";", 1)[0]} ${isFixed}`;
  });
  expect(words.sort()).toEqual([
    "/ text/html false",
    "/chunk-HASH.js text/javascript true",
    "/chunk-HASH.js text/javascript true",
    "/main-HASH.js text/javascript true",
    "/style-HASH.css text/css true",
    "/sw.js text/javascript false",
  ]);
});

test("build packs every file, whole", () => {
  for (const [path, { brotli }] of Object.entries(files)) {
    expect(brotliDecompressSync(Buffer.from(brotli, "base64")).toString()).toBe(body(path));
  }
});

for (const language of ["en", "de"]) {
  test(`build keeps the page small: 40 KiB for who reads ${language}, as it is sent`, () => {
    const isPart = (path: string) =>
      path === "/" || /^\/(?:main|style)-/.test(path) || body(path).includes(`language:"${language}"`);
    const sizes = Object.entries(files)
      .filter(([path]) => isPart(path))
      .map(([, { brotli }]) => Buffer.from(brotli, "base64").length);
    expect(sizes).toHaveLength(4);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(40 * 1024);
  });
}

test("build leaves nothing inline, which the Content-Security-Policy would refuse", () => {
  const page = body("/");
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
});

test("build asks for nothing elsewhere, by relative addresses only", () => {
  const addresses = [...body("/").matchAll(/\s(?:src|href)="([^"]*)"/g)].map(
    ([, address]) => address as string,
  );
  expect(addresses.map((address) => address.replace(/^data:.*/s, "data:"))).toEqual([
    "data:",
    expect.stringMatching(/^style-\w{8}\.css$/),
    expect.stringMatching(/^main-\w{8}\.js$/),
  ]);
  for (const path of fixedPaths()) expect(body(path)).not.toMatch(/\bimport\s*\(\s*"(?!\.\/)/);
});

test("build puts the English texts in, so that there is something to read before any script", () => {
  const page = body("/");
  expect(page).not.toMatch(/\{\w+\}/);
  expect(page).toContain(`<h1 data-t="heading">${english.heading}</h1>`);
  expect(page).toContain(`content="${english.lead}"`);
  for (const name of Object.keys(english)) expect(page).toContain(`="${name}"`);
});

test("the service worker knows the page's files, and what it keeps is named by this build", () => {
  for (const path of fixedPaths()) expect(body("/sw.js")).toContain(path.slice(1));
  expect(body("/sw.js")).toMatch(/freshet-form-[0-9a-f]{12}/);
});

test("build makes the same of the same sources", async () => {
  expect(await build(folder)).toEqual(files);
}, 60_000);

test("build takes out what only servers need of errors, and keeps their sentences", () => {
  const script = fixedPaths().map(body).join("");
  expect(script).not.toContain("The origin cannot be reached");
  expect(script).toContain("a wildcard may only stand at the end");
});

test("build leaves out what only documents say of operations", () => {
  for (const { summary } of ops) {
    for (const path of fixedPaths()) expect(body(path)).not.toContain(summary.slice(0, 40));
  }
});
