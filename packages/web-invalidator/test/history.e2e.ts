/** What was renewed before: found, linked to, run again; and what happens meanwhile is seen as it happens. */
import { expect, test } from "./fixtures.ts";
import { desktop, openForm, screenshot } from "./form-page.ts";
import type { Services } from "./services.ts";

async function post({ purge, clientKey }: Services, body: object): Promise<string> {
  const response = await fetch(`${purge.url}/invalidate`, {
    method: "POST",
    headers: { "x-client-key": clientKey },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { invalidation: { uuid: string } }).invalidation.uuid;
}

test("progress comes by server-sent events with the key in a header, and nothing is asked beside them", async ({
  page,
  start,
}) => {
  // Long enough to be looked at while it runs, however busy the machine is.
  const services = await start({ purge: { FRESHET_LEASE_MS: "8000" } });
  try {
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    const asked: string[] = [];
    page.on("request", (request) => {
      const path = new URL(request.url()).pathname.replace(/[0-9a-f-]{36}/, "ID");
      if (path.startsWith("/invalidate/"))
        asked.push(`${path} ${request.headers()["x-client-key"] === services.clientKey}`);
    });
    await form.addresses.fill("/sample.li/live.jpg");
    // A server that vanished is waited for until its lease has ended: that takes seconds.
    await services.server.kill();
    await form.invalidate.click();
    await expect(form.job).toContainText("has not answered yet");
    await expect(form.result).toContainText(/Waiting for \d/);
    await page.screenshot({ path: screenshot("running"), fullPage: true });
    await expect(form.job).toContainText("is cut off and shows nothing old", { timeout: 15_000 });
    await expect(form.result).toContainText("DONE in");
    expect(asked).toEqual(["/invalidate/ID/events true"]);
  } finally {
    await services.stop();
  }
});

test("where events do not come through, the page asks again and again", async ({ page, services }) => {
  await page.route("**/events", (route) => route.abort());
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/polled.jpg");
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");
  await expect(form.trouble).toBeEmpty();
});

test("the history is searched, filtered and gone through page by page", async ({ page, start }) => {
  const services = await start();
  try {
    await post(services, { scope: "all" });
    for (let at = 0; at < 45; at++)
      await post(services, { scope: "original", urls: [`/sample.li/page-${at}.jpg`] });
    await post(services, { scope: "urls", urls: ["/sample.li/needle.jpg?w=5"] });
    await page.setViewportSize(desktop);
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    await expect(form.jobs).toHaveCount(20);
    const older = page.getByRole("button", { name: "Show older" });
    await older.click();
    await expect(form.jobs).toHaveCount(40);
    await older.click();
    await expect(form.jobs).toHaveCount(47);
    await expect(form.jobs.last()).toContainText("Everything");
    await expect(older).toBeHidden();

    const search = page.getByRole("searchbox", { name: "Search addresses and numbers" });
    await search.fill("needle");
    await expect(form.jobs).toHaveCount(1);
    await expect(form.jobs).toContainText("/sample.li/needle.jpg?w=5");
    await page.screenshot({ path: screenshot("history"), fullPage: true });
    await search.fill("page-4");
    await expect(form.jobs).toHaveCount(6);
    await page.getByRole("combobox", { name: "Kind" }).selectOption("Everything");
    await expect(form.jobs).toHaveCount(0);
    await expect(form.history).toContainText("None found.");
    await search.fill("");
    await expect(form.jobs).toHaveCount(1);
    await page.getByRole("combobox", { name: "Status" }).selectOption("Running");
    await expect(form.jobs).toHaveCount(0);
    await page.getByRole("combobox", { name: "Status" }).selectOption("DONE");
    await expect(form.jobs).toHaveCount(1);
  } finally {
    await services.stop();
  }
});

test("a link leads to one invalidation, which is run again or put into the form", async ({
  page,
  services,
}) => {
  const uuid = await post(services, {
    scope: "original",
    urls: ["/sample.li/link.jpg", "/sample.li/link/*", "20"],
  });
  await page.setViewportSize(desktop);
  const form = await openForm(page, services, `#job=${uuid}`);
  await expect(form.job).toBeHidden();
  await form.signIn(services.clientKey);
  await expect(form.job).toContainText("/sample.li/link.jpg and 2 more");
  await expect(form.job).toContainText("DONE in");
  await expect(form.job).toContainText('20: "20" is not a host name');

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await form.job.getByRole("button", { name: "Copy link" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${services.purge.url}/#job=${uuid}`,
  );

  await form.job.getByRole("button", { name: "Run it again" }).click();
  await expect(form.result).toContainText("/sample.li/link.jpg and 2 more: DONE in");
  await expect(form.jobs.filter({ hasText: "/sample.li/link.jpg" })).toHaveCount(1);

  await form.job.getByRole("button", { name: "Put into the form" }).click();
  await expect(form.addresses).toHaveValue("/sample.li/link.jpg\n/sample.li/link/*\n20");
  await form.job.getByRole("button", { name: "Close" }).click();
  expect(new URL(page.url()).hash).toBe("");
  await page.goBack();
  await expect(form.job).toContainText("/sample.li/link.jpg and 2 more");
  await expect(form.jobs.filter({ has: page.locator("[aria-current]") })).toHaveCount(1);
});

test("a link to nothing says so", async ({ page, services }) => {
  const form = await openForm(page, services, "#job=00000000-0000-4000-8000-000000000000");
  await form.signIn(services.clientKey);
  await expect(form.job).toContainText("There is no invalidation with this number.");
  await expect(form.trouble).toBeEmpty();
});

test("a cache in front that fails is seen by name, ends in ERROR, and can be tried again", async ({
  page,
  start,
}) => {
  const services = await start({
    settings:
      '[purge]\nfront_deadline_ms = 1500\n[fronts.edge]\nkind = "varnish"\nurls = ["http://127.0.0.1:9"]\n',
  });
  try {
    await page.setViewportSize(desktop);
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    await form.addresses.fill("/sample.li/front.jpg");
    await form.invalidate.click();
    await expect(form.job).toContainText(/edge is being purged/);
    await expect(form.result).toContainText("ERROR after");
    await expect(form.job).toContainText(/edge could not be purged · \d+ attempts/);
    await page.screenshot({ path: screenshot("error"), fullPage: true });
    await form.job.getByRole("button", { name: "Try again" }).click();
    await expect(form.job).toContainText(/edge is being purged/);
    await expect(form.result).toContainText("ERROR after");
  } finally {
    await services.stop();
  }
});
