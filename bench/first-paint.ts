/**
 * How long a person with a slow phone looks at nothing: the form on Lighthouse's profile of one (150 ms and 1.6 Mbit/s to
 * the service, a processor that is four times as slow), each time with an empty cache.
 */
import { chromium } from "@playwright/test";
import { buildForm, startServices } from "../packages/web-invalidator/test/services.ts";
import { ensureChromium } from "../scripts/ensure-chromium.ts";

const runs = Number(process.env.RUNS ?? 9);
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

buildForm();
const services = await startServices();
const browser = await chromium.launch({
  executablePath: await ensureChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});

async function measure(language: string): Promise<{ paintMs: number; readyMs: number; bytes: number }> {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, locale: language });
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", network);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(services.purge.url);
  // Its text is the script's: from here on everything works.
  await page.locator("#preview-summary", { hasText: "." }).waitFor();
  const readyMs = await page.evaluate(() => performance.now());
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
  );
  await page.close();
  return { paintMs, readyMs, bytes };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

try {
  for (const language of ["en", "de"]) {
    const all: Awaited<ReturnType<typeof measure>>[] = [];
    for (let run = 0; run < runs; run++) all.push(await measure(language));
    const of = (name: "paintMs" | "readyMs" | "bytes") => median(all.map((each) => each[name]));
    console.log(
      `${language}: first paint ${of("paintMs").toFixed(0)} ms, in use ${of("readyMs").toFixed(0)} ms, ${(of("bytes") / 1024).toFixed(1)} KiB with headers (medians of ${runs})`,
    );
  }
} finally {
  await browser.close();
  await services.stop();
}
