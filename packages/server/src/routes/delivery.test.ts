import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { limits, sealUrl, signUrl } from "@freshet/core";
import { busy, quadrants, toJpeg, toPng, toRaster } from "../engine/test-pictures.ts";
import { sha1Text } from "../hash.ts";
import { startOrigin, type TestOrigin } from "../origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "../test-node.ts";

let origin: TestOrigin;
let node: Node;
const page = "<html><script>alert(document.domain)</script></html>";

beforeAll(async () => {
  const picture = (bytes: Uint8Array, type?: string) => () =>
    new Response(bytes as Uint8Array<ArrayBuffer>, type ? { headers: { "content-type": type } } : {});
  const text = (body: string, type: string) => (request: Request) => {
    const etag = `"${Bun.hash(body)}"`;
    const isKnown = request.headers.get("if-none-match") === etag;
    return new Response(isKnown ? null : body, {
      status: isKnown ? 304 : 200,
      headers: { etag, "content-type": type },
    });
  };
  origin = startOrigin({
    "/a.jpg": picture(await toJpeg(busy(80, 40)), "image/jpeg"),
    "/fallback.png": picture(await toPng(quadrants(64, 32)), "image/png"),
    "/broken": () => new Response("", { status: 500 }),
    "/never": () => new Promise<Response>(() => {}),
    "/page.html": text(page, "text/html; charset=utf-8"),
    "/app.js": text("alert(1)", "text/javascript"),
    "/odd": text("x", "text/html\t; x=1"),
    "/drawing.svg": text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "image/svg+xml"),
    "/paper.pdf": text("%PDF-1.4", "application/pdf"),
    "/moved": () => new Response(null, { status: 302, headers: { location: "/a.jpg" } }),
    "/away": () =>
      new Response(null, {
        status: 302,
        headers: { location: `http://localhost:${origin.host.split(":")[1]}/a.jpg` },
      }),
    "/R%C3%A9sum%C3%A9%20%22x%22.jpg": picture(await toJpeg(busy(80, 40)), "image/jpeg"),
  });
  const at = `http://${origin.host}`;
  const env = {
    FRESHET_ORIGIN_TIMEOUT_MS: "300",
    FRESHET_TOKEN_SIGNED_SALTS: "old,new",
    FRESHET_TOKEN_SEALED_SALTS: "test",
  };
  const missing = (answer: string, more: object = {}) => ({ missing: answer, ...more });
  node = await startNode(await newFolder(), env, {
    tokens: {
      doc: { allowed_domains: [origin.host, "sample.li", "localhost"], origin_headers: { "x-door": "open" } },
      signed: { hosts: ["signed.test"], security: "signature", aliases: { _o_: at } },
      sealed: { hosts: ["sealed.test"], security: "seal", aliases: { _o_: at } },
      guarded: { hosts: ["guarded.test"], referers: ["shop.example"] },
      kept: { hosts: ["kept.test"], browser_seconds: 2_592_000, shared_seconds: 31_536_000 },
      always: { hosts: ["always.test"], missing: "200-image" },
      pixel: { hosts: ["pixel.test"], missing: "200-pixel" },
      empty: { hosts: ["empty.test"], missing: "404-empty" },
      own: { hosts: ["own.test"], ...missing("200-image", { missing_image: `${at}/fallback.png` }) },
      lost: { hosts: ["lost.test"], ...missing("404-image", { missing_image: `${at}/nothing.png` }) },
      open: { hosts: ["open.test"], origin_headers: { "x-door": "open" }, aliases: { _o_: at } },
    },
  });
});

afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

