import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { openForm, tooWide } from "./form-page.ts";
import { ownHost } from "./services.ts";

const screenshots = fileURLToPath(new URL("../../../.reports/screenshots/", import.meta.url));
const desktop = { width: 1280, height: 900 };

/** Fingerprint of the picture at this address as this page's browser gets it, with whatever its own cache adds. */
async function loadPicture(page: Page, url: string): Promise<string> {
  const response = await page.goto(url);
  expect(response?.headers()).toHaveProperty("content-type", "image/png");
  return page.evaluate(async () => {
    const hash = await crypto.subtle.digest("SHA-256", await (await fetch(location.href)).arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
}

test("a picture that was replaced is seen anew after an invalidation, and not before", async ({
  page,
  browser,
  services,
}) => {
  const pictureUrl = `${services.server.url}/sample.li/now.php?width=500`;
  // A window of its own: a tab in the background is slowed down.
  const picture = await browser.newPage();
  const before = await loadPicture(picture, pictureUrl);
  expect(await loadPicture(picture, pictureUrl)).toBe(before);

  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await expect(form.invalidate).toBeDisabled();
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/now.php");
  await expect(form.lines).toHaveText(["Original/sample.li/now.php"]);
  await form.invalidate.click();

  await expect(form.result).toHaveText(/^\/sample\.li\/now\.php: DONE in \d[\d.]* (ms|s)$/);
  await expect(form.jobs.first()).toContainText(/DONE in \d/);
  expect(await loadPicture(picture, pictureUrl)).not.toBe(before);
  await picture.close();

  await form.jobs.first().locator("summary").click();
  await expect(form.jobs.first()).toContainText("has dropped the old pictures");
  await page.screenshot({ path: join(screenshots, "form-light.png"), fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: join(screenshots, "form-dark.png"), fullPage: true });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.screenshot({ path: join(screenshots, "form-phone.png"), fullPage: true });
});

test("a reload keeps the key in this tab only, and brings the jobs back from the service", async ({
  page,
  services,
}) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/reloaded.jpg");
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");

  await page.reload();
  await expect(page.getByText("Accepted for doc")).toBeVisible();
  await expect(form.jobs.filter({ hasText: "/sample.li/reloaded.jpg" })).toContainText("DONE in");
  expect(page.url()).not.toContain(services.clientKey);
  expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, ""]);

  await page.getByRole("button", { name: "Use another key" }).click();
  await expect(form.key).toBeFocused();
  await expect(form.jobs).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("the preview says how each line will be read, or why it will not be sent", async ({
  page,
  services,
}) => {
  const form = await openForm(page, services);
  await form.addresses.fill("/sample.li/flat.jpg");
  await expect(form.preview).toContainText("Enter your client key to see how these lines will be read.");
  await form.signIn(services.clientKey);

  const pasted = [
    `https://${ownHost}/sample.li/a.jpg`,
    "/v7/sample.li/b.jpg, sample.li/b.jpg",
    "/sample.li/team/*",
    "/sample.li/flat.jpg?w=500",
    "<img src=x onerror=alert(1)>",
  ];
  await form.addresses.fill(pasted.join("\n"));
  await expect(form.lines).toHaveText([
    `Original/sample.li/a.jpghost ${ownHost} left out`,
    "Original/sample.li/b.jpg/v7/ left out · pasted 2 times",
    "Folder/sample.li/team/*",
    /^Not readable\/sample\.li\/flat\.jpg\?w=500"w=500" names one transformed picture: leave the query out/,
    /^Not readable<img src=x onerror=alert\(1\)>.*is not a host name/,
  ]);
  await expect(form.preview).toContainText(
    "2 originals, 1 folder; 2 lines cannot be read and will not be sent; 1 duplicate folded.",
  );
  await expect(page.locator("[aria-live=polite]")).toContainText(
    '/sample.li/flat.jpg?w=500: "w=500" names one',
  );
  await page.setViewportSize(desktop);
  await page.screenshot({ path: join(screenshots, "form-preview.png"), fullPage: true });

  await form.addresses.fill("/sample.li/flat.jpg?w=500");
  await expect(form.invalidate).toBeDisabled();
  await expect(page.getByText("No line can be read")).toBeVisible();
  await page.getByRole("button", { name: "Leave the query out of 1 line" }).click();
  await expect(form.addresses).toHaveValue("/sample.li/flat.jpg");
  await expect(form.invalidate).toBeEnabled();

  await form.chooseScope("Exact URLs");
  await form.addresses.fill(
    "/v7/sample.li/flat.jpg?func=crop&w=9&tl_px=1,2, /sample.li/flat.jpg?w=5&vh=2\n/sample.li/*",
  );
  await expect(form.lines).toHaveText([
    /^One URL\/sample\.li\/flat\.jpg \[.+\]\/v7\/ left out$/,
    /^One URL\/sample\.li\/flat\.jpg \[.+\] vh=2$/,
    /^Not readable\/sample\.li\/\*a wildcard needs scope "original"/,
  ]);
});

test("an address of v6 is read as such once the box is ticked, and sent so", async ({ page, services }) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/width/500/n/sample.li/flat.jpg");
  await expect(form.lines).toContainText('tick "Use v6 API"');
  await page.getByRole("checkbox", { name: "Use v6 API" }).check();
  await expect(form.lines).toHaveText([/^Original\/sample\.li\/flat\.jpg\/width\/500\/n\/ left out/]);
  await form.chooseScope("Exact URLs");
  await expect(form.lines).toHaveText(["One URL/sample.li/flat.jpg [w=500]"]);
  await form.invalidate.click();
  await expect(form.result).toHaveText(/DONE in \d/);
});

test("old URLs are said in v7, with what cannot be translated named", async ({ page, services }) => {
  await openForm(page, services);
  await page.getByText("What is my old URL in v7?").click();
  const old = page.getByRole("textbox", { name: "Old URLs" });
  await old.fill("https://demo.cloudimg.io/width/500/q_auto.foil1/sample.li/flat.jpg");
  const output = page.locator("#new-urls");
  await expect(output).toContainText("https://demo.cloudimg.io/v7/sample.li/flat.jpg?w=500&org_if_sml=1");
  await expect(output).toContainText("q_auto");
  await page.screenshot({ path: join(screenshots, "form-translate.png"), fullPage: true });
});

for (const [name, key, sentence] of [
  ["is not known", "freshet_wrong-key-of-somebody-else", "This key is not known here."],
  ["cannot be one", "мой ключ", "A key has only letters, digits and signs"],
] as const) {
  test(`a key that ${name} is refused in plain words`, async ({ page, services }) => {
    const form = await openForm(page, services);
    await form.key.fill(key);
    await form.key.press("Enter");
    await expect(page.getByText(sentence)).toBeVisible();
    await expect(form.trouble).toBeEmpty();
    await expect(form.invalidate).toBeDisabled();
    await expect(form.key).toHaveAttribute("aria-invalid", "true");
  });
}

test("everything is renewed only after it was confirmed", async ({ page, services }) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.postData() ?? "");
  });
  const confirm = page.getByRole("checkbox", { name: /^Yes, renew every picture of doc/ });

  await form.addresses.fill("/*");
  await expect(form.invalidate).toBeDisabled();
  await confirm.check();
  await expect(form.invalidate).toBeEnabled();

  await form.chooseScope("Everything");
  await expect(confirm).not.toBeChecked();
  await expect(form.invalidate).toBeDisabled();
  await form.invalidate.click({ force: true });

  await confirm.check();
  await form.invalidate.click();
  await expect(form.result).toContainText(/^Everything: DONE in/);
  await expect(confirm).not.toBeChecked();
  expect(sent).toEqual(['{"scope":"all"}']);
});

