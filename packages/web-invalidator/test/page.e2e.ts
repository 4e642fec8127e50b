/** The page for everyone: small, quick to paint, offline, in two languages, at every width, and in both directions. */
import { expect, test } from "./fixtures.ts";
import { openForm, phone, screenshot, tooWide } from "./form-page.ts";

test("the whole page is at most 40 KB as it is sent, and only its style keeps it from being painted", async ({
  page,
  services,
}) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const sizes = new Map<string, number>();
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    sizes.set(requestId, encodedDataLength),
  );
  await openForm(page, services);
  await expect(page.locator("#preview-summary")).toHaveText("Nothing pasted yet.");
  await page.waitForLoadState("networkidle");
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(sizes.size).toBeGreaterThanOrEqual(4);
  expect(total).toBeLessThanOrEqual(40 * 1024);

  const blocking = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(
        (entry) =>
          (entry as PerformanceResourceTiming & { renderBlockingStatus: string }).renderBlockingStatus ===
          "blocking",
      )
      .map(({ name }) => new URL(name).pathname),
  );
  expect(blocking).toEqual([expect.stringMatching(/^\/style-\w+\.css$/)]);
});

test("what a page is measured by: language, title, description, viewport, one first heading, names, nothing shifts", async ({
  page,
  services,
}) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const response = await page.goto(services.purge.url);
  await expect(page.locator("#preview-summary")).toHaveText("Nothing pasted yet.");
  await page.waitForLoadState("networkidle");
  const facts = await page.evaluate(() => ({
    language: document.documentElement.lang,
    title: document.title,
    description: (document.querySelector("meta[name=description]") as HTMLMetaElement).content.length > 20,
    viewport: document.querySelector("meta[name=viewport]") !== null,
    headings: document.querySelectorAll("h1").length,
    mode: document.compatMode,
    elements: document.querySelectorAll("*").length < 800,
    shift:
      (globalThis as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0) < 0.1,
    small: [...document.querySelectorAll("button, select, summary, input")]
      .filter((each) => {
        const { width, height } = each.getBoundingClientRect();
        const label = each.closest("label")?.getBoundingClientRect();
        return height > 0 && (width < 24 || height < 24) && !(label && label.height >= 24);
      })
      .map(({ outerHTML }) => outerHTML),
  }));
  expect(facts).toEqual({
    language: "en",
    title: "Freshet: renew pictures",
    description: true,
    viewport: true,
    headings: 1,
    mode: "CSS1Compat",
    elements: true,
    shift: true,
    small: [],
  });
  const headers = response?.headers() ?? {};
  expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*/);
  expect(headers["content-encoding"]).toMatch(/^(br|gzip)$/);
});

test("the page opens without a network once it was open, says so, and shows no state of a job that may be old", async ({
  page,
  context,
  services,
}) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/offline.jpg");
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");
  await page.evaluate(() => navigator.serviceWorker.ready);

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Still seeing the old picture?" })).toBeVisible();
  await expect(form.trouble).toContainText("You are offline.");
  await expect(form.jobs).toHaveCount(0);
  await expect(page.getByText("DONE in")).toHaveCount(0);
  await page.getByRole("combobox", { name: "Language" }).selectOption("Deutsch");
  await expect(page.getByRole("heading", { name: "Noch immer das alte Bild?" })).toBeVisible();
  await page.screenshot({ path: screenshot("offline"), fullPage: true });
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(
      names.map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname),
      ),
    );
    return all.flat();
  });
  expect(kept.filter((path) => !/^\/(?:(?:main|style|chunk)-\w+\.(?:js|css))?$/.test(path))).toEqual([]);

  await context.setOffline(false);
  await expect(page.getByRole("alert")).toBeEmpty({ timeout: 15_000 });
  await expect(page.locator("#jobs > li").first()).toContainText("DONE");
});

