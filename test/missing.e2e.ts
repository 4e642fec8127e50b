/** What a browser shows where an original is missing, for each of the four settings of a token. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const root = fileURLToPath(new URL("../", import.meta.url));
const bun = process.env.FRESHET_BUN ?? "bun";

const settings = {
  "404-image": { status: 404, width: 300, height: 200 },
  "200-image": { status: 200, width: 300, height: 200 },
  "200-pixel": { status: 200, width: 1, height: 1 },
  // An image element that is broken has no size of its own.
  "404-empty": { status: 404, width: 0, height: 0 },
} as const;

let server: ChildProcess;
let folder: string;
let port: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshet-missing-"));
  const file = join(folder, "freshet.toml");
  const tables = Object.keys(settings).map(
    (missing) => `[tokens.t${missing}]\nhosts = ["${missing}.test"]\nmissing = "${missing}"\n`,
  );
  await writeFile(file, tables.join(""));
  const env = {
    ...process.env,
    FRESHET_CONFIG: file,
    FRESHET_DATA_DIR: join(folder, "data"),
    FRESHET_SERVER_PORT: "0",
    FRESHET_SERVER_HOST: "127.0.0.1",
  };
  server = spawn(bun, ["packages/server/src/main.ts"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (server.stdout === null) throw new Error("there is no output to read");
  for await (const line of createInterface({ input: server.stdout })) {
    port = /listening on http:\/\/localhost:(\d+)/.exec(line)?.[1] ?? "";
    if (port !== "") break;
  }
});

test.afterAll(async () => {
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
  await rm(folder, { recursive: true, force: true });
});

for (const [missing, { status, width, height }] of Object.entries(settings)) {
  test(`${missing}: ${status}, and an image of ${width}x${height}`, async ({ page }) => {
    const url = `http://${missing}.test/sample.li/nothing.jpg?w=300&h=200&func=fit`;
    // The browser's own request, answered by the real server under the token's host.
    await page.route("http://*.test/**", async (route) => {
      const target = new URL(route.request().url());
      const headers = { ...(await route.request().allHeaders()), host: target.host };
      const response = await page.request.get(`http://127.0.0.1:${port}${target.pathname}${target.search}`, {
        headers,
      });
      await route.fulfill({ response });
    });
    const answered = page.waitForResponse(url);
    await page.setContent(`<!doctype html><img src="${url}">`);
    expect((await answered).status()).toBe(status);
    const size = "[...document.images].map((i) => i.complete && [i.naturalWidth, i.naturalHeight])[0]";
    await expect.poll(() => page.evaluate(size)).toEqual([width, height]);
  });
}
