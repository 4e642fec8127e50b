/** The two files that people install: built, copied elsewhere, and run without anything else in reach. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { profileOf } from "../packages/server/src/engine/decoders/test-color.ts";
import { makeHeic } from "../packages/server/src/engine/decoders/test-heic.ts";
import { jxlFiles } from "../packages/server/src/engine/decoders/test-jxl.ts";
import {
  black,
  distance,
  formatOf,
  pixelAt,
  type Raster,
  raster,
  red,
  toAvif,
  toBmp,
  toPng,
  toRaster,
} from "../packages/server/src/engine/test-pictures.ts";
import { invalidate } from "./invalidate.ts";
import { dataFolder, type Running, startPurge, startServer, until } from "./processes.ts";
import { untilWrittenBack } from "./written-back.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const data = dataFolder();
/** No Node, no Bun, no node_modules: nothing can be found but what is in the file itself. */
const bare = { PATH: "/nonexistent", NODE_PATH: "" };
const settings = `${data.path}/freshet.toml`;
let purge: Running;
let server: Running;

beforeAll(async () => {
  await Bun.$`${process.execPath} scripts/build.ts`.cwd(root).quiet();
  await mkdir(`${data.path}/bin`);
  await Bun.write(settings, "");
  const [purgeBinary, serverBinary] = [`${data.path}/bin/freshet-purge`, `${data.path}/bin/freshet-server`];
  await copyFile(`${root}dist/freshet-purge`, purgeBinary);
  await copyFile(`${root}dist/freshet-server`, serverBinary);
  const env = { ...bare, FRESHET_CONFIG: settings };
  purge = await startPurge({ dataDir: `${data.path}/bin`, binary: purgeBinary, env });
  server = await startServer({
    dataDir: `${data.path}/bin`,
    binary: serverBinary,
    purgeUrl: purge.url,
    env,
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

/**
 * In an empty folder, with an empty PATH: libvips, the codecs in WebAssembly and their workers, resvg and the fonts are
 * all inside of the file.
 */
describe("freshet-server alone", () => {
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="x()"><script>x()</script>' +
    '<rect width="60" height="40" fill="#c86432"/><text x="2" y="30" font-size="30" fill="#fff">Ab</text></svg>';
  const files: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
    "a.heic": () => makeHeic(),
    "a.jxl": () => jxlFiles.bare,
    "p3.jxl": () => jxlFiles.icc,
    "a.svg": () => Buffer.from(drawing),
    "a.avif": () => toAvif(raster(64, 48, () => red)),
    "a.bmp": () => toBmp(raster(64, 48, () => red)),
    "a.png": () => toPng(raster(200, 100, () => black)),
  };
  let origin: Bun.Server<undefined>;
  let alone: Running;

  beforeAll(async () => {
    origin = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const make = files[new URL(request.url).pathname.slice(1)];
        return make ? new Response(Buffer.from(await make())) : new Response(null, { status: 404 });
      },
    });
    const folder = `${data.path}/empty`;
    await mkdir(folder);
    const config = `${data.path}/keeps.toml`;
    await Bun.write(config, '[tokens.keeps]\nhosts = ["keeps.example"]\nkeep_profiles = true\n');
    alone = await startServer({
      dataDir: `${data.path}/alone`,
      binary: `${data.path}/bin/freshet-server`,
      cwd: folder,
      env: {
        PATH: "",
        NODE_PATH: "",
        FRESHET_CONFIG: config,
        FRESHET_PROCESSES: "2",
        FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}`,
      },
    });
  }, 60_000);
  afterAll(async () => {
    await alone?.stop();
    await origin?.stop(true);
  });

  const picture = async (name: string, query: string, host = "localhost") => {
    const url = `${alone.url}/http://127.0.0.1:${origin.port}/${name}?${query}`;
    const response = await fetch(url, { headers: { host } });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      bytes: await response.bytes(),
    };
  };
  test("is several processes", async () => {
    const text = await (await fetch(`${alone.url}/metrics`)).text();
    expect(text).toContain("freshet_processes 2");
  });

  const orange = [200, 100, 50, 255] as const;

  test.each([
    ["a.heic", orange],
    ["a.jxl", orange],
    ["a.svg", orange],
    ["a.avif", red],
    ["a.bmp", red],
  ] as const)("reads %s", async (name, color) => {
    const { status, type, bytes } = await picture(name, "w=40&force_format=png");
    expect([status, type]).toEqual([200, "image/png"]);
    const shown = await toRaster(bytes);
    expect(shown.width).toBe(40);
    expect(distance(pixelAt(shown, 3, 3), color)).toBeLessThanOrEqual(4);
  });

  test("keeps a JPEG XL's profile", async () => {
    const { status, bytes } = await picture("p3.jxl", "w=40&force_format=png", "keeps.example");
    expect(status).toBe(200);
    expect((await profileOf(bytes)).length).toBeGreaterThan(300);
    expect(distance(pixelAt(await toRaster(bytes), 3, 3), orange)).toBeGreaterThan(4);
  });

  test("writes AVIF, and a cleaned drawing", async () => {
    const avif = await picture("a.png", "w=40&force_format=_avif");
    expect([avif.status, avif.type, await formatOf(avif.bytes)]).toEqual([200, "image/avif", "avif"]);
    const svg = await picture("a.svg", "");
    expect([svg.status, svg.type]).toEqual([200, "image/svg+xml"]);
    const text = new TextDecoder().decode(svg.bytes);
    expect([text.includes("<rect"), text.includes("script"), text.includes("onload")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("has fonts, for watermarks and for drawings", async () => {
    const whitePixels = (shown: Raster) => {
      let ink = 0;
      for (let at = 0; at < shown.rgba.length; at += 4) {
        if (Math.min(...shown.rgba.subarray(at, at + 3)) > 200) ink++;
      }
      return ink;
    };
    const text = await picture("a.png", "wat=1&wat_text=Freshet&wat_color=fff&wat_fontsize=30");
    expect(text.status).toBe(200);
    expect(whitePixels(await toRaster(text.bytes))).toBeGreaterThan(200);
    expect(whitePixels(await toRaster((await picture("a.svg", "force_format=png")).bytes))).toBeGreaterThan(
      50,
    );
  });
});

test("freshet-purge serves the form", async () => {
  const page = await (await fetch(`${purge.url}/`)).text();
  expect(page).toContain("<title");
  const [, script] = /<script [^>]*src="([^"]+)"/.exec(page) ?? [];
  const { headers } = await fetch(new URL(script ?? "missing", purge.url));
  expect(headers.get("content-type")).toContain("javascript");
});

test("freshet-server brings its logs into their files, in a thread that is inside of it, too", async () => {
  await untilWrittenBack(`${data.path}/bin`);
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

test("both read their settings again on SIGHUP, and a bad file changes nothing", async () => {
  const life = async () =>
    (await fetch(`${server.url}/sample.li/flat.jpg?w=60`)).headers.get("cache-control");
  const reload = async (file: string, said: string) => {
    await Bun.write(settings, file);
    for (const each of [server, purge]) {
      each.signal("SIGHUP");
      await until(async () => each.output().includes(said), `it says "${said}"`, each.output);
    }
  };
  await reload("[server]\nbrowser_seconds = 7\n", "were read again");
  expect(await life()).toContain("max-age=7,");
  await reload("nonsense = [\n", "stay as they were");
  expect(await life()).toContain("max-age=7,");
});
