import { test as base, expect } from "@playwright/test";
import { buildForm, type ServiceOptions, type Services, startServices } from "./services.ts";

/**
 * `start`: starts real services with the form as it is now. `services`: some that the tests of one worker share.
 * `page`: a page that must not run into an error of its own, nor try what its Content-Security-Policy forbids.
 */
export const test = base.extend<
  object,
  { start: (options?: ServiceOptions) => Promise<Services>; services: Services }
>({
  start: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this very pattern
    async ({}, use) => {
      buildForm();
      await use(startServices);
    },
    { scope: "worker" },
  ],
  services: [
    async ({ start }, use) => {
      const services = await start();
      await use(services);
      await services.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      // What Chromium writes about every answer that is an error, wanted ones included.
      const isAboutAnswer = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isAboutAnswer) complaints.push(message.text());
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };
