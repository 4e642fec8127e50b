import { defineConfig } from "@playwright/test";

const executablePath = process.env.FRESHET_CHROMIUM;
if (!executablePath) {
  throw new Error(
    "The browser tests need FRESHET_CHROMIUM, the path of a Chromium. `npm test` finds or installs one.",
  );
}

const args = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export default defineConfig({
  testMatch: ["packages/web-invalidator/test/*.e2e.ts", "test/**/*.e2e.ts"],
  outputDir: ".reports/browser",
  reporter: [["list"], ["junit", { outputFile: ".reports/playwright.xml" }]],
  fullyParallel: true,
  // Two at a time is what a small machine carries: each test has a browser and two services.
  workers: 2,
  timeout: 60_000,
  // The first job of a new log may have to wait for one lease: six seconds.
  expect: { timeout: 15_000 },
  forbidOnly: true,
  use: {
    browserName: "chromium",
    headless: true,
    launchOptions: { executablePath, args },
    screenshot: "only-on-failure",
    trace: "off",
  },
});
