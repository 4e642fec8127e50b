/**
 * A Chromium for which every host of `cloudimg.io` is the image server, behind a TLS port on loopback: the plugins
 * write `https://{token}.cloudimg.io/`, and nothing in them is changed for the test.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";
import { generate } from "selfsigned";
import { buildForm, startServices } from "../../packages/web-invalidator/test/services.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bun = process.env.FRESHET_BUN ?? "bun";

/** The three plugins of `js-cloudimage-responsive`. */
export const plugins = ["plain", "low-preview", "blur-hash"] as const;
export type Plugin = (typeof plugins)[number];

/** A web site that uses the plugins. */
export interface Site {
  /** @returns the address of a page with this body and with a plugin, which starts once the body is there */
  page(plugin: Plugin, body: string): string;
}

export const test = base.extend<object, { imagePort: number; site: Site }>({
  imagePort: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this very pattern
    async ({}, use) => {
      buildForm();
      const services = await startServices();
      const { private: key, cert } = await generate([{ name: "commonName", value: "*.cloudimg.io" }], {
        keyType: "ec",
      });
      const target = Number(new URL(services.server.url).port);
      const front = createTlsServer({ key, cert }, (socket) => {
        const inner = connect(target, "127.0.0.1");
        // Browsers drop connections as they please.
        for (const each of [socket, inner]) each.on("error", () => each.destroy());
        socket.pipe(inner).pipe(socket);
      });
      await listen(front);
      await use((front.address() as AddressInfo).port);
      front.close();
      await services.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  site: [
    // biome-ignore lint/correctness/noEmptyPattern: see above
    async ({}, use) => {
      const scripts = await bundlePlugins();
      const pages = new Map<string, string>();
      const server = createHttpServer((request, response) => {
        const path = request.url ?? "/";
        const body = pages.get(path) ?? scripts.get(path);
        response.statusCode = body === undefined ? 404 : 200;
        response.setHeader("content-type", typeOf(path));
        response.end(body);
      });
      await listen(server);
      const { port } = server.address() as AddressInfo;
      await use({
        page(plugin, body) {
          const path = `/${pages.size}.html`;
          pages.set(path, pageWith(plugin, body));
          return `http://127.0.0.1:${port}${path}`;
        },
      });
      server.close();
      server.closeAllConnections();
    },
    { scope: "worker" },
  ],

  browser: [
    async ({ imagePort, playwright, launchOptions }, use) => {
      const rules = `--host-resolver-rules=MAP *.cloudimg.io:443 127.0.0.1:${imagePort}`;
      const args = [...(launchOptions.args ?? []), rules, "--ignore-certificate-errors"];
      const browser = await playwright.chromium.launch({ ...launchOptions, headless: true, args });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
});

/** Bundled as their users do it: the packages are CommonJS. Names are `/low-preview.js`, `/low-preview.css`. */
async function bundlePlugins(): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), "freshet-plugins-"));
  try {
    const bundles = new Map<string, Buffer>();
    for (const plugin of plugins) {
      const entry = join(folder, `${plugin}.mjs`);
      await writeFile(
        entry,
        `import "${root}node_modules/js-cloudimage-responsive/dist/${plugin}/index.js";`,
      );
      // A classic script, as the ones on Cloudimage's CDN are: a module would run after the page.
      execFileSync(bun, ["build", entry, "--format=iife", `--outdir=${join(folder, "dist")}`], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      for (const kind of ["js", "css"]) {
        // The plain one has no style.
        const bundle = readFile(join(folder, "dist", `${plugin}.${kind}`)).catch(() => Buffer.of());
        bundles.set(`/${plugin}.${kind}`, await bundle);
      }
    }
    return bundles;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pageWith(plugin: Plugin, body: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>${plugin}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/${plugin}.css">
<style>body { margin: 0 } img { width: 100% }</style>
<script src="/${plugin}.js"></script>
${body}
<script>new CIResponsive({ token: "doc" })</script>`;
}

function typeOf(path: string): string {
  if (path.endsWith(".js")) return "text/javascript";
  return path.endsWith(".css") ? "text/css" : "text/html; charset=utf-8";
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
}