test("the keyboard alone is enough, and shows where it is", async ({ page, services }) => {
  const form = await openForm(page, services);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    expect(outline).toBe("solid");
  };

  await press("Tab");
  await page.keyboard.type(services.clientKey);
  await press("Tab", "Space");
  await expect(form.key).toHaveAttribute("type", "text");
  await press("Space", "Tab", "Enter");
  await expect(form.addresses).toBeFocused();

  await page.keyboard.type("/sample.li/keyboard.jpg");
  await press("Shift+Tab", "ArrowDown");
  await expect(page.getByRole("radio", { name: "Exact URLs" })).toBeChecked();
  await expect(form.lines).toContainText(["One URL"]);
  await press("ArrowUp", "Tab", "Tab");
  await expect(page.getByRole("checkbox", { name: "Use v6 API" })).toBeFocused();
  await press("Tab");
  await expect(form.invalidate).toBeFocused();
  await press("Enter");
  await expect(form.result).toContainText("DONE in");

  await press("Tab", "Tab", "Tab", "Enter");
  await expect(form.jobs.first()).toContainText("has dropped the old pictures");
  await expect(form.jobs.first().locator("summary")).toBeFocused();
});

test("a service that dies is told at once, nothing seems to run, and all goes on when it is back", async ({
  page,
  start,
}) => {
  const services = await start();
  try {
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    await form.addresses.fill("/sample.li/now.php");
    // A server that vanished is waited for until its lease has ended: long enough to take purge-api away meanwhile.
    await services.server.kill();
    await form.invalidate.click();
    const job = form.jobs.first();
    // The second are those that may be left from before a log was lost: nobody knows of a new one that it is new.
    await expect(job).toContainText(/Waiting for (?:1 image server|2 image servers)/);
    await expect(job.locator("progress")).toBeVisible();

    await services.purge.kill();
    await expect(form.trouble).toContainText("The purge service does not answer.");
    await expect(job).toContainText("NO ANSWER, last heard: FLUSHING IMAGE SERVERS");
    await expect(form.result).toContainText("NO ANSWER");
    await expect(job.locator("progress")).toBeHidden();

    await form.invalidate.click();
    await expect(form.result).toContainText("It is not known whether your invalidation arrived.");

    await services.restartPurge();
    await expect(form.trouble).toBeEmpty({ timeout: 15_000 });
    await expect(job).toContainText("DONE in", { timeout: 20_000 });
  } finally {
    await services.stop();
  }
});

for (const width of [320, 360, 768]) {
  test(`nothing sticks out at a width of ${width} pixels`, async ({ page, services }) => {
    await page.setViewportSize({ width, height: 740 });
    const form = await openForm(page, services);
    expect(await tooWide(page)).toEqual([]);
    await form.signIn(services.clientKey);
    const long = `/sample.li/${"withoutanybreak".repeat(14)}.jpg`;
    await form.addresses.fill(`${long}\n${long}?w=1\n/sample.li/team/*`);
    expect(await tooWide(page)).toEqual([]);
    await form.invalidate.click();
    await expect(form.result).toContainText("DONE in");
    await form.jobs.first().locator("summary").click();
    expect(await tooWide(page)).toEqual([]);
  });
}
