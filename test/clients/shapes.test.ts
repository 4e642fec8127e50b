/**
 * Every row of section 18 of the reference: the URLs that published clients make and that stand in public pages, asked
 * of a real server. Hosts of originals became that of an origin on loopback; everything else is as it was found.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatOf, toRaster } from "../../packages/server/src/engine/test-pictures.ts";
import { invalidate } from "../invalidate.ts";
import { createKeeper } from "../keeper.ts";
import { type Running, startPurge, startServer } from "../processes.ts";
import { type PictureOrigin, startPictureOrigin } from "./picture-origin.ts";
import { clientSalts, clientTokens } from "./tokens.ts";

const { keep, newFolder, end } = createKeeper();
let origin: PictureOrigin;
let purge: Running;
let server: Running;

beforeAll(async () => {
  origin = await startPictureOrigin();
  const folder = newFolder();
  const config = join(folder, "freshet.toml");
  writeFileSync(config, clientTokens(origin.host));
  // The key of the default token is the one that the test knows.
  const env = { FRESHET_CONFIG: config, FRESHET_DEFAULT_TOKEN: "prefixed" };
  purge = await keep(startPurge({ dataDir: join(folder, "purge"), env }));
  server = await keep(
    startServer({
      dataDir: join(folder, "server"),
      purgeUrl: purge.url,
      env: { ...env, ...clientSalts, FRESHET_ALLOW_LOCAL_ORIGINS: origin.host },
    }),
  );
}, 60_000);
afterAll(async () => {
  await end();
  await origin[Symbol.asyncDispose]();
});

/** Asks the server, as the host that the URL names; `{o}` is the origin, `{s}` a signature with the salt `abcdefgh`. */
function ask(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const [, host = "", target = ""] = /^(?:https?:)?\/\/([^/]+)(\/.*)$/.exec(sign(url)) ?? [];
  return fetch(server.url + target, { redirect: "manual", headers: { ...headers, host } });
}

