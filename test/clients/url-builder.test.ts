/** The URL builder that Cloudimage's plugins for React, Vue, Angular, Next.js and plain pages share, from npm. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { determineContainerProps, generateURL, getPreviewSRC } from "cloudimage-responsive-utils";
import { formatOf, toRaster } from "../../packages/server/src/engine/test-pictures.ts";
import { createKeeper } from "../keeper.ts";
import { type Running, startServer } from "../processes.ts";

const { keep, newFolder, end } = createKeeper();
let server: Running;
beforeAll(async () => {
  server = await keep(startServer({ dataDir: newFolder() }));
}, 30_000);
afterAll(end);

/** What the plugins set where a page says nothing else. */
const config = {
  token: "doc",
  domain: "cloudimg.io",
  apiVersion: "v7",
  params: { org_if_sml: 1 },
  limitFactor: 100,
  previewQualityFactor: 10,
  imageSizeAttributes: "use",
};

/** Of 1024 x 788 pixels. */
const src = "https://sample.li/flat.jpg";

interface Page {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly width?: number;
  readonly height?: number;
  readonly ratio?: number;
  readonly dpr?: number;
  readonly src?: string;
}

/** As a plugin does it: first the size of the element, then the URL. */
function urlOf(page: Page, build: typeof generateURL = generateURL): string {
  const settings = { ...config, ...page.config };
  const params = page.params ?? {};
  const containerProps = determineContainerProps({
    config: settings,
    params,
    ...(page.width && { imgNodeWidth: page.width }),
    ...(page.height && { imgNodeHeight: page.height }),
    ...(page.ratio && { imgNodeRatio: page.ratio }),
  });
  const devicePixelRatio = page.dpr ?? 1;
  return build({ src: page.src ?? src, config: settings, params, containerProps, devicePixelRatio });
}

async function pictureAt(url: string): Promise<string> {
  const { host, pathname, search } = new URL(url);
  const response = await fetch(server.url + pathname + search, { headers: { host } });
  expect(response.status).toBe(200);
  const bytes = await response.bytes();
  const { width, height } = await toRaster(bytes);
  return `${await formatOf(bytes)} ${width}x${height}`;
}

describe("cloudimage-responsive-utils", () => {
  test.each<[page: Page, query: string, picture: string]>([
    [{ width: 400 }, "w=400&org_if_sml=1", "jpeg 400x308"],
    [{ width: 225, dpr: 1.5 }, "w=337.5&org_if_sml=1", "jpeg 338x260"],
    [{ width: 400, dpr: 2 }, "w=800&org_if_sml=1", "jpeg 800x616"],
    // Wider than the original, and org_if_sml=1.
    [{ width: 400, dpr: 3 }, "w=1200&org_if_sml=1", "jpeg 1024x788"],
    [{ width: 400, ratio: 2 }, "w=400&h=200&org_if_sml=1", "jpeg 400x200"],
    // What it makes of an element without a width where there is no browser to measure it.
    [{ height: 150 }, "w=25&h=150&org_if_sml=1", "jpeg 25x150"],
    [
      { width: 300, height: 300, params: { func: "crop", gravity: "auto" } },
      "w=300&h=300&org_if_sml=1&func=crop&gravity=auto",
      "jpeg 300x300",
    ],
    [
      { params: { func: "fit", w: 400, h: 400, bg_colour: "f2f7fa", ci_info: 0 } },
      "w=400&h=400&org_if_sml=1&func=fit&bg_colour=f2f7fa&ci_info=0",
      "jpeg 400x400",
    ],
    [
      { width: 250, params: { f: "bright:15,contrast:30,grey", force_format: "webp" } },
      "w=250&org_if_sml=1&f=bright%3A15%2Ccontrast%3A30%2Cgrey&force_format=webp",
      "webp 250x192",
    ],
    [{ src: `${src}?v=2`, width: 320 }, "v=2&w=320&org_if_sml=1", "jpeg 320x246"],
  ])("%j", async (page, query, picture) => {
    const url = urlOf(page);
    expect(url.slice(url.indexOf("?") + 1)).toBe(query);
    expect(await pictureAt(url)).toBe(picture);
  });

  test("without any size the query begins with an ampersand", async () => {
    const url = generateURL({ src, config, params: {}, containerProps: {} });
    expect(url).toBe("https://doc.cloudimg.io/v7/https://sample.li/flat.jpg?&org_if_sml=1");
    expect(await pictureAt(url)).toBe("jpeg 1024x788");
  });

  test("a low-quality preview is a tenth of the size", async () => {
    const url = urlOf({ width: 400, params: {} }, getPreviewSRC);
    expect(url).toBe("https://doc.cloudimg.io/v7/https://sample.li/flat.jpg?w=40&org_if_sml=1");
    expect(await pictureAt(url)).toBe("jpeg 40x31");
  });

  test.each([
    [{ apiVersion: null }, "https://doc.cloudimg.io/https://sample.li/flat.jpg?w=400&org_if_sml=1"],
    [
      { customDomain: true, domain: "img.shop.example" },
      "https://img.shop.example/v7/https://sample.li/flat.jpg?w=400&org_if_sml=1",
    ],
  ])("with %j", async (changed, expected) => {
    const url = urlOf({ width: 400, config: changed });
    expect(url).toBe(expected);
    expect(await pictureAt(url)).toBe("jpeg 400x308");
  });
});
