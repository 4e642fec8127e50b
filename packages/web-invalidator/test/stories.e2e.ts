/** What a person comes for: a picture that was replaced is seen anew, and believed. */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { desktop, openForm, phone, screenshot } from "./form-page.ts";
import { ownHost } from "./services.ts";

/** Fingerprint of the picture at this address as this page's browser gets it, with whatever its own cache adds. */
async function loadPicture(page: Page, url: string): Promise<string> {
  const response = await page.goto(url);
  expect(response?.headers()).toHaveProperty("content-type", "image/png");
  return page.evaluate(async () => {
    const hash = await crypto.subtle.digest("SHA-256", await (await fetch(location.href)).arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
}

test("a picture that was replaced is seen anew after an invalidation, not before, and the page shows both", async ({
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
  await form.addresses.fill("/sample.li/now.php\nhttps://img.example/v7/sample.li/boat.jpg");
  await expect(form.lines.nth(0)).toContainText(/Kept now · [\d.]+ KB · .+ · [0-9a-f]{8}$/);
  await expect(form.lines.nth(0).getByRole("img")).toBeVisible();
  await form.invalidate.click();

  await expect(form.result).toHaveText(/^\/sample\.li\/now\.php and 1 more: DONE in \d[\d.]* (ms|s)$/);
  await expect(form.jobs.first()).toContainText(/DONE in \d/);
  expect(await loadPicture(picture, pictureUrl)).not.toBe(before);
  await picture.close();

  const verdicts = form.job.locator(".verdict");
  await expect(verdicts).toHaveText([
    "A new picture is served.",
    "The picture is still the same: its website gives out this one.",
  ]);
  const etags = await form.job.locator("dt", { hasText: "ETag" }).locator("+ dd").allTextContents();
  expect(etags).toHaveLength(4);
  expect(etags[0]).not.toBe(etags[1]);
  expect(etags[2]).toBe(etags[3]);
  await expect(form.job.getByRole("img")).toHaveCount(4);
  await expect(form.job).toContainText("has dropped the old pictures");

  for (const [colorScheme, name, size] of [
    ["light", "done-light", desktop],
    ["dark", "done-dark", desktop],
    ["light", "done-phone", phone],
    ["dark", "done-phone-dark", phone],
    ["light", "done-4k", { width: 3840, height: 2160 }],
  ] as const) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.screenshot({ path: screenshot(name), fullPage: true });
  }
});

test("a reload keeps the key in this tab only, and brings the history back from the service", async ({
  page,
  services,
}) => {
  const form = await openForm(page, services);
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOurs = url.origin === services.purge.url || url.protocol === "blob:" || url.protocol === "data:";
    if (!isOurs || request.url().includes(services.clientKey)) elsewhere.push(request.url());
  });
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/reloaded.jpg");
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");

  await page.reload();
  await expect(page.getByText("Key of doc")).toBeVisible();
  await expect(form.jobs.filter({ hasText: "/sample.li/reloaded.jpg" })).toContainText("DONE in");
  expect(page.url()).not.toContain(services.clientKey);
  expect(elsewhere).toEqual([]);
  const places = await page.evaluate(async () => [
    localStorage.length,
    document.cookie,
    (await indexedDB.databases()).length,
  ]);
  expect(places).toEqual([0, "", 0]);

  await page.getByRole("button", { name: "Use another key" }).click();
  await expect(form.key).toBeFocused();
  await expect(form.jobs).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("whatever is pasted is found, and each line says how it will be read", async ({ page, services }) => {
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.addresses.fill("/sample.li/flat.jpg");
  await expect(form.preview).toContainText("Enter your client key to see how these lines will be read.");
  await form.signIn(services.clientKey);

  const list = [
    `https://${ownHost}/sample.li/a.jpg`,
    "/v7/sample.li/b.jpg?vh=3, sample.li/b.jpg",
    "/sample.li/team/*",
  ];
  await form.addresses.fill(list.join("\n"));
  await expect(form.lines.locator("div")).toHaveText([
    new RegExp(`^Original/sample\\.li/a\\.jpgdoc, read as v7 · host ${ownHost} left out`),
    /^Original\/sample\.li\/b\.jpgdoc, read as v7 · \/v7\/ left out · vh ignored: every version is purged · pasted 2 times/,
    /^Folder\/sample\.li\/team\/\*doc, read as v7$/,
  ]);
  await expect(form.preview).toContainText("2 originals, 1 folder; 1 duplicate folded.");

  const html = `<p>Our <b>team</b></p><picture><source srcset="https://${ownHost}/v7/sample.li/1.jpg 1x, /sample.li/2.jpg 2x">
    <img alt="" src="/sample.li/3.jpg"></picture><div style="background:url(/sample.li/4.jpg)"></div>`;
  await form.addresses.fill(html);
  await expect(form.lines.locator("code")).toHaveText([1, 2, 3, 4].map((at) => `/sample.li/${at}.jpg`));
  await form.addresses.fill('srcset="/sample.li/1.jpg 300w, /sample.li/2.jpg 600w"');
  await expect(form.lines.locator("code")).toHaveText(["/sample.li/1.jpg", "/sample.li/2.jpg"]);
  await form.addresses.fill(
    'nr;picture;"title"\n1;"/sample.li/1.jpg";"Sea; and sand"\n2;/sample.li/2.jpg;Hills',
  );
  await expect(form.lines.locator("code")).toHaveText(["/sample.li/1.jpg", "/sample.li/2.jpg"]);
  await expect(form.preview).toContainText("cells without an address left out");

  await form.chooseScope("Exact URLs");
  await form.addresses.fill("/v7/sample.li/flat.jpg?func=crop&w=9&tl_px=1,2, /sample.li/flat.jpg?w=5&vh=2");
  await expect(form.lines.locator("code")).toHaveText([
    /^\/sample\.li\/flat\.jpg \[.+\]$/,
    /^\/sample\.li\/flat\.jpg \[.+\] vh=2$/,
  ]);
});

test("a piece of a page is pasted as it is copied, pictures and all", async ({ page, services }) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.focus();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", '<h1>Sea</h1><img src="/sample.li/boat.jpg?w=500">');
    clipboardData.setData("text/plain", "Sea");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  });
  await expect(form.lines).toContainText(["/sample.li/boat.jpg?w=500"]);
});

