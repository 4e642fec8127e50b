/**
 * A canary listens on this machine, and everything that a URL, a redirect or a setting of somebody else can say is tried
 * to make a server with the usual settings touch it. (Names that change their address: `test/ssrf`.)
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spellings } from "../../../../test/ssrf/spellings.ts";
import { type Node, newFolder, removeFolders, startNode } from "../test-node.ts";
import { startOrigin, type TestOrigin } from "./test-origin.ts";

let touched = 0;
const socket = {
  open() {
    touched++;
  },
  data() {},
};
const canary = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
const { port } = canary;
const sixth = openOnIPv6();
let origin: TestOrigin;
let node: Node;

/** The same port of `::1`, on machines that have it. */
function openOnIPv6() {
  try {
    return Bun.listen({ hostname: "::1", port, socket });
  } catch {
    return null;
  }
}

beforeAll(async () => {
  origin = startOrigin({
    "/to": ({ url }) => {
      const to = new URL(url).searchParams.get("to") ?? "";
      return new Response(null, { status: 302, headers: { location: to } });
    },
    "/frames/to": () =>
      new Response(null, { status: 307, headers: { location: `http://127.0.0.1:${port}/x.png` } }),
  });
  node = await startNode(
    await newFolder(),
    // Every port, so that it is the address that is judged.
    { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host, FRESHET_ORIGIN_PORTS: "*" },
    {
      tokens: {
        open: { hosts: ["open.test"], proxy_anywhere: true },
        stored: { hosts: ["stored.test"], aliases: { _s_: "storage://frames" } },
        missing: {
          hosts: ["missing.test"],
          missing: "404-image",
          missing_image: `http://127.0.0.1:${port}/m.png`,
        },
      },
      storages: { frames: { kind: "http", url: `http://${origin.host}/frames` } },
    },
  );
});

afterAll(async () => {
  canary.stop(true);
  sixth?.stop(true);
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

/** As a client asks who sees these hosts. */
function ask(url: string): Promise<Response> {
  const headers = { accept: "application/json", host: /^http:\/\/([^/]+)/.exec(url)?.[1] ?? "" };
  return node.get(url, { headers });
}

/** How a place can be named; each with a path that no cache knows. */
const ways: Readonly<Record<string, (host: string, serial: number) => string>> = {
  "a full URL": (host, n) => `http://localhost/http://${host}:${port}/${n}.png?w=9`,
  "a full URL by TLS": (host, n) => `http://localhost/https://${host}:${port}/${n}.png?w=9`,
  "host and path": (host, n) => `http://localhost/${host}:${port}/${n}.png?w=9`,
  "an encoded URL": (host, n) =>
    `http://localhost/${encodeURIComponent(`http://${host}:${port}/${n}.png`)}?w=9&ci_url_encoded=1`,
  "a v6 URL": (host, n) => `http://localhost/width/9/n/http://${host}:${port}/${n}.png`,
  "a watermark": (host, n) =>
    `http://localhost/sample.li/boat.jpg?w=9&wat=1&wat_url=${encodeURIComponent(`http://${host}:${port}/${n}.png`)}`,
  "func=proxy": (host, n) => `http://open.test/http://${host}:${port}/${n}.txt?func=proxy`,
  "a redirect": (host, n) =>
    `http://localhost/http://${origin.host}/to?to=${encodeURIComponent(encodeURI(`http://${host}:${port}/${n}.png`))}&w=9`,
  "a redirect without a scheme": (host, n) =>
    `http://localhost/http://${origin.host}/to?to=${encodeURIComponent(encodeURI(`//${host}:${port}/${n}.png`))}&w=9`,
};

describe("no spelling of a local address is fetched from,", () => {
  test("of which there are a hundred and more", () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(140);
  });

  test.each(Object.entries(ways))("as %s", async (_what, urlOf) => {
    const before = touched;
    const statuses = new Map<number, string>();
    const details = new Set<string>();
    for (const [serial, host] of spellings.entries()) {
      const text = urlOf(host, serial);
      if (!URL.canParse(text)) continue;
      const response = await ask(text);
      const { status } = response;
      statuses.set(status, host);
      if (status === 403) details.add(((await response.json()) as { detail: string }).detail);
      // Refused, not an image, or a name that nobody knows; a picture only where the watermark was left out as unreadable.
      if (status === 200) expect(text).toContain("wat_url");
    }
    expect(
      [...statuses.keys()].filter((status) => ![200, 400, 403, 404, 415, 422, 502].includes(status)),
    ).toEqual([]);
    // It is the address that was looked at, and not only some earlier rule.
    expect([...details].some((detail) => detail.includes("at an address that is not public"))).toBe(true);
    expect(touched - before).toBe(0);
  });
});

test.each([
  ["an image for missing originals", "http://missing.test/sample.li/none.jpg?w=9"],
  ["a storage that redirects elsewhere", "http://stored.test/_s_/to?w=9"],
])("nor is %s", async (_what, url) => {
  const before = touched;
  const { status } = await ask(url);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(touched).toBe(before);
  expect(origin.asked.includes("/frames/to")).toBe(url.includes("_s_"));
});

test.each(["ftp", "file", "gopher", "data", "dict", "ldap", "jar", "javascript", "blob", "ws"])(
  "nothing is fetched by %s",
  async (scheme) => {
    const direct = await node.get(`http://localhost/${scheme}://127.0.0.1:${port}/a.png`);
    expect(direct.status).toBe(400);
    const to = encodeURIComponent(`${scheme}://127.0.0.1:${port}/a.png`);
    const redirected = await node.get(`http://localhost/http://${origin.host}/to?to=${to}&n=${scheme}`, {
      headers: { accept: "application/json" },
    });
    expect([403, 502]).toContain(redirected.status);
    expect(touched).toBe(0);
  },
);

test("the canary would have noticed", async () => {
  await using open = await startNode(await newFolder());
  canary.ref();
  void open.get(`http://localhost/http://127.0.0.1:${port}/a.png`).catch(() => {});
  while (touched === 0) await Bun.sleep(1);
});

test("a server does not ask itself, by whatever name it is reached", async () => {
  await using loop = await startNode(await newFolder());
  const self = startOrigin({});
  const headers: (string | null)[] = [];
  // A name of the server's that it does not know: each request comes back to it.
  const mirror = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url, headers: sent }) => {
      headers.push(sent.get("cdn-loop"));
      const { pathname, search } = new URL(url);
      const loopName = sent.get("cdn-loop") ?? "";
      return loop.get(`http://localhost${pathname}${search}`, { headers: { "cdn-loop": loopName } });
    },
  });
  const host = `127.0.0.1:${mirror.port}`;
  const path = `/http://${host}`.repeat(20);
  const response = await loop.get(`http://localhost${path}/a.png`, {
    headers: { accept: "application/json" },
  });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(headers).toEqual([loop.deps.loopName]);
  await mirror.stop(true);
  await self[Symbol.asyncDispose]();
});
