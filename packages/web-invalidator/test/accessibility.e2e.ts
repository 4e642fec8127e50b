import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { openForm } from "./form-page.ts";

/** What axe finds, as sentences: contrast, names, roles, and whatever else it can tell without a person. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ impact, help, nodes }) => `${impact}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colors`, () => {
    test.use({ colorScheme, reducedMotion: "reduce" });

    test("axe finds nothing in the form as it opens, nor with a refused key", async ({ page, services }) => {
      const form = await openForm(page, services);
      expect(await findings(page)).toEqual([]);
      await form.key.fill("freshet_wrong-key-of-somebody-else");
      await form.key.press("Enter");
      await expect(page.getByText("This key is not known here.")).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });

    test("axe finds nothing with a preview, problems, pictures, choices and an invalidation", async ({
      page,
      services,
    }) => {
      const form = await openForm(page, services);
      await form.signIn(services.clientKey);
      await page.getByText("More choices").click();
      await page.getByText("What is my old URL in v7?").click();
      await page.getByText("It says DONE").click();
      const many = Array.from({ length: 30 }, (_, at) => `/sample.li/${at}.jpg`);
      await form.addresses.fill(["/sample.li/boat.jpg", "/sample.li/a.jpg?w=1", ...many].join("\n"));
      await expect(form.lines.getByRole("img")).toHaveCount(1);
      await form.invalidate.click();
      await expect(form.result).toContainText("DONE in");
      await expect(form.job.locator(".verdict").first()).toContainText("same");
      expect(await findings(page)).toEqual([]);
      await form.chooseScope("Everything");
      await form.invalidate.click();
      await expect(form.dialog).toContainText(/in all\.|Nothing of this is kept now/);
      expect(await findings(page)).toEqual([]);
    });

    test("axe finds nothing while the service does not answer", async ({ page, services }) => {
      const form = await openForm(page, services);
      await form.signIn(services.clientKey);
      await page.route("**/invalidate*", (route) => route.abort());
      await form.addresses.fill("/sample.li/a.jpg");
      await form.invalidate.click();
      await expect(form.trouble).toContainText("does not answer");
      expect(await findings(page)).toEqual([]);
    });

    test("axe finds nothing in German", async ({ page, services }) => {
      await page.goto(`${services.purge.url}/?lang=de`);
      await expect(page.getByRole("heading", { name: "Noch immer das alte Bild?" })).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}
