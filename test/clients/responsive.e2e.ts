/** `js-cloudimage-responsive` from npm, in Chromium, against the real server. */
import { expect, type Page, type Response } from "@playwright/test";
import sharp from "sharp";
import { plugins, test } from "./browser.ts";

/** What came of one URL of the plugin's. */
interface Arrival {
  /** Behind `/v7/`. */
  readonly asked: string;
  readonly status: number;
  /** In pixels of the file. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

// In words, because the types of the page's own world are not those of a test.
const allHaveCome = `[...document.images].every(
  ({ complete, naturalWidth, currentSrc }) => complete && naturalWidth > 0 && currentSrc.includes("cloudimg.io"),
)`;
const naturalWidths = "[...document.images].map(({ naturalWidth }) => naturalWidth)";

/** Opens a page and waits until every picture in it has come. */
async function arrivals(page: Page, url: string): Promise<Arrival[]> {
  const responses: Response[] = [];
  page.on("response", (response) => {
    if (new URL(response.url()).hostname === "doc.cloudimg.io") responses.push(response);
  });
  await page.goto(url);
  await expect.poll(() => page.evaluate<boolean>(allHaveCome)).toBe(true);
  await page.waitForLoadState("networkidle");
  return Promise.all(responses.map(describeResponse));
}

async function describeResponse(response: Response): Promise<Arrival> {
  const { info } = await sharp(await response.body())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const asked = response.url().replace("https://doc.cloudimg.io/v7/", "");
  return { asked, status: response.status(), width: info.width, height: info.height };
}

const flat = "https://sample.li/flat.jpg";

/** Elements as in the plugin's documentation; flat.jpg has 1024 x 788 pixels. */
const body = `
<div style="width: 350px"><img ci-src="${flat}"></div>
<img ci-src="${flat}" width="230" style="width: 230px">
<div style="width: 320px; height: 240px">
  <img ci-src="${flat}" ci-params="w=320&h=240&func=crop&gravity=auto">
</div>`;

for (const plugin of plugins) {
  test(`${plugin}: pictures come in the sizes that the plugin asks for`, async ({ page, site }) => {
    const came = await arrivals(page, site.page(plugin, body));
    for (const expected of [
      // A container of 350 px, rounded up to the next hundred.
      { asked: `${flat}?w=400&org_if_sml=1`, status: 200, width: 400, height: 308 },
      { asked: `${flat}?w=230&org_if_sml=1`, status: 200, width: 230, height: 177 },
      {
        asked: `${flat}?w=320&h=240&org_if_sml=1&func=crop&gravity=auto`,
        status: 200,
        width: 320,
        height: 240,
      },
    ]) {
      expect(came).toContainEqual(expected);
    }
    for (const { asked, status, width, height } of came) {
      const query = new URLSearchParams(asked.split("?").at(-1));
      expect(status).toBe(200);
      expect(width).toBe(Number(query.get("w")));
      if (query.has("h")) expect(height).toBe(Number(query.get("h")));
    }
  });
}

test("plain: a picture's natural width is what was asked for", async ({ page, site }) => {
  await arrivals(page, site.page("plain", body));
  const widths = await page.evaluate<number[]>(naturalWidths);
  expect(widths).toEqual([400, 230, 320]);
});

test("low-preview: a small preview comes first", async ({ page, site }) => {
  const wide = `<div style="width: 750px"><img ci-src="${flat}"></div>`;
  const came = await arrivals(page, site.page("low-preview", wide));
  const widths = came.map(({ width }) => width);
  expect(Math.min(...widths.map(Number))).toBeLessThan(100);
  expect(widths).toContain(800);
});

test("plain: a background image", async ({ page, site }) => {
  const element = `<div ci-bg-url="${flat}" style="width: 480px; height: 200px"></div>`;
  const came = await arrivals(page, site.page("plain", element));
  expect(came).toEqual([{ asked: `${flat}?w=500&h=200&org_if_sml=1`, status: 200, width: 500, height: 200 }]);
});

test("plain: another picture for each width of the window", async ({ page, site }) => {
  const element = `<img ci-src="${flat}" ci-sizes="{ 'sm': { 'w': 400, 'h': 150 }, 'lg': { 'w': 700, 'h': 350 } }">`;
  await page.setViewportSize({ width: 1100, height: 600 });
  const wide = await arrivals(page, site.page("plain", element));
  expect(wide.map(({ width, height }) => [width, height])).toEqual([[700, 350]]);
  await page.setViewportSize({ width: 600, height: 600 });
  const narrow = await arrivals(page, site.page("plain", element));
  expect(narrow.map(({ width, height }) => [width, height])).toEqual([[400, 150]]);
});

test.describe("on a screen with two pixels for one", () => {
  test.use({ deviceScaleFactor: 2 });

  test("plain: twice the width comes", async ({ page, site }) => {
    const came = await arrivals(page, site.page("plain", body));
    expect(came.map(({ width }) => width).sort()).toEqual([460, 640, 700]);
    const widths = await page.evaluate<number[]>(naturalWidths);
    expect(widths).toEqual([350, 230, 320]);
  });
});
