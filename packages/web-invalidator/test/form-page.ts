import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures.ts";
import type { Services } from "./services.ts";

export const desktop = { width: 1280, height: 900 };
export const phone = { width: 360, height: 740 };

/** Kept beside the test reports, to be looked at. */
export function screenshot(name: string): string {
  return fileURLToPath(new URL(`../../../.reports/screenshots/${name}.png`, import.meta.url));
}

/** The form as a person finds it: by labels, names and words. */
export interface FormPage {
  readonly key: Locator;
  readonly addresses: Locator;
  readonly preview: Locator;
  readonly lines: Locator;
  readonly invalidate: Locator;
  readonly result: Locator;
  /** The invalidation that is looked at. */
  readonly job: Locator;
  readonly history: Locator;
  readonly jobs: Locator;
  readonly trouble: Locator;
  readonly dialog: Locator;
  chooseScope(name: "Original" | "Exact URLs" | "Everything"): Promise<void>;
  signIn(key: string): Promise<void>;
}

export async function openForm(page: Page, { purge }: Services, at = ""): Promise<FormPage> {
  await page.goto(`${purge.url}/${at}`);
  const key = page.getByRole("textbox", { name: "Client key" });
  const preview = page.getByRole("region", { name: "How this will be read" });
  const history = page.getByRole("region", { name: "History" });
  return {
    key,
    preview,
    history,
    lines: preview.getByRole("listitem"),
    addresses: page.getByRole("textbox", { name: "Addresses" }),
    invalidate: page.getByRole("button", { name: "Invalidate" }),
    result: page.locator("#result"),
    job: page.locator("#job"),
    jobs: history.locator("ol > li"),
    trouble: page.getByRole("alert"),
    dialog: page.getByRole("dialog"),
    chooseScope: (name) =>
      page
        .locator("#scope")
        .getByRole("radio", { name: new RegExp(`^${name}`) })
        .check(),
    async signIn(clientKey) {
      await key.fill(clientKey);
      await page.getByRole("button", { name: "Use key" }).click();
      await expect(page.getByText("Key of doc")).toBeVisible();
    },
  };
}

/** Elements that stick out sideways, or hide a part of a line: on a phone either makes things slide. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const isTooWide = (each: Element) => {
      const { left, right, width } = each.getBoundingClientRect();
      const sticksOut = width > 0 && (right > clientWidth + 0.5 || left < -0.5);
      const hides = getComputedStyle(each).overflowX === "auto" && each.scrollWidth > each.clientWidth;
      return (sticksOut || hides) && each.closest(".unseen") === null;
    };
    const found = [...document.querySelectorAll("header *, main *, dialog[open] *")]
      .filter(isTooWide)
      .map(({ outerHTML }) => outerHTML.slice(0, 300));
    return document.documentElement.scrollWidth > clientWidth ? ["the page", ...found] : found;
  });
}
