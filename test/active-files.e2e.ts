/** Originals that are programs, opened in a browser in every way there is: nothing of them runs, nothing is fetched. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";

const root = fileURLToPath(new URL("../", import.meta.url));
const bun = process.env.FRESHET_BUN ?? "bun";

let server: ChildProcess;
let origin: Server;
let folder: string;
let freshet: string;
let originUrl: string;
/** What was asked for at the place that nothing may reach. */
let caught: string[] = [];

const svg = (inside: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="30" ${attributes}><rect width="40" height="30" fill="red"/>${inside}</svg>`;

/** Each would ask for `/canary/…` if a browser did what it says. */
const files: Readonly<Record<string, () => { readonly type: string; readonly body: string }>> = {
  "script.svg": () =>
    drawing(
      `<script>fetch("${canary("fetch")}",{mode:"no-cors"});new Image().src="${canary("image")}"</script>`,
    ),
  "cdata.svg": () => drawing(`<script><![CDATA[new Image().src="${canary("cdata")}"]]></script>`),
  "onload.svg": () => drawing("", `onload="new Image().src='${canary("onload")}'"`),
  "source.svg": () => drawing(`<script href="${canary("source.js")}"/>`),
  "foreign.svg": () =>
    drawing(
      `<foreignObject width="40" height="30"><body xmlns="http://www.w3.org/1999/xhtml"><img src="${canary("foreign")}" onerror="alert(1)"/><iframe src="${canary("frame")}"/></body></foreignObject>`,
    ),
  "animate.svg": () => drawing(`<image><set attributeName="href" to="${canary("animate")}"/></image>`),
  "outside.svg": () =>
    drawing(
      `<image href="${canary("outside")}" width="9" height="9"/><use xlink:href="${canary("use")}#a"/>`,
    ),
  "style.svg": () =>
    drawing(`<style>@import url("${canary("import")}"); rect{fill:url("${canary("fill")}#a")}</style>`),
  "entity.svg": () => ({
    type: "image/svg+xml",
    body: `<!DOCTYPE svg [<!ENTITY x SYSTEM "${canary("entity")}">]>${svg("<text>&x;</text>")}`,
  }),
  "sheet.svg": () => ({
    type: "image/svg+xml",
    body: `<?xml-stylesheet type="text/css" href="${canary("sheet")}"?>${svg("")}`,
  }),
  "page.html": () => ({
    type: "text/html",
    body: `<title>mine</title><script>new Image().src="${canary("page")}"</script><img src=x onerror="new Image().src='${canary("error")}'">`,
  }),
  "page.xhtml": () => ({
    type: "application/xhtml+xml",
    body: `<html xmlns="http://www.w3.org/1999/xhtml"><script>new Image().src="${canary("xhtml")}"</script></html>`,
  }),
  // What browsers would take for a page if they guessed.
  "guess.jpg": () => ({
    type: "text/plain",
    body: `<html><script>new Image().src="${canary("guess")}"</script></html>`,
  }),
  "guess.bin": () => ({ type: "", body: `<html><script>new Image().src="${canary("bin")}"</script></html>` }),
};
const names = Object.keys(files);

const canary = (what: string) => `${originUrl}/canary/${what}`;
const drawing = (inside: string, attributes?: string) => ({
  type: "image/svg+xml",
  body: svg(inside, attributes),
});

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshet-active-"));
  origin = createServer(({ url = "" }, response) => {
    if (url.startsWith("/canary/")) caught.push(url);
    const file = files[url.slice(1)]?.();
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, file.type ? { "content-type": file.type } : {}).end(file.body);
  }).listen(0, "127.0.0.1");
  await once(origin, "listening");
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  // `func=proxy` passes on from nowhere else.
  const config = join(folder, "freshet.toml");
  await writeFile(config, '[tokens.doc]\nallowed_domains = ["127.0.0.1"]\n');
  const env = {
    ...process.env,
    FRESHET_CONFIG: config,
    FRESHET_DATA_DIR: join(folder, "data"),
    FRESHET_SERVER_PORT: "0",
    FRESHET_SERVER_HOST: "127.0.0.1",
    FRESHET_ALLOW_LOCAL_ORIGINS: originUrl.slice("http://".length),
    FRESHET_PROCESSES: "1",
  };
  server = spawn(bun, ["packages/server/src/main.ts"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (server.stdout === null) throw new Error("there is no output to read");
  for await (const line of createInterface({ input: server.stdout })) {
    const port = /listening on http:\/\/localhost:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    freshet = `http://127.0.0.1:${port}`;
    break;
  }
});

test.afterAll(async () => {
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
  origin.closeAllConnections();
  origin.close();
  await rm(folder, { recursive: true, force: true });
});

test.describe.configure({ mode: "serial" });

/** Opens a URL as a document, in frames and as a picture, and gives it time to do what it would. */
async function openEverywhere(page: Page, url: string): Promise<void> {
  // What is only to be downloaded is no document.
  await page.goto(url).catch(() => {});
  await page.waitForTimeout(100);
  await page.goto("about:blank");
  const ways = ["iframe src", "embed src", "img src", "object data"].map((way) => {
    const [element, attribute] = way.split(" ");
    return `<${element} ${attribute}="${url}"></${element}>`;
  });
  await page.setContent(`<!doctype html>${ways.join("")}`);
  await page.waitForTimeout(150);
}

test("opened where they come from, all of that does what it says: the test sees it", async ({ page }) => {
  for (const name of ["script.svg", "onload.svg", "foreign.svg", "outside.svg", "page.html", "page.xhtml"]) {
    caught = [];
    await openEverywhere(page, `${originUrl}/${name}`);
    expect([name, caught.length > 0]).toEqual([name, true]);
  }
});

for (const name of names) {
  test(`${name}: nothing of it runs, and nothing is asked for`, async ({ page }) => {
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    caught = [];
    expect((await page.request.get(`${freshet}/${originUrl}/${name}?func=proxy`)).status()).toBe(200);
    for (const query of ["func=proxy", "w=40", ""]) {
      await openEverywhere(page, `${freshet}/${originUrl}/${name}?${query}`);
      expect([name, query, caught, dialogs]).toEqual([name, query, [], []]);
    }
  });
}
