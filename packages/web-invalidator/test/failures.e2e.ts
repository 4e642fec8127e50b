/** What goes wrong, in clear words, and nothing that only looks as if it went on. */
import { expect, test } from "./fixtures.ts";
import { desktop, openForm, phone, screenshot } from "./form-page.ts";

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
    await page.setViewportSize(phone);
    await page.screenshot({ path: screenshot(`key-${name.replace(/ /g, "-")}`), fullPage: true });
  });
}

test("a service that dies is told at once, nothing seems to run, and all goes on when it is back", async ({
  page,
  start,
}) => {
  // Leases are waited for twice, and a service is started anew.
  test.setTimeout(120_000);
  const services = await start({ purge: { FRESHET_LEASE_MS: "8000" } });
  try {
    await page.setViewportSize(desktop);
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    await form.addresses.fill("/sample.li/now.php");
    await expect(form.lines.getByRole("img")).toBeVisible();
    // A server that vanished is waited for until its lease has ended: long enough to take purge-api away meanwhile.
    await services.server.kill();
    await form.invalidate.click();
    await expect(form.result).toContainText(/Waiting for \d/);

    await services.purge.kill();
    await expect(form.trouble).toContainText("The purge service does not answer.");
    await expect(form.jobs.first()).toContainText("NO ANSWER, last heard: FLUSHING IMAGE SERVERS");
    await expect(form.job).toContainText("NO ANSWER");
    await expect(form.result).toContainText("NO ANSWER");
    await expect(page.locator('[data-state="running"]').filter({ hasText: "FLUSHING" })).toHaveCount(0);
    await page.screenshot({ path: screenshot("dead"), fullPage: true });

    await form.invalidate.click();
    await expect(form.result).toContainText("It is not known whether your invalidation arrived.");

    await services.restartPurge();
    await expect(form.trouble).toBeEmpty({ timeout: 15_000 });
    await expect(form.jobs.first()).toContainText("DONE in", { timeout: 20_000 });
    await expect(form.job).toContainText("DONE in");
  } finally {
    await services.stop();
  }
});

test("a limit is told with the moment from which it goes on", async ({ page, start }) => {
  const services = await start({ purge: { FRESHET_PATTERNS_PER_MINUTE: "3" } });
  try {
    const form = await openForm(page, services);
    await form.signIn(services.clientKey);
    await form.addresses.fill("/sample.li/1.jpg\n/sample.li/2.jpg\n/sample.li/3.jpg");
    await form.invalidate.click();
    await expect(form.result).toContainText("DONE in");
    await form.addresses.fill("/sample.li/4.jpg");
    await form.invalidate.click();
    await expect(form.result).toHaveText(
      /^This key has renewed as much as it may for now\. Try again in \d+ seconds, at \d+:\d\d:\d\d\s[AP]M\.$/,
    );
    await expect(form.trouble).toBeEmpty();
    await form.addresses.fill("/sample.li/1.jpg\n/sample.li/2.jpg\n/sample.li/3.jpg\n/sample.li/4.jpg");
    await form.invalidate.click();
    await expect(form.result).toHaveText("4 patterns in one call; this key may purge 3 in a minute.");
  } finally {
    await services.stop();
  }
});

test("a thousand lines are read while they are typed on, sent, and gone through", async ({
  page,
  services,
}) => {
  await page.setViewportSize(desktop);
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  const lines = Array.from(
    { length: 1_000 },
    (_, at) => `/sample.li/many/${at}.jpg${at % 100 === 7 ? "?w=1" : ""}`,
  );
  await form.addresses.fill(lines.join("\n"));
  await expect(form.preview).toContainText("990 originals; 10 lines cannot be read and will not be sent.");
  await expect(form.lines.first()).toContainText("/sample.li/many/7.jpg?w=1");
  await expect(form.lines).toHaveCount(101);
  await page.screenshot({ path: screenshot("thousand"), fullPage: true });
  await form.lines.first().getByRole("button", { name: "Leave the query out of 10 lines" }).click();
  await expect(form.preview).toContainText("1,000 originals.");
  await form.addresses.press("End");
  await form.addresses.pressSequentially("x");
  await expect(form.preview).toContainText("1,000 originals.");
  await form.invalidate.click();
  await expect(form.result).toContainText("/sample.li/many/0.jpg and 999 more: DONE in");
  await expect(form.job).toContainText("and 950 more");
});

test("a picture that its website does not have any more is said to be gone", async ({ page, services }) => {
  const form = await openForm(page, services);
  await form.signIn(services.clientKey);
  await form.addresses.fill("/sample.li/no-such-picture.jpg");
  await expect(form.lines.locator(".thumb.none")).toBeVisible();
  await form.invalidate.click();
  await expect(form.result).toContainText("DONE in");
  await expect(form.job).toContainText("Its origin has no such picture (404).");
});
