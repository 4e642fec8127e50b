/** A watermark is an original of its own: whoever purges it has every picture that carries it made again. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  blue,
  type Color,
  distance,
  green,
  pixelAt,
  raster,
  red,
  toPng,
  toRaster,
} from "../packages/server/src/engine/test-pictures.ts";
import { invalidate } from "./invalidate.ts";
import { dataFolder, type Running, startPurge, startServer } from "./processes.ts";

const data = dataFolder();
let markColor: Color = red;
let origin: Bun.Server<undefined>;
let purge: Running;
let server: Running;

beforeAll(async () => {
  origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const isMark = new URL(request.url).pathname.includes("mark");
      const picture = isMark ? raster(20, 20, () => markColor) : raster(100, 60, () => blue);
      return new Response(Buffer.from(await toPng(picture)), { headers: { "content-type": "image/png" } });
    },
  });
  const config = `${data.path}/freshet.toml`;
  const place = `http://127.0.0.1:${origin.port}`;
  await Bun.write(
    config,
    `[tokens.doc]\nwatermark = "_cdn_/own-mark.png"\nauto_formats = ["webp"]\naliases = { _cdn_ = "${place}" }\n`,
  );
  const env = { FRESHET_CONFIG: config, FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}` };
  purge = await startPurge({ dataDir: `${data.path}/purge`, env });
  server = await startServer({ dataDir: `${data.path}/server`, purgeUrl: purge.url, env });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await purge?.stop();
  await origin?.stop(true);
  data.remove();
});

async function shown(query: string, accept = "image/*") {
  const response = await fetch(`${server.url}/_cdn_/photo.png?${query}`, { headers: { accept } });
  expect(response.status).toBe(200);
  const picture = await toRaster(await response.bytes());
  return {
    etag: response.headers.get("etag"),
    type: response.headers.get("content-type"),
    // The mark, northwest, and the photograph beside it.
    mark: pixelAt(picture, 5, 5),
    photo: pixelAt(picture, 90, 50),
  };
}

test("purging a watermark refreshes every picture that carries it, and no other", async () => {
  const url = "wat=1&wat_url=_cdn_/mark.png&wat_gravity=northwest";
  const several = "w=100&wat=1&wat_url[1]=_cdn_/mark.png&wat_gravity[1]=northwest&wat_text[2]=a";
  const own = "wat=1&wat_gravity=northwest";
  const before = await Promise.all([url, several, own, "w=100"].map((query) => shown(query)));
  expect(before.map(({ mark }) => mark)).toEqual([red, red, red, blue]);

  markColor = green;
  // Nothing was purged yet: what is kept is what is answered.
  expect((await shown(url)).mark).toEqual(red);
  await invalidate(purge, { scope: "original", urls: ["/_cdn_/mark.png"] });
  const after = await Promise.all([url, several, own, "w=100"].map((query) => shown(query)));
  expect(after.map(({ mark }) => mark)).toEqual([green, green, red, blue]);
  expect(after.map(({ etag }, at) => etag === before[at]?.etag)).toEqual([false, false, true, true]);

  // The token's own, which no URL names.
  await invalidate(purge, { scope: "original", urls: ["/_cdn_/own-mark.png"] });
  const last = await Promise.all([url, several, own, "w=100"].map((query) => shown(query)));
  expect(last.map(({ mark }) => mark)).toEqual([green, green, green, blue]);
  expect(last.every(({ photo }) => distance(photo, blue) === 0)).toBe(true);
});

test("a token's automatic WebP goes to those who accept it", async () => {
  const types = await Promise.all(
    ["image/webp,*/*", "image/*", "*/*"].map(async (accept) => (await shown("w=90", accept)).type),
  );
  expect(types).toEqual(["image/webp", "image/png", "image/png"]);
});
