import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures.ts";
import type { Services } from "./services.ts";

/** The form as a person finds it: by labels, names and words. */
export interface FormPage {
  readonly key: Locator;
  readonly addresses: Locator;
  readonly preview: Locator;
  readonly lines: Locator;
  readonly invalidate: Locator;
  readonly result: Locator;
  readonly jobs: Locator;
  readonly trouble: Locator;
  chooseScope(name: "Original" | "Exact URLs" | "Everything"): Promise<void>;
  signIn(key: string): Promise<void>;
}

export async function openForm(page: Page, { purge }: Services): Promise<FormPage> {
  await page.goto(purge.url);
  const key = page.getByRole("textbox", { name: "Client key" });
  const preview = page.getByRole("region", { name: "How this will be read" });
  return {
    key,
    preview,
    lines: preview.getByRole("listitem"),
    addresses: page.getByRole("textbox", { name: "Addresses" }),
    invalidate: page.getByRole("button", { name: "Invalidate" }),
    result: page.locator("#result"),
    jobs: page.getByRole("region", { name: "Recent invalidations" }).locator("ol > li"),
    trouble: page.getByRole("alert"),
    chooseScope: (name) => page.getByRole("radio", { name: new RegExp(`^${name}`) }).check(),
    async signIn(clientKey) {
      await key.fill(clientKey);
      await page.getByRole("button", { name: "Use key" }).click();
      await expect(page.getByText("Accepted for doc")).toBeVisible();
    },
  };
}

/** Elements that stick out at the right, or hide a part of a line: on a phone either makes things slide sideways. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const isTooWide = (each: Element) => {
      const sticksOut = each.getBoundingClientRect().right > clientWidth;
      const hides = getComputedStyle(each).overflowX === "auto" && each.scrollWidth > each.clientWidth;
      return (sticksOut || hides) && each.closest(".visually-hidden") === null;
    };
    const found = [...document.querySelectorAll("main *")]
      .filter(isTooWide)
      .map(({ outerHTML }) => outerHTML);
    return document.documentElement.scrollWidth > clientWidth ? ["the page", ...found] : found;
  });
}