/** Asks under a token's host. */
function ask(token: string, target: string, headers: Record<string, string> = {}, method = "GET") {
  return node.get(target, { method, headers: { host: `${token}.test`, ...headers } });
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

const at = (path: string) => `/http://${origin.host}${path}`;

describe("signed URLs", () => {
  const sign = (url: string, salt: string) => signUrl(url, { salt, digits: 18, sha1: sha1Text });

  test("of v7 and v6 are answered with every salt that is valid, and others are not", async () => {
    for (const target of ["/v7/_o_/a.jpg?w=20", "/_o_/a.jpg?w=21&func=crop", "/width/22/n/_o_/a.jpg"]) {
      for (const salt of ["old", "new"]) {
        const response = await ask("signed", sign(target, salt));
        expect([target, salt, response.status]).toEqual([target, salt, 200]);
      }
      const before = origin.asked.length;
      const wrong = await ask("signed", sign(target, "other"));
      expect([wrong.status, wrong.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
      expect(wrong.headers.get("cache-control")).toBe("public, max-age=60");
      expect(await codeOf(wrong)).toBe("signature_wrong");
      expect(await codeOf(await ask("signed", target))).toBe("signature_missing");
      expect(origin.asked.length).toBe(before);
    }
  });

  test("are checked each time: what was answered once is not answered under another URL", async () => {
    const good = sign("/_o_/a.jpg?w=20", "new");
    expect((await ask("signed", good)).status).toBe(200);
    expect((await ask("signed", good.replace("w=20", "w=21"))).status).toBe(403);
    expect((await ask("signed", good)).status).toBe(200);
  });
});

describe("sealed URLs", () => {
  test("are answered, and what is sealed cannot be changed", async () => {
    const sealed = sealUrl("/_o_/a.jpg?w=20", ["w"], { salt: "test", digits: 18, sha1: sha1Text });
    const response = await ask("sealed", sealed);
    expect(response.status).toBe(200);
    expect((await toRaster(await response.bytes())).width).toBe(20);
    const wider = await ask("sealed", `${sealed}&w=40`);
    expect((await toRaster(await wider.bytes())).width).toBe(20);
    expect(await codeOf(await ask("sealed", "/_o_/a.jpg?w=20"))).toBe("seal_missing");
    expect(await codeOf(await ask("sealed", sealed.replace("/a.jpg", "/b.jpg")))).toBe("seal_wrong");
    expect((await ask("sealed", "/width/20/n/_o_/a.jpg")).status).toBe(403);
  });
});

describe("referers", () => {
  const from = async (referer: string | null) =>
    (await ask("guarded", "/sample.li/flat.jpg?w=20", referer === null ? {} : { referer })).status;

  test("of allowed hosts, of the pictures' own host and none at all are answered", async () => {
    for (const referer of [
      null,
      "",
      "https://shop.example/",
      "http://www.shop.example:8443/page",
      "https://guarded.test/sample.li/flat.jpg",
    ]) {
      expect([referer, await from(referer)]).toEqual([referer, 200]);
    }
  });

  test("of all others are refused, with an answer that is kept nowhere", async () => {
    for (const referer of [
      "https://thief.example/",
      "https://notshop.example/",
      "https://shop.example.thief.example/",
      "https://shop.example@thief.example/",
      "about:blank",
      "nonsense",
    ]) {
      expect([referer, await from(referer)]).toEqual([referer, 403]);
    }
    const refused = await ask("guarded", "/sample.li/flat.jpg?w=20", { referer: "https://thief.example" });
    expect(refused.headers.get("cache-control")).toBe("no-store");
    expect(await codeOf(refused)).toBe("referer_refused");
  });

  test("part the copies that caches keep, also in a 304", async () => {
    const kept = await ask("guarded", "/sample.li/flat.jpg?w=20&force_format=webp,jpeg");
    expect(kept.headers.get("vary")).toBe("Accept, Referer");
    expect(kept.headers.get("cdn-cache-control")).toBe("no-store");
    const headers = { "if-none-match": kept.headers.get("etag") as string };
    const again = await ask("guarded", "/sample.li/flat.jpg?w=20&force_format=webp,jpeg", headers);
    expect([again.status, again.headers.get("vary")]).toEqual([304, "Accept, Referer"]);
  });
});

describe("cache life", () => {
  const table: readonly [token: string, query: string, control: string][] = [
    ["doc", "w=20", "public, max-age=0, s-maxage=31536000"],
    ["kept", "w=20", "public, max-age=2592000, s-maxage=31536000"],
    ["kept", "w=20&ci_cache=10", "public, max-age=10, s-maxage=10"],
    ["doc", "w=20&ci_cache=10", "public, max-age=10, s-maxage=10"],
    ["kept", "w=20&ci_cache=0", "public, max-age=0, s-maxage=0"],
  ];
  for (const [token, query, control] of table) {
    test(`of ${query} under ${token} is ${control}`, async () => {
      const { headers } = await ask(token, `/sample.li/flat.jpg?${query}`);
      expect(headers.get("cache-control")).toBe(control);
    });
  }

  test("of errors is 60 s at most, whatever the URL wants", async () => {
    const refused = await ask("kept", "/photos/a.jpg?ci_cache=9999");
    expect(refused.headers.get("cache-control")).toBe("public, max-age=60");
    const gone = await ask("kept", `${at("/nothing.jpg")}?ci_cache=9999`, { accept: "application/json" });
    expect([gone.status, gone.headers.get("cache-control")]).toEqual([404, "no-store"]);
  });
});

describe("a missing original", () => {
  const marker = "x-hexa-missingbehavior";

  test("is a default image with its own status, as large as what was asked for", async () => {
    const response = await ask("doc", `${at("/nothing.jpg")}?w=200&h=100`);
    expect([response.status, response.headers.get(marker)]).toEqual([404, "404-image"]);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { width, height } = await toRaster(await response.bytes());
    expect([width, height]).toEqual([200, 100]);
  });

  test("is in the format that was asked for", async () => {
    const response = await ask("doc", `${at("/nothing.jpg")}?w=50&force_format=webp`);
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "image/webp"]);
  });

  test("is a default image with 200 that caches keep for a minute, by its tags", async () => {
    const response = await ask("always", `${at("/nothing.jpg")}?w=50`);
    expect([response.status, response.headers.get(marker)]).toEqual([200, "200-image"]);
    expect(response.headers.get("cache-control")).toBe("public, max-age=0, s-maxage=60");
    expect(response.headers.get("vary")).toBe("Accept");
    expect(response.headers.get("surrogate-key")).toStartWith("t:always o:");
    expect(response.headers.has("etag")).toBe(false);
  });

  test("is a transparent pixel", async () => {
    const response = await ask("pixel", `${at("/nothing.jpg")}?w=50`);
    expect([response.status, response.headers.get(marker)]).toEqual([200, "200-pixel"]);
    expect(response.headers.get("content-type")).toBe("image/gif");
    const { width, height, rgba } = await toRaster(await response.bytes());
    expect([width, height, rgba[3]]).toEqual([1, 1, 0]);
  });

  test("is nothing at all, which substitutes nothing", async () => {
    const response = await ask("empty", `${at("/nothing.jpg")}?w=50`);
    expect([response.status, response.headers.has(marker)]).toEqual([404, false]);
    expect((await response.bytes()).length).toBe(0);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("is the token's own image, which has its own tags", async () => {
    const response = await ask("own", `${at("/nothing.jpg")}?w=32`);
    const { width, height } = await toRaster(await response.bytes());
    expect([response.status, width, height]).toEqual([200, 32, 16]);
    const [own] =
      ((await ask("own", at("/fallback.png"))).headers.get("surrogate-key") ?? "").match(/o:\w+/) ?? [];
    expect(response.headers.get("surrogate-key")).toContain(own as string);
  });

  test("is our image where the token's own is missing as well", async () => {
    const response = await ask("lost", `${at("/nothing.jpg")}?w=40`);
    expect([response.status, (await toRaster(await response.bytes())).width]).toEqual([404, 40]);
  });

  test("has the failing origin's status, and is not kept, where the origin failed", async () => {
    expect((await ask("doc", `${at("/broken")}?w=40`)).status).toBe(502);
    expect((await ask("doc", `${at("/never")}?w=40`)).status).toBe(504);
    const shown = await ask("always", `${at("/broken")}?w=40`);
    expect([shown.status, shown.headers.get("cache-control")]).toEqual([200, "no-store"]);
  });

  test("is told to who accepts JSON", async () => {
    for (const accept of [
      "application/problem+json",
      "application/json;q=0.9",
      "text/html, application/json",
    ]) {
      expect(await codeOf(await ask("always", at("/nothing.jpg"), { accept }))).toBe("origin_not_found");
    }
    const refused = await ask("always", at("/nothing.jpg"), { accept: "application/json;q=0, image/*" });
    expect(refused.headers.get("content-type")).toBe("image/png");
  });

  test("of an origin that is let alone comes with the time after which it is asked again", async () => {
    const answers: Response[] = [];
    for (let at = 0; at < 6; at++) answers.push(await ask("lost", `/http://127.0.0.1:1/${at}.jpg?w=20`));
    const said = answers.map(({ status, headers }) => [status, headers.get("retry-after")]);
    expect(said).toEqual([...new Array(5).fill([502, null]), [503, "2"]]);
    expect(answers.at(-1)?.headers.get("content-type")).toStartWith("image/");
  });

  test("does not hide what is wrong with a URL, nor a watermark that is missing", async () => {
    expect(await codeOf(await ask("always", at("/page.html?w=20")))).toBe("not_an_image");
    expect((await ask("always", "/photos/a.jpg")).status).toBe(400);
    const mark = `${at("/a.jpg")}?wat=1&wat_url=http://${origin.host}/nothing.png`;
    expect(await codeOf(await ask("always", mark))).toBe("origin_not_found");
  });

  test("is answered to HEAD without a body", async () => {
    const response = await ask("doc", `${at("/nothing.jpg")}?w=200`, {}, "HEAD");
    expect([response.status, response.headers.get(marker)]).toEqual([404, "404-image"]);
  });
});

describe("func=proxy", () => {
  test("passes on what the origin has, byte for byte, and never lets it act", async () => {
    const response = await ask("doc", `${at("/page.html")}?func=proxy`);
    expect([response.status, await response.text()]).toEqual([200, page]);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
    expect(response.headers.get("surrogate-key")).toStartWith("t:doc o:");
    const types: readonly [path: string, type: string, guarded: boolean][] = [
      ["/app.js", "text/javascript", true],
      ["/drawing.svg", "image/svg+xml", true],
      ["/odd", "application/octet-stream", true],
      ["/paper.pdf", "application/pdf", false],
      ["/a.jpg", "image/jpeg", false],
    ];
    for (const [path, type, guarded] of types) {
      const { headers } = await ask("doc", `${at(path)}?func=proxy`);
      expect([path, headers.get("content-type"), headers.has("content-security-policy")]).toEqual([
        path,
        type,
        guarded,
      ]);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("asks the origin once, answers 304, and touches no pixels", async () => {
    const target = `${at("/app.js")}?func=proxy&vh=7`;
    const first = await ask("doc", target);
    const [asked, renders] = [origin.asked.length, node.renders];
    const etag = first.headers.get("etag") as string;
    expect((await ask("doc", target)).status).toBe(200);
    const again = await ask("doc", target, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect([origin.asked.length, node.renders]).toEqual([asked, renders]);
  });

  test("does not make an image of what is none, and does not keep one from being recognized later", async () => {
    expect((await ask("doc", `${at("/page.html")}?func=proxy&vh=9`)).status).toBe(200);
    const before = origin.asked.length;
    expect((await ask("doc", `${at("/page.html")}?w=20&vh=9`)).status).toBe(415);
    // Asked again, by condition: it may have become an image.
    expect(origin.asked.length).toBe(before + 1);
  });

  test("outlives the process, with its type", async () => {
    const folder = await newFolder();
    const file = { tokens: { doc: { allowed_domains: [origin.host] } } };
    const target = `${at("/page.html")}?func=proxy`;
    {
      await using first = await startNode(folder, {}, file);
      await first.get(target);
    }
    const before = origin.asked.length;
    await using second = await startNode(folder, {}, file);
    const response = await second.get(target);
    expect([await response.text(), response.headers.get("content-type")]).toEqual([
      page,
      "text/html; charset=utf-8",
    ]);
    expect(origin.asked.length).toBe(before);
  });

  test("takes no host from a URL where the token has no list, and is told what is missing", async () => {
    const refused = await ask("always", `${at("/page.html")}?func=proxy`);
    expect([refused.status, await codeOf(refused)]).toEqual([403, "origin_refused"]);
    const missing = await ask("doc", `${at("/nothing.js")}?func=proxy`);
    expect([missing.status, await codeOf(missing)]).toEqual([404, "origin_not_found"]);
  });
});

describe("force_download", () => {
  const nameOf = async (target: string) => (await ask("doc", target)).headers.get("content-disposition");

  test("offers the answer as a file that is called like the original", async () => {
    expect(await nameOf(`${at("/a.jpg")}?force_download=1`)).toBe(
      `attachment; filename="a.jpg"; filename*=UTF-8''a.jpg`,
    );
    expect(await nameOf(`${at("/a.jpg")}?force_download=1&force_format=webp`)).toContain('filename="a.webp"');
    expect(await nameOf(`${at("/page.html")}?force_download=1&func=proxy`)).toContain('filename="page.html"');
    expect(await nameOf(at("/a.jpg"))).toBeNull();
  });

  test("keeps quotes and letters beyond ASCII from breaking the header", async () => {
    expect(await nameOf(`${at("/R%C3%A9sum%C3%A9%20%22x%22.jpg")}?force_download=1`)).toBe(
      `attachment; filename="R_sum_ _x_.jpg"; filename*=UTF-8''R%C3%A9sum%C3%A9%20_x_.jpg`,
    );
  });
});

describe("ci_info", () => {
  test("tells about the answer in headers, and changes nothing else", async () => {
    const plain = await ask("doc", `${at("/a.jpg")}?w=20`);
    const told = await ask("doc", `${at("/a.jpg")}?w=20&ci_info=2&q=300`);
    expect([...plain.headers.keys()].filter((name) => name.startsWith("x-ci-"))).toEqual([]);
    expect(told.headers.get("x-ci-token")).toBe("doc");
    expect(told.headers.get("x-ci-source-format")).toBe("jpeg");
    expect(told.headers.get("x-ci-notes")).toContain("q");
    expect(told.headers.get("x-ci-bytes")).toBe(String((await told.bytes()).length));
  });
});

describe("headers for origins", () => {
  const last = () => origin.headers.at(-1) as Headers;

  test("go to hosts that the settings name, beside a fixed User-Agent", async () => {
    await ask("open", "/_o_/a.jpg?w=20&vh=h1");
    expect([last().get("x-door"), last().get("user-agent")]).toEqual(["open", "Freshet/0.1"]);
    await ask("doc", `${at("/a.jpg")}?w=20&vh=h2`);
    expect(last().get("x-door")).toBe("open");
  });

  test("do not go to a host that only a URL names", async () => {
    await ask("open", `/http://localhost:${origin.host.split(":")[1]}/a.jpg?w=20&vh=h3`);
    expect(last().has("x-door")).toBe(false);
  });

  test("go along with redirects to the same host, and to no other", async () => {
    await ask("doc", `${at("/moved")}?w=20&vh=h4`);
    expect([origin.asked.at(-1), last().get("x-door")]).toEqual(["/a.jpg", "open"]);
    await ask("doc", `${at("/away")}?w=20&vh=h5`);
    expect([origin.asked.at(-1), last().has("x-door")]).toEqual(["/a.jpg", false]);
  });
});

describe("hostile requests are refused before anything is fetched or kept", () => {
  const host = "sample.li";
  const targets: readonly [what: string, target: string, status: number][] = [
    ["control characters", `/${host}/a%01b.jpg`, 400],
    ["a zero byte", `/${host}/a%00.jpg`, 400],
    ["a line break", `/${host}/a%0d%0aX:1.jpg`, 400],
    [
      "dots that climb out of an encoded origin",
      `/${encodeURIComponent(`https://${host}/../../etc/passwd`)}`,
      400,
    ],
    ["only dots", "/..%2f..%2fetc%2fpasswd", 400],
    ["64 KiB of path", `/${host}/${"a".repeat(65_536)}`, 414],
    ["10,000 parameters", `/${host}/a.jpg?${"a=1&".repeat(1_900)}`, 400],
    ["10,000 long parameters", `/${host}/a.jpg?${"parameter=1&".repeat(10_000)}`, 414],
    ["a scheme that is not fetched", "/file:///etc/passwd", 400],
    ["a storage that no alias names", "/storage://photos/a.jpg", 400],
    ["a user name", `/https://me:secret@${host}/a.jpg`, 400],
  ];
  for (const [what, target, status] of targets) {
    test(`${what}: ${status}`, async () => {
      const [asked, renders, size] = [origin.asked.length, node.renders, node.deps.originals.size];
      const response = await ask("kept", target);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect([origin.asked.length, node.renders, node.deps.originals.size]).toEqual([asked, renders, size]);
    });
  }

  test("a watermark that is the picture itself is one fetch, and ends", async () => {
    const url = `http://${origin.host}/a.jpg`;
    const before = origin.asked.length;
    const response = await ask("kept", `/${url}?vh=&w=20&wat=1&wat_url=${url}%3Fwat%3D1%26wat_url%3D${url}`);
    expect([200, 404]).toContain(response.status);
    expect(origin.asked.length - before).toBeLessThanOrEqual(2);
  });

  test("the URL limit is what the refusal says", () => expect(limits.urlChars).toBe(8192));
});
