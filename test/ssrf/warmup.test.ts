/**
 * What a warm-up may be told to fetch: the same as anybody who asks, though nobody does. A canary listens on this machine;
 * its address is written in every way, and stands in every place of a URL, or behind one.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createKeeper } from "../keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "../processes.ts";
import { spellings } from "./spellings.ts";

const headers = { "x-client-key": keys.client };
const { newFolder, keep, end } = createKeeper();
let touched = 0;
const canary = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open() {
      touched++;
    },
    data() {},
  },
});
const { port } = canary;
let origin: ReturnType<typeof Bun.serve>;
let redirected = 0;
let purge: Running;

beforeAll(async () => {
  origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      redirected++;
      const { pathname, searchParams } = new URL(url);
      const to = pathname.startsWith("/stored")
        ? `http://127.0.0.1:${port}/`
        : (searchParams.get("to") ?? "");
      return new Response(null, { status: 302, headers: { location: to } });
    },
  });
  const dataDir = newFolder();
  const config = `${dataDir}/freshet.toml`;
  await Bun.write(
    config,
    `[tokens.doc]
proxy_anywhere = true
aliases = { _stored_ = "storage://stored", _local_ = "http://127.0.0.1:${port}" }
[storages.stored]
kind = "http"
url = "http://127.0.0.1:${origin.port}/stored"
`,
  );
  purge = await keep(startPurge({ dataDir, env: { FRESHET_CONFIG: config } }));
  await keep(
    startServer({
      dataDir: newFolder(),
      purgeUrl: purge.url,
      env: {
        FRESHET_CONFIG: config,
        FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}`,
        // Every port, so that it is the address that is judged.
        FRESHET_ORIGIN_PORTS: "*",
      },
    }),
  );
});
afterAll(async () => {
  canary.stop(true);
  await end();
  await origin.stop(true);
});

interface Progress {
  readonly status: string;
  readonly total: number;
  readonly rendered: number;
  readonly failed: number;
  readonly failures: readonly { readonly url: string; readonly reason: string }[];
}

async function warmUp(data: readonly string[]): Promise<Progress> {
  const body = JSON.stringify({ data });
  const response = await fetch(`${purge.url}/warmup/urls`, { method: "POST", headers, body });
  expect(response.status).toBe(201);
  const { uuid } = (await response.json()) as { uuid: string };
  const progress = async () => {
    const answer = await fetch(`${purge.url}/warmup/${uuid}`, { headers });
    return ((await answer.json()) as { warmup: Progress }).warmup;
  };
  await until(async () => (await progress()).status === "DONE", "it is done", purge.output, 100_000);
  return progress();
}

/** How a place can be named; each with a path that no cache knows. */
const ways: Readonly<Record<string, (host: string, serial: number) => string>> = {
  "a full URL": (host, n) => `/http://${host}:${port}/${n}.png?w=9`,
  "a v6 URL": (host, n) => `/width/9/n/http://${host}:${port}/${n}.png`,
  "a watermark": (host, n) =>
    `/sample.li/boat.jpg?w=9&wat=1&wat_url=${encodeURIComponent(`http://${host}:${port}/${n}.png`)}`,
  "func=proxy": (host, n) => `/http://${host}:${port}/${n}.txt?func=proxy`,
  "a redirect": (host, n) =>
    `/http://127.0.0.1:${origin.port}/to?to=${encodeURIComponent(encodeURI(`http://${host}:${port}/${n}.png`))}&w=9`,
};

test.each(Object.entries(ways))(
  "nothing local is reached as %s",
  async (what, urlOf) => {
    const usable = spellings.map(urlOf).filter((path) => URL.canParse(`http://localhost${path}`));
    const { total, rendered, failed, failures } = await warmUp(usable);
    expect(total).toBeGreaterThan(50);
    // A watermark whose address cannot be read is left out, and the picture made.
    if (what !== "a watermark") expect(rendered).toBe(0);
    expect(rendered + failed).toBe(total);
    expect(failures.some(({ reason }) => reason.includes("not public"))).toBe(true);
    expect(touched).toBe(0);
  },
  120_000,
);

test("nor behind an alias of the settings, or where a storage redirects to", async () => {
  const before = redirected;
  const { rendered, failed } = await warmUp([
    ...["/_local_/a.png?w=9", "/_local_/a.txt?func=proxy"],
    ...["/_stored_/a.png?w=9", "/_stored_/a.txt?func=proxy"],
  ]);
  expect([rendered, failed]).toEqual([0, 4]);
  expect(redirected).toBeGreaterThan(before);
  expect(touched).toBe(0);
}, 60_000);

test("the canary would have noticed", async () => {
  await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(200) }).catch(() => {});
  expect(touched).toBe(1);
});