test.describe("for those who read German", () => {
  test.use({ locale: "de-AT", colorScheme: "light" });

  test("all of it is German, and switching loses nothing", async ({ page, services }) => {
    await page.goto(services.purge.url);
    await expect(page.getByRole("heading", { name: "Noch immer das alte Bild?" })).toBeVisible();
    await expect(page).toHaveTitle("Freshet: Bilder erneuern");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
    await page.getByRole("textbox", { name: "Schlüssel" }).fill(services.clientKey);
    await page.keyboard.press("Enter");
    await expect(page.getByText("Schlüssel von doc")).toBeVisible();
    await page
      .getByRole("textbox", { name: "Adressen" })
      .fill("/v7/sample.li/now.php\n/sample.li/a.jpg?w=5\n20");
    await expect(page.locator("#preview-list")).toContainText("doc, gelesen als v7 · /v7/ weggelassen");
    await expect(page.locator("#preview-list")).toContainText('"20" ist kein Hostname');
    await expect(page.getByRole("button", { name: "Ohne Parameter nehmen" })).toBeVisible();
    await expect(page.locator("#preview-list").getByRole("img")).toBeVisible();
    await page.getByRole("button", { name: "Erneuern" }).click();
    await expect(page.locator("#result")).toHaveText(/^\/v7\/sample\.li\/now\.php: DONE nach [\d,]+ m?s$/);
    await expect(page.locator(".verdict")).toHaveText("Ein neues Bild wird ausgeliefert.");
    await page.screenshot({ path: screenshot("german"), fullPage: true });

    await page.getByRole("combobox", { name: "Sprache" }).selectOption("English");
    await expect(page.getByRole("heading", { name: "Still seeing the old picture?" })).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Addresses" })).toHaveValue(/now\.php/);
    await expect(page.locator("#result")).toHaveText(/DONE in/);
    await expect(page).toHaveURL(/\?lang=en#job=/);
    await page.reload();
    await expect(page.getByRole("heading", { name: "Still seeing the old picture?" })).toBeVisible();
  });
});

test("from right to left everything is mirrored, and addresses stay as they are", async ({
  page,
  services,
}) => {
  await page.setViewportSize(phone);
  const form = await openForm(page, services);
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/boat.jpg\n/sample.li/a.jpg?w=1");
  await expect(form.lines.getByRole("img")).toBeVisible();
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");
  await expect(form.job.locator(".verdict")).toBeVisible();
  expect(await tooWide(page)).toEqual([]);
  const brand = await page.locator(".brand svg").boundingBox();
  expect(brand?.x).toBeGreaterThan(phone.width / 2);
  expect(await form.addresses.evaluate((each) => getComputedStyle(each).direction)).toBe("ltr");
  expect(
    await form.lines
      .locator("code")
      .first()
      .evaluate((each) => getComputedStyle(each).direction),
  ).toBe("ltr");
  await page.screenshot({ path: screenshot("right-to-left"), fullPage: true });
});

test("nothing moves for those who asked for less motion", async ({ page, services }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/boat.jpg");
  await expect(form.lines.getByRole("img")).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

for (const width of [320, 360, 768, 1920, 3840]) {
  test(`nothing sticks out at a width of ${width} pixels`, async ({ page, services }) => {
    await page.setViewportSize({ width, height: 740 });
    const form = await openForm(page, services);
    expect(await tooWide(page)).toEqual([]);
    await form.signIn(services.clientKey);
    await page.getByText("More choices").click();
    const long = `/sample.li/${"withoutanybreak".repeat(14)}.jpg`;
    await form.addresses.fill(`${long}\n${long}?w=1\n/sample.li/team/*`);
    expect(await tooWide(page)).toEqual([]);
    await form.invalidate.click();
    await expect(form.dialog).toContainText(/in all\.|Nothing of this is kept now/);
    expect(await tooWide(page)).toEqual([]);
    await form.dialog.getByRole("button", { name: "Renew" }).click();
    await expect(form.result).toContainText("DONE in");
    await expect(form.job).toBeVisible();
    expect(await tooWide(page)).toEqual([]);
  });
}
