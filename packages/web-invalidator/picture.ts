/** Makes `docs/form.png` and its small companions anew, of the form as it is: `bun packages/web-invalidator/picture.ts`. */
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { ensureChromium } from "../../scripts/ensure-chromium.ts";
import { buildForm, startServices } from "./test/services.ts";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

/** What the README shows: an invalidation that brought a new picture, with what was before. */
async function renew(page: Page, url: string, key: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("textbox", { name: "Client key" }).fill(key);
  await page.keyboard.press("Enter");
  await page
    .getByRole("textbox", { name: "Addresses" })
    .fill('<img src="https://img.example/v7/sample.li/now.php">');
  await page.locator("#preview-list").getByRole("img").waitFor();
  await page.getByRole("button", { name: "Invalidate" }).click();
  await page.getByText("A new picture is served.").waitFor();
}

const pictures = [
  { name: "form", width: 1280, height: 960, colorScheme: "light" },
  { name: "form-dark", width: 1280, height: 960, colorScheme: "dark" },
] as const;

buildForm();
const services = await startServices();
const browser = await chromium.launch({
  executablePath: await ensureChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const { name, width, height, colorScheme } of pictures) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    await renew(page, services.purge.url, services.clientKey);
    await page.screenshot({ path: `${docs}${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await services.stop();
}