test("a line that cannot be read says why, and one click mends it", async ({ page, services }) => {
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  const mend = (name: string | RegExp) => form.lines.getByRole("button", { name });

  await form.addresses.fill(
    "/sample.li/1.jpg?w=500\n/sample.li/2.jpg?w=500\n<img src=x onerror=alert(1)>".slice(0, 45),
  );
  await expect(form.preview).toContainText("2 lines cannot be read and will not be sent.");
  await expect(page.locator("[aria-live=polite]")).toContainText('/sample.li/1.jpg?w=500: "w=500" names one');
  await expect(form.invalidate).toBeDisabled();
  await expect(page.getByText("No line can be read")).toBeVisible();
  await page.screenshot({ path: screenshot("mend"), fullPage: true });
  await mend("Leave the query out of 2 lines").first().click();
  await expect(form.addresses).toHaveValue("/sample.li/1.jpg\n/sample.li/2.jpg");
  await expect(form.addresses).toBeFocused();
  await expect(form.invalidate).toBeEnabled();

  await form.addresses.fill("/sample.li/*/x.jpg");
  await mend("Take the whole folder").click();
  await expect(form.addresses).toHaveValue("/sample.li/*");
  await form.addresses.fill("“sample.li/a b.jpg”");
  await form.chooseScope("Exact URLs");
  await form.addresses.fill("/sample.li/*");
  await mend("Take originals instead").click();
  await expect(page.getByRole("radio", { name: /^Original/ })).toBeChecked();
  await form.addresses.fill("/width/500/n/sample.li/flat.jpg");
  await mend("Read as v6").click();
  await expect(page.getByRole("checkbox", { name: "Use v6 API" })).toBeChecked();
  await expect(form.lines).toContainText(["doc, read as v6 · /width/500/n/ left out"]);
  await form.addresses.fill("<img src=x onerror=alert(1)>");
  await expect(form.lines).toContainText(['"x" is not a host name']);
  await expect(mend(/./)).toHaveCount(0);
});

test("an address of v6 is read as such once the box is ticked, shown, and sent so", async ({
  page,
  services,
}) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await page.getByRole("checkbox", { name: "Use v6 API" }).check();
  await form.chooseScope("Exact URLs");
  await form.addresses.fill("/width/500/n/sample.li/flat.jpg");
  await expect(form.lines.locator("code")).toHaveText(["/sample.li/flat.jpg [w=500]"]);
  await expect(form.lines.getByRole("img")).toBeVisible();
  await form.invalidate.click();
  await expect(form.result).toHaveText(/DONE in \d/);
  await expect(form.job.locator(".verdict")).toHaveText(/still the same/);
});

