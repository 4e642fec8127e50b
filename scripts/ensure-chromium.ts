/**
 * Finds the Chromium that the browser tests drive, or installs the distribution's own.
 * Playwright's private download is not used: it comes from a host that many networks do not let through.
 */
import { installPackages } from "./install-packages.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export async function ensureChromium(): Promise<string> {
  const chosen = process.env.FRESHET_CHROMIUM;
  if (chosen) {
    if (await isBrowser(chosen)) return chosen;
    throw new Error(`FRESHET_CHROMIUM is set to ${chosen}, which does not start as a browser.`);
  }
  const present = await findChromium();
  if (present) return present;

  const packages = ["chromium", "fonts-dejavu-core"];
  await installPackages(packages, "Chromium for the browser tests", advice);
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error(`Chromium could not be installed. ${advice}`);
}

const advice =
  "The browser tests need one: install Chromium or Google Chrome, or set FRESHET_CHROMIUM to its path.";

async function findChromium(): Promise<string | undefined> {
  for (const name of names) {
    const path = Bun.which(name) ?? `/usr/bin/${name}`;
    if (await isBrowser(path)) return path;
  }
  return undefined;
}

/** Some distributions leave a stub that only says how to install the real one, so the path alone proves nothing. */
async function isBrowser(path: string): Promise<boolean> {
  if (!(await Bun.file(path).exists())) return false;
  const child = Bun.spawn([path, "--version"], { stdout: "ignore", stderr: "ignore" });
  return (await child.exited) === 0;
}

if (import.meta.main) {
  try {
    console.log(await ensureChromium());
  } catch (error) {
    console.error(`freshet: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
