import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { busy, toJpeg } from "../engine/test-pictures.ts";
import { barrier, startOrigin, type TestOrigin } from "../origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "../test-node.ts";

/** Listed, and may send anybody anywhere. */
let first: TestOrigin;
/** Not listed. */
let other: TestOrigin;
let node: Node;
let held = barrier();
const page = "<p>not from here";

beforeAll(async () => {
  const jpeg = await toJpeg(busy(80, 40));
  const picture = () => new Response(jpeg as Uint8Array<ArrayBuffer>);
  const text = () => new Response(page, { headers: { "content-type": "text/html" } });
  const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });
  other = startOrigin({
    "/secret.jpg": picture,
    "/page.html": text,
    "/slow.html": async () => {
      await held.passed;
      return text();
    },
    "/back": () => to(`http://${first.host}/a.jpg`)(),
  });
  const away = (path: string) => to(`http://${other.host}${path}`);
  first = startOrigin({
    "/a.jpg": picture,
    "/moved": to("/a.jpg"),
    "/away": away("/secret.jpg"),
    "/twice": to("/away"),
    "/over-and-back": away("/back"),
    "/page": away("/page.html"),
    "/slow": away("/slow.html"),
    "/self": to("http://listed.test/sample.li/flat.jpg"),
  });
  const alias = { _o_: `http://${first.host}` };
  node = await startNode(
    await newFolder(),
    {},
    {
      tokens: {
        listed: { hosts: ["listed.test"], allowed_domains: [first.host] },
        anywhere: { hosts: ["anywhere.test"], allowed_domains: [first.host], proxy_anywhere: true },
        own: {
          hosts: ["own.test"],
          allowed_domains: [first.host],
          watermark: `http://${first.host}/away`,
          missing: "200-image",
          missing_image: `http://${first.host}/away`,
        },
        free: { hosts: ["free.test"], aliases: alias },
      },
    },
  );
  // What watermarks are to be laid on.
  expect((await ask("listed", at("/a.jpg?w=20"))).status).toBe(200);
});

afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await removeFolders();
});

function ask(token: string, target: string) {
  return node.get(target, { headers: { host: `${token}.test` } });
}

const at = (path: string) => `/http://${first.host}${path}`;

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe("a redirect from an allowed host to one that is not", () => {
  const targets: readonly [what: string, token: string, target: () => string][] = [
    ["of an original", "listed", () => at("/away?w=20")],
    ["after one that may be followed", "listed", () => at("/twice?w=20")],
    ["that would lead back", "listed", () => at("/over-and-back?w=20")],
    ["of a v6 URL", "listed", () => `/width/20/n/http://${first.host}/away`],
    ["of a watermark", "listed", () => `${at("/a.jpg")}?wat=1&wat_url=http://${first.host}/away`],
    ["of the token's own watermark", "own", () => `${at("/a.jpg")}?wat=1`],
    ["of what is passed on", "listed", () => `${at("/page")}?func=proxy`],
    ["of what is passed on from anywhere", "anywhere", () => `${at("/away")}?func=proxy`],
    ["of what is passed on by an alias, without a list", "free", () => "/_o_/page?func=proxy"],
    ["to this server itself", "listed", () => at("/self")],
  ];
  test.each(targets)("%s is 403 origin_refused, and nothing is asked there", async (_what, token, target) => {
    const [asked, kept] = [other.asked.length, node.deps.originals.size];
    for (let turn = 0; turn < 2; turn++) {
      const response = await ask(token, target());
      expect([response.status, response.headers.get("cache-control")]).toEqual([403, "no-store"]);
      expect(await codeOf(response)).toBe("origin_refused");
    }
    expect(other.asked.length).toBe(asked);
    expect(node.deps.originals.size).toBe(kept);
  });

  test("keeps the token's image for missing originals from being shown: ours is", async () => {
    const asked = other.asked.length;
    const response = await ask("own", `${at("/nothing.jpg")}?w=20`);
    expect([response.status, response.headers.get("x-hexa-missingbehavior")]).toEqual([200, "200-image"]);
    expect(other.asked.length).toBe(asked);
  });
});

describe("a redirect is followed", () => {
  test("to the same host", async () => {
    expect((await ask("listed", at("/moved?w=20"))).status).toBe(200);
  });

  test("to any host for a token without a list", async () => {
    expect((await ask("free", at("/away?w=20"))).status).toBe(200);
  });

  test("for an image and not for what is passed on, also while the image is on its way", async () => {
    held = barrier();
    const asked = other.asked.length;
    const image = ask("free", "/_o_/slow?w=20");
    while (other.asked.length === asked) await new Promise(setImmediate);
    expect((await ask("free", "/_o_/slow?func=proxy")).status).toBe(403);
    held.pass();
    expect((await image).status).toBe(415);
  });
});