test("old URLs are said in v7, with what cannot be translated named, and go into the form", async ({
  page,
  services,
}) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await page.getByText("What is my old URL in v7?").click();
  const old = page.getByRole("textbox", { name: "Old URLs" });
  await old.fill(
    "https://demo.cloudimg.io/width/500/q_auto.foil1/sample.li/flat.jpg\n/height/9/n/sample.li/boat.jpg",
  );
  const output = page.locator("#new-urls");
  await expect(output).toContainText("https://demo.cloudimg.io/v7/sample.li/flat.jpg?w=500&org_if_sml=1");
  await expect(output).toContainText("q_auto");
  await page.screenshot({ path: screenshot("translate"), fullPage: true });
  await page.getByRole("button", { name: "Use as addresses" }).click();
  await expect(form.addresses).toHaveValue(
    "https://demo.cloudimg.io/v7/sample.li/flat.jpg?w=500&org_if_sml=1\n/v7/sample.li/boat.jpg?h=9",
  );
  await expect(page.getByRole("radio", { name: /^Exact URLs/ })).toBeChecked();
  await expect(form.lines).toHaveCount(2);
});

test("a folder is renewed after what it reaches was counted and confirmed", async ({ page, services }) => {
  for (const path of ["birds.jpg?w=90", "birds.jpg?w=91", "flower.jpg?w=92"]) {
    expect((await page.request.get(`${services.server.url}/sample.li/${path}`)).status()).toBe(200);
  }
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.postData() ?? "");
  });
  await form.addresses.fill("/sample.li/*");
  await form.invalidate.click();
  await expect(form.dialog).toContainText(
    /\d+ originals? and \d+ pictures made of them, [\d.]+ (KB|MB) in all\./,
  );
  await expect(form.dialog).toContainText("sample.li/birds.jpg");
  await page.screenshot({ path: screenshot("confirm-folder") });

  await form.dialog.getByRole("button", { name: "Go back" }).click();
  await expect(form.dialog).toBeHidden();
  await expect(form.invalidate).toBeFocused();
  await form.invalidate.click();
  await form.dialog.getByRole("button", { name: "Renew" }).click();
  await expect(form.result).toContainText("DONE in");
  const dry = '{"scope":"original","urls":["/sample.li/*"],"dry_run":true}';
  expect(sent).toEqual([dry, dry, '{"scope":"original","urls":["/sample.li/*"]}']);
});

test("everything is renewed only after the token's name was typed", async ({ page, services }) => {
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  const sent: string[] = [];
  page.on("request", (request) => {
    const body = request.postData() ?? "";
    if (request.method() === "POST" && !body.includes("dry_run")) sent.push(body);
  });
  const renew = form.dialog.getByRole("button", { name: "Renew" });
  const name = form.dialog.getByRole("textbox", { name: "Type doc to confirm" });

  // A line that means the same is asked about in the same way.
  await form.addresses.fill("/*");
  await form.invalidate.click();
  await expect(name).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(form.dialog).toBeHidden();

  await form.chooseScope("Everything");
  await form.invalidate.click();
  await expect(form.dialog).toContainText("Renew every picture of doc?");
  await expect(form.dialog).toContainText(/in all\.|Nothing of this is kept now/);
  await expect(renew).toBeDisabled();
  await page.keyboard.type("dock");
  await page.keyboard.press("Enter");
  await expect(form.dialog).toBeVisible();
  await page.screenshot({ path: screenshot("confirm-all") });
  await name.fill("doc");
  await expect(renew).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(form.result).toContainText(/^Everything: DONE in/);
  expect(sent).toEqual(['{"scope":"all"}']);
});

