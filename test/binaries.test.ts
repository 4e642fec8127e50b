/** The two files that people install: built, copied elsewhere, and run without anything else in reach. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { invalidate } from "./invalidate.ts";
import { dataFolder, type Running, startPurge, startServer } from "./processes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const data = dataFolder();
/** No Node, no Bun, no node_modules: nothing can be found but what is in the file itself. */
const bare = { PATH: "/nonexistent", NODE_PATH: "" };
let purge: Running;
let server: Running;

beforeAll(async () => {
  await Bun.$`${process.execPath} scripts/build.ts`.cwd(root).quiet();
  await mkdir(`${data.path}/bin`);
  const [purgeBinary, serverBinary] = [`${data.path}/bin/freshet-purge`, `${data.path}/bin/freshet-server`];
  await copyFile(`${root}dist/freshet-purge`, purgeBinary);
  await copyFile(`${root}dist/freshet-server`, serverBinary);
  purge = await startPurge({ dataDir: `${data.path}/bin`, binary: purgeBinary, env: bare });
  server = await startServer({
    dataDir: `${data.path}/bin`,
    binary: serverBinary,
    purgeUrl: purge.url,
    env: bare,
  });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await purge?.stop();
  data.remove();
});

test.each([
  ["/sample.li/flat.jpg?w=500", "image/jpeg"],
  ["/sample.li/boat.jpg?w=300&h=300&func=fit&bg_color=3498db&force_format=png", "image/png"],
  ["/sample.li/now.php?width=500&force_format=_webp", "image/webp"],
  ["/sample.li/mountains.jpg?h=200&force_format=_avif", "image/avif"],
])("freshet-server makes %s", async (path, type) => {
  const response = await fetch(server.url + path);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
  expect((await response.bytes()).length).toBeGreaterThan(1_000);
});

test("freshet-purge serves the form", async () => {
  const page = await fetch(`${purge.url}/`);
  expect(await page.text()).toContain("<title>");
  expect((await fetch(`${purge.url}/main.js`)).headers.get("content-type")).toContain("javascript");
});

test("a purge reaches the server", async () => {
  const picture = `${server.url}/sample.li/now.php?width=200`;
  const old = (await fetch(picture)).headers.get("etag");
  await invalidate(purge, { scope: "original", urls: ["/sample.li/now.php"] });
  expect((await fetch(picture)).headers.get("etag")).not.toBe(old);
});

test("freshet-server and freshet-purge know their commands", async () => {
  const run = (name: string, ...args: string[]) =>
    Bun.$`${`${data.path}/bin/${name}`} ${args}`.env(bare).cwd(data.path).quiet().text();
  expect(await run("freshet-server", "translate", "/width/5/n/h.io/a.jpg")).toBe("/v7/h.io/a.jpg?w=5\n");
  for (const name of ["freshet-server", "freshet-purge"]) {
    expect(await run(name, "check-config")).toBe("the settings can be used\n");
    expect(await run(name, "--help")).toContain("check-config");
  }
});