/** v7 signs everything behind `/v7` but the signature itself, v6 the path without it (section 11.1). */
function sign(url: string): string {
  const whole = url.replaceAll("{o}", origin.host).replaceAll("{e}", encodeURIComponent(origin.host));
  const path = whole.replace(/^(?:https?:)?\/\/[^/]+/, "").replace(/^\/v7\//, "/");
  const signed = path.includes("@{s}") ? path.replace("@{s}", "").replace(/\?.*/s, "") : unsigned(path);
  return whole.replace("{s}", createHash("sha1").update(`abcdefgh${signed}`).digest("hex"));
}

function unsigned(path: string): string {
  return path.replace(/ci_sign=\{s\}&?/, "").replace(/[?&]$/, "");
}

async function describeAnswer(response: Response): Promise<string> {
  const bytes = await response.bytes();
  if (response.status !== 200) return String(response.status);
  const { width, height } = await toRaster(bytes);
  const format = await formatOf(bytes);
  expect(response.headers.get("content-type")).toBe(`image/${format}`);
  return `${format} ${width}x${height}`;
}

/** Name, URL, what comes, and what the origin is asked for. */
type Row = readonly [shape: string, url: string, expected: string, asked: readonly string[]];

const rows: readonly Row[] = [
  [
    "v7 web plugin",
    "https://token.cloudimg.io/v7/http://{o}/demo/redcharlie.jpg?w=400&org_if_sml=1",
    "jpeg 400x300",
    ["/demo/redcharlie.jpg"],
  ],
  ["v7, no size", "https://token.cloudimg.io/v7/img.jpg?&org_if_sml=1", "jpeg 1600x1200", ["/img.jpg"]],
  [
    "v7, src with query",
    "https://token.cloudimg.io/v7/http://{o}/a.jpg?v=2&w=300",
    "jpeg 300x225",
    ["/a.jpg?v=2"],
  ],
  [
    "v7 crop",
    "https://scaleflex.cloudimg.io/v7/olia-gozha-JiO0j9tEre4-unsplash.jpg?vh=c61740&w=400&h=400&func=crop&gravity=auto",
    "jpeg 400x400",
    ["/olia-gozha-JiO0j9tEre4-unsplash.jpg"],
  ],
  [
    "v7 fit",
    "https://scaleflex.cloudimg.io/v7/fit.jpg?func=fit&w=400&h=400&bg_colour=f2f7fa&ci_info=0",
    "jpeg 400x400",
    ["/fit.jpg"],
  ],
  [
    "v7 plus sign in key",
    "https://scaleflex.cloudimg.io/v7/cloudimage.io/LOGO+WITH+SCALEFLEX-01.png?vh=f6080d&w=350",
    "png 350x263",
    ["/cloudimage.io/LOGO+WITH+SCALEFLEX-01.png"],
  ],
  [
    "v7 360 viewer",
    "https://token.cloudimg.io/v7/http://{o}/car-1.jpg?width=600&f=FILTERS&ar=1:1&gravity=auto",
    "jpeg 600x600",
    ["/car-1.jpg"],
  ],
  [
    "v7 editor",
    // 300 x 200, turned by 45 degrees: (300 + 200) / sqrt(2) = 353.6 on each side.
    "https://token.cloudimg.io/v7/http%3A%2F%2F{e}%2Fedited.jpg?tl_px=10,20&br_px=410,320&w=300&h=200&r=-45&flip=xy&bright=20&wat=1&wat_gravity=absolute&wat_pos=10p,20p&wat_opacity=1&wat_scale=30p&wat_url=http%3A%2F%2F{e}%2Fmark-1.png&ci_url_encoded=1",
    "jpeg 354x354",
    ["/edited.jpg", "/mark-1.png"],
  ],
  [
    "v7 Ruby, filters list",
    "https://token.cloudimg.io/v7/assets/image.jpg?f=bright%3A15%2Ccontrast%3A30%2Cgrey",
    "jpeg 1600x1200",
    ["/assets/image.jpg"],
  ],
  [
    "v7 Ruby, crop box",
    "https://token.cloudimg.io/v7/assets/box.jpg?br_px=420%2C530&tl_px=20%2C30",
    "jpeg 400x500",
    ["/assets/box.jpg"],
  ],
  [
    "Shrine",
    "https://token.cloudimg.io/v7/http://{o}/assets/shrine.jpg?blur=5&h=300&w=300",
    "jpeg 300x300",
    ["/assets/shrine.jpg"],
  ],
  [
    "Shop plugins",
    "//token.cloudimg.io/v7/http://{o}/media/x.jpg?q=85&org_if_sml=1",
    "jpeg 1600x1200",
    ["/media/x.jpg"],
  ],
  [
    "Shopware, with the time in the query",
    "//token.cloudimg.io/v7/http://{o}/media/y.jpg?1621234567&q=80&org_if_sml=1",
    "jpeg 1600x1200",
    ["/media/y.jpg?1621234567"],
  ],
  [
    "Spryker, no v7",
    "https://spryker.cloudimg.io/http://{o}/spryker.jpg?w=400&func=fit",
    "jpeg 400x300",
    ["/spryker.jpg"],
  ],
  [
    "Strapi, scheme stripped",
    "https://strapi.cloudimg.io/v7/{o}/uploads/a.png",
    "png 1600x1200",
    ["/uploads/a.png"],
  ],
  ["Strapi's probe", "https://strapi.cloudimg.io/http://sample.li/blank.png", "png 1x1", []],
  ["Strapi's probe, v7", "https://strapi.cloudimg.io/v7/http://sample.li/blank.png", "png 1x1", []],
  [
    "React Native",
    "https://token.cloudimage.io//native.jpg?w=300&h=200&func=facehide&face_margin=10&blur_faces=1%2C30%2C1000&dpr=2",
    "jpeg 600x400",
    ["/native.jpg"],
  ],
  [
    "v7 original format",
    "https://aheioqhobo.cloudimg.io/v7/_playground-bucket-v2.teleporthq.io_/0a2f/77c1?org_if_sml=1&force_format=original",
    "jpeg 1600x1200",
    ["/playground/0a2f/77c1"],
  ],
  [
    "prefix-less + watermark",
    "https://ajeuwbhvhr.cloudimg.io/http://{o}/files/ascreenshot.jpeg?tl_px=0,0&br_px=1376,769&force_format=jpeg&q=100&width=1120.0&wat=1&wat_opacity=0.7&wat_gravity=northwest&wat_url=http://{o}/FB923C_standard.png&wat_pad=42,-28",
    "jpeg 1120x626",
    ["/FB923C_standard.png", "/files/ascreenshot.jpeg"],
  ],
  [
    "encoded origin on CNAME",
    "https://cdn.taggbox.com/v7/http%3A%2F%2F{e}%2Fmedia%2Fx.webp?w=400&func=cover&ci_url_encoded=1",
    "webp 400x300",
    ["/media/x.webp"],
  ],
  [
    "v6 plain",
    "https://demo.cloudimg.io/width/800/q35.foil1/http://{o}/v6/redcharlie.jpg",
    "jpeg 800x600",
    ["/v6/redcharlie.jpg"],
  ],
  [
    "v6 preview",
    "https://token.cloudimg.io/width/40/q10.foil1/http://{o}/v6/a.jpg",
    "jpeg 40x30",
    ["/v6/a.jpg"],
  ],
  [
    "v6 crop_px",
    "https://demo.cloudimg.io/crop_px/2009,28,2500,316-300x176/n/{o}/girls-3000x3000.jpg",
    "jpeg 300x176",
    ["/girls-3000x3000.jpg"],
  ],
  [
    "v6 crop_px, one side, a space in the name",
    "https://cf75d1d9c.cloudimg.io/crop_px/0,0,1800,2700-483/n/imageserver/original/DM0_973BRIGHR%20COBA-3000x3000.jpg",
    "jpeg 483x725",
    ["/imageserver/original/DM0_973BRIGHR%20COBA-3000x3000.jpg"],
  ],
  [
    "v6 format filters",
    "https://heise.cloudimg.io/bound/1200x1200/q85.png-lossy-85.webp-lossy-85.foil1/_www-heise-de_/imgs/18/v6.jpg",
    "jpeg 1200x900",
    ["/heise/imgs/18/v6.jpg"],
  ],
  [
    "v6 tjpg",
    "https://demo.cloudimg.io/crop/500x500/q75.tjpg/_originals_/1248/x.png",
    "jpeg 500x500",
    ["/originals/1248/x.png"],
  ],
  [
    "v6 cdn, whose filters are ignored",
    "https://demo.cloudimg.io/cdn/n/twebp/http://{o}/ipfs/x",
    "jpeg 1600x1200",
    ["/ipfs/x"],
  ],
  ["v6 cdno", "https://demo.cloudimg.io/cdno/n/q85/http://{o}/cdno.jpg", "jpeg 1600x1200", ["/cdno.jpg"]],
  [
    "v6 cover",
    "https://demo.cloudimg.io/cover/64x64/webp/http://{o}/cover.jpg",
    "webp 64x64",
    ["/cover.jpg"],
  ],
  ["v6 fit", "https://demo.cloudimg.io/fit/500x320/cffffff/http://{o}/fit.jpg", "jpeg 500x320", ["/fit.jpg"]],
  ["v6 crop", "https://demo.cloudimg.io/crop/120x35/x/http://{o}/crop.jpg", "jpeg 120x35", ["/crop.jpg"]],
  [
    "v6 height, with the origin's query",
    "https://demo.cloudimg.io/height/200/n/http://{o}/u/r/blob/master/x.jpg?raw=true",
    "jpeg 267x200",
    ["/u/r/blob/master/x.jpg?raw=true"],
  ],
  ["v4", "http://demo.cloudimg.io/s/resize/200/http://{o}/eiffel.jpg", "jpeg 200x150", ["/eiffel.jpg"]],
  ["v4 cdn", "http://demo.cloudimg.io/s/cdn/x/http://{o}/v4/a.jpg", "jpeg 1600x1200", ["/v4/a.jpg"]],
  ["v4 crop", "http://demo.cloudimg.io/s/crop/400x300/http://{o}/v4/b.jpg", "jpeg 400x300", ["/v4/b.jpg"]],
  ["v4 fit", "http://demo.cloudimg.io/s/fit/1200x600/http://{o}/v4/c.jpg", "jpeg 1200x600", ["/v4/c.jpg"]],
];

describe("the shapes of section 18", () => {
  test.each(rows)("%s: %s", async (_shape, url, expected, asked) => {
    origin.takeAsked();
    const response = await ask(url);
    expect(response.headers.get("x-hexa-missingbehavior")).toBeNull();
    expect(await describeAnswer(response)).toBe(expected);
    expect(origin.takeAsked().sort()).toEqual([...asked]);
  });

  test.each([100, 170, 280, 470, 780, 1300, 2170, 3620, 5760])(
    "srcset widths: %d",
    async (width) => {
      const response = await ask(`https://token.cloudimg.io/v7/assets/image.jpg?w=${width}`);
      expect(await describeAnswer(response)).toBe(`jpeg ${width}x${Math.round(width * 0.75)}`);
    },
    20_000,
  );

  test.each([
    ["image/avif,image/webp,*/*", "avif 1220x915"],
    ["image/webp,*/*", "webp 1220x915"],
    ["*/*", "jpeg 1220x915"],
  ])("v7 format chain, for who accepts %s", async (accept, expected) => {
    const url =
      "https://heise.cloudimg.io/v7/_www-heise-de_/imgs/18/x.jpeg?force_format=avif%2Cwebp%2Cjpeg&org_if_sml=1&q=70&width=1220";
    const response = await ask(url, { accept });
    expect(response.headers.get("vary")).toBe("Accept");
    expect(await describeAnswer(response)).toBe(expected);
  });

  test("v7 proxy", async () => {
    origin.takeAsked();
    const response = await ask(
      "https://scaleflex.cloudimg.io/v7/plugins/filerobot-widget/demo/index.html?vh=d6c246&func=proxy&fmaw_path=/",
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toBe("<p>a page");
    expect(origin.takeAsked()).toEqual(["/plugins/filerobot-widget/demo/index.html?fmaw_path=/"]);
  });

  test("Shrine deletes by an invalidation of the original, spelled as in the URL", async () => {
    const url = "https://token.cloudimg.io/v7/http://{o}/assets/deleted.jpg?h=300&w=300";
    const before = (await ask(url)).headers.get("etag");
    origin.replaceAll();
    expect((await ask(url)).headers.get("etag")).toBe(before);
    await invalidate(purge, {
      scope: "original",
      urls: [`/v7/http://${origin.host}/assets/deleted.jpg`],
    });
    expect((await ask(url)).headers.get("etag")).not.toBe(before);
  });
});

const signedRows: readonly Row[] = [
  [
    "v7 Ruby, signed",
    "https://ruby.cloudimg.io/v7/assets/image.jpg?ci_sign=84c81ef20852013046&w=200",
    "jpeg 200x150",
    ["/assets/image.jpg"],
  ],
  [
    "v7 Ruby, sealed",
    "https://demoseal.cloudimg.io/v7/sample.li/birds.jpg?ci_eqs=Zj1icmlnaHQlM0ExMCUyQ2NvbnRyYXN0JTNBMjAmdz0zMDA&ci_seal=67dd8cc44f6ba44ee5&h=400",
    "jpeg 300x400",
    [],
  ],
  [
    "40-digit signature, alias watermark",
    "https://ce8dc832c.cloudimg.io/v7/_cdn_/CA/419244_1.jpg?width=640&height=480&wat=1&wat_url=_tme-wrk_%2Ftme_mark.png&wat_scale=100p&ci_sign={s}",
    "jpeg 640x480",
    ["/cdn/CA/419244_1.jpg", "/wrk/tme_mark.png"],
  ],
  [
    "preset + signature",
    "https://cutjhqvjma.cloudimg.io/_prod_/sweepbright-s3/x.jpg?ci_sign={s}&ci_url_encoded=1&p=default",
    "png 320x240",
    ["/prod/sweepbright-s3/x.jpg"],
  ],
  [
    "v6 signed",
    "//123456789.cloudimg.io/crop/640x480/q50.r90@{s}/http://{o}/my-image.jpg",
    "jpeg 480x640",
    ["/my-image.jpg"],
  ],
  [
    "v6 signed + watermark",
    "https://ce8dc832c.cloudimg.io/fit/640x480/fwk@{s}/_cdn_/DA/733101_1.jpg?mark_url=_tme-wrk_%2Fmark_new_render3d.png&mark_pos=center&mark_size=100pp",
    "jpeg 640x480",
    ["/cdn/DA/733101_1.jpg", "/wrk/mark_new_render3d.png"],
  ],
];

describe("the signed and sealed shapes of section 18", () => {
  test.each(signedRows)("%s: %s", async (_shape, url, expected, asked) => {
    origin.takeAsked();
    expect(await describeAnswer(await ask(url))).toBe(expected);
    expect(origin.takeAsked().sort()).toEqual([...asked]);
  });

  test.each([
    "https://ruby.cloudimg.io/v7/assets/image.jpg?w=200",
    "https://ruby.cloudimg.io/v7/assets/image.jpg?ci_sign=84c81ef20852013046&w=201",
    "https://demoseal.cloudimg.io/v7/sample.li/birds.jpg?ci_eqs=Zj1icmlnaHQlM0ExMCUyQ2NvbnRyYXN0JTNBMjAmdz0zMDA&ci_seal=67dd8cc44f6ba44ee6&h=400",
    "https://123456789.cloudimg.io/crop/640x481/q50.r90@19cb88863ff0ac5185773ffcec9b0cf522b367b5/http://{o}/my-image.jpg",
    "https://cutjhqvjma.cloudimg.io/_prod_/sweepbright-s3/x.jpg?ci_sign=f0f9bc88884d7c778536ddc93d4e657169a02777&ci_url_encoded=1&p=default",
  ])("refused, and nothing fetched: %s", async (url) => {
    origin.takeAsked();
    expect((await ask(url)).status).toBe(403);
    expect(origin.takeAsked()).toEqual([]);
  });
});