test("how it is renewed is chosen in sentences, and the same is had as a command without the key", async ({
  page,
  services,
}) => {
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/birds.jpg");
  await page.getByText("More choices").click();
  await page
    .getByRole("radio", { name: "Erase As fetch again, and the old files are deleted before DONE." })
    .check();
  const curl = page.locator("#curl");
  await expect(curl).toContainText(`curl -X POST '${services.purge.url}/invalidate'`);
  await expect(curl).toContainText('X-Client-Key: $FRESHET_CLIENT_KEY"');
  await expect(curl).toContainText('{"scope":"original","urls":["/sample.li/birds.jpg"],"mode":"erase"}');
  await expect(curl).not.toContainText(services.clientKey);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#curl-copy").click();
  await expect(page.locator("#curl-copy")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await curl.textContent());
  await page.screenshot({ path: screenshot("choices"), fullPage: true });
  await expect(form.lines.getByRole("img")).toBeVisible();
  await form.invalidate.click();
  await expect(form.job).toContainText(
    /has dropped the old pictures, after [\d.]+ m?s; erased 1 original, \d+ pictures?, [\d.]+ [KM]B/,
  );
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
  await expect(page.getByRole("combobox", { name: "Language" })).toBeFocused();
  await press("Tab");
  await page.keyboard.type(services.clientKey);
  await press("Tab", "Space");
  await expect(form.key).toHaveAttribute("type", "text");
  await press("Space", "Tab", "Enter");
  await expect(form.addresses).toBeFocused();

  await page.keyboard.type("/sample.li/keyboard.jpg");
  await press("Tab");
  await expect(page.getByRole("checkbox", { name: "Use v6 API" })).toBeFocused();
  await press("Tab", "ArrowDown");
  await expect(page.getByRole("radio", { name: "Exact URLs" })).toBeChecked();
  await expect(form.lines).toContainText(["Exact URL"]);
  await press("ArrowUp", "Tab", "Tab");
  await expect(form.invalidate).toBeFocused();
  await press("Enter");
  await expect(form.result).toContainText("DONE in");

  await press("Tab", "Tab");
  await expect(page.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(form.job).toBeHidden();
  await expect(page.getByRole("heading", { name: "History" })).toBeFocused();
  await press("Tab", "Tab", "Tab", "Tab", "Tab");
  await page.keyboard.press("Enter");
  await expect(form.job).toContainText("has dropped the old pictures");
  await expect(page.getByRole("heading", { name: "/sample.li/keyboard.jpg" })).toBeFocused();
  await press("Tab");
  await expect(page.getByRole("button", { name: "Run it again" })).toBeFocused();
});

test("pictures are made again before DONE, if that is wished for", async ({ page, services }) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await page.getByText("More choices").click();
  await page.getByRole("checkbox", { name: "Make the pictures again at once" }).check();
  await form.chooseScope("Exact URLs");
  const sizes = [93, 94].map((width) => `/sample.li/flower.jpg?w=${width}`);
  for (const path of sizes) await fetch(services.server.url + path);
  await form.addresses.fill(sizes.join("\n"));
  await form.invalidate.click();
  await expect(form.job).toContainText(/has \d pictures? ready, after [\d.]+ m?s/);
  await expect(form.job).toContainText(/has dropped the old pictures, after [\d.]+ m?s/);
  await page.screenshot({ path: screenshot("rewarm"), fullPage: true });
  const { headers } = await fetch(`${services.server.url}${sizes[1]}`);
  expect(headers.get("cache-status")).toContain("hit");
});

test("what could not be made again is named, and which server did not answer", async ({ page, services }) => {
  const form = await openForm(page, services);
  const uuid = "d0262d5e-529d-4df2-b6bd-1a6d5f375c70";
  const lines = { received: ["/a.io/x"], invalidated: ["/a.io/x"], failed: [] };
  const counts = { rendered: 2, there: 1, failed: 1, problem: null, duration_ms: 45 };
  const pictures = [{ url: "/v7/a.io/x?w=5", state: "failed", reason: "its origin does not answer" }];
  const silent = {
    rendered: 0,
    there: 0,
    failed: 0,
    problem: "it did not answer in time",
    duration_ms: 9500,
  };
  const nodes = [
    { id: "one", ...counts, pictures },
    { id: "two", ...silent, pictures: [] },
  ];
  const times = { added_at: "2026-11-23 13:39:52.636426", done_at: "2026-11-23 13:40:02.136426" };
  const job = { uuid, status: "DONE", scope: "original", urls: lines, problems: [], ...times };
  const rest = { duration_ms: 9500, error: null, nodes: [], fronts: [], rewarm: { state: "done", nodes } };
  await page.route(`**/invalidate/${uuid}`, (route) =>
    route.fulfill({ json: { status: "success", invalidation: { ...job, ...rest } } }),
  );
  await form.signIn(services.clientKey);
  await page.evaluate((link) => {
    location.hash = link;
  }, `job=${uuid}`);
  await expect(form.job).toContainText("one has 3 pictures ready, 1 failed, after 45 ms");
  await expect(form.job).toContainText("two did not answer in time, after 9.5 s");
  await expect(form.job).toContainText("/v7/a.io/x?w=5: its origin does not answer");
  await page.screenshot({ path: screenshot("rewarm-failed"), fullPage: true });
  await page.getByLabel("Language").selectOption("de");
  await expect(form.job).toContainText("two hat nicht rechtzeitig geantwortet, nach 9,5 s");
});
