import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createApp } from "./app.ts";
import { busy, quadrants, type Raster, toJpeg, toPng, toRaster } from "./engine/test-pictures.ts";
import { barrier, startOrigin, type TestOrigin } from "./origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "./test-node.ts";

/** A client that reads errors: others are shown a picture in place of a missing original. */
const reader = { headers: { accept: "application/problem+json" } };

/** Bytes of a whole HTTP/1.1 answer to exactly this request target: URL parsers would tidy it up. */
function rawRequest(port: number, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.write(`${head}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.on("error", reject);
  });
}

let png: Uint8Array;
let origin: TestOrigin;
let node: Node;

beforeAll(async () => {
  png = await toPng(quadrants(80, 40));
  const jpeg = await toJpeg(busy(200, 100));
  const image =
    (bytes: Uint8Array, headers: Record<string, string> = {}) =>
    () =>
      new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
  origin = startOrigin({
    "/a.png": image(png),
    "/photos/2026/b.jpg": image(jpeg),
    "/with space.png": image(png),
    "/text.txt": () => new Response("this is no image, whatever its name is"),
    "/broken.png": image(png.subarray(0, 60)),
    "/gone.png": () => new Response("", { status: 410 }),
    "/forbidden.png": () => new Response("", { status: 403 }),
    "/error.png": () => new Response("", { status: 500 }),
    "/never.png": () => new Promise<Response>(() => {}),
    "/large.png": image(new Uint8Array(6_000)),
    "/loop.png": () => new Response(null, { status: 302, headers: { location: "/loop.png" } }),
  });
  node = await startNode(await newFolder(), {
    FRESHET_ORIGIN_TIMEOUT_MS: "150",
    FRESHET_ORIGIN_MAX_BYTES: "50000",
  });
});

afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

async function pictureOf(response: Response): Promise<Raster> {
  expect(response.status).toBe(200);
  return toRaster(await response.bytes());
}

describe("the documentation's own examples", () => {
  const table: readonly [target: string, width: number][] = [
    ["/sample.li/flat.jpg?w=500", 500],
    ["/sample.li/flat.jpg?width=500", 500],
    ["/sample.li/flat.jpg?w=500&vh=1", 500],
    ["/v7/sample.li/flat.jpg?w=500", 500],
    ["/https://sample.li/flat.jpg?w=500", 500],
    ["/http://sample.li/flat.jpg?w=500", 500],
    ["/v7/https://sample.li/flat.jpg?w=500", 500],
    ["/https%3A%2F%2Fsample.li%2Fflat.jpg?w=500", 500],
    ["/sample.li%2Fflat.jpg?ci_url_encoded=1&w=500", 500],
    ["/sample.li/now.php?width=500", 500],
    ["/sample.li/boat.jpg?w=300&h=300", 300],
  ];
  for (const [target, width] of table) {
    test(`${target} is ${width} pixels wide`, async () => {
      expect((await pictureOf(await node.get(target))).width).toBe(width);
    });
  }

  test("/sample.li/now.php shows the same moment until another version is asked for", async () => {
    const first = await (await node.get("/sample.li/now.php?w=400")).bytes();
    expect(await (await node.get("/sample.li/now.php?w=400")).bytes()).toEqual(first);
    expect(await (await node.get("/sample.li/now.php?w=400&vh=2")).bytes()).not.toEqual(first);
  });

  test("an origin named without a scheme is fetched by https, and by http where that cannot be reached", async () => {
    expect((await pictureOf(await node.get(`/${origin.host}/a.png?w=40`))).width).toBe(40);
  });

  test("a space in an original's name reaches the origin as one", async () => {
    expect((await node.get(`/http://${origin.host}/with%20space.png?w=40`)).status).toBe(404);
    expect(origin.asked.at(-1)).toBe("/with%20space.png");
  });

  test("what the origin's own query says reaches the origin, and what is ours does not", async () => {
    await node.get(`/http://${origin.host}/a.png?w=40&page=3&vh=7&func=crop&b=%20x`);
    expect(origin.asked.at(-1)).toBe("/a.png?page=3&b=%20x");
  });
});

describe("an answer", () => {
  test("carries every header of the contract", async () => {
    const { headers } = await node.get(`/http://${origin.host}/photos/2026/b.jpg?w=50`);
    const shown = Object.fromEntries(headers);
    expect(shown).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=0, s-maxage=31536000",
      "cdn-cache-control": "max-age=31536000",
      "cache-status": "freshet; fwd=uri-miss; fwd-status=200; stored",
      "x-content-type-options": "nosniff",
    });
    expect(shown.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(shown["server-timing"]).toMatch(/^resolve;dur=\d+\.\d, render;dur=\d+\.\d$/);
    expect(shown["surrogate-key"]).toMatch(/^t:doc o:[0-9a-f]{16}( p:[0-9a-f]{16}){3}$/);
    expect(shown["cache-tag"]).toBe(shown["surrogate-key"]?.replaceAll(" ", ","));
    expect(headers.has("vary")).toBe(false);
  });

  test("says Vary: Accept exactly where another Accept could have had another answer", async () => {
    const varies = async (query: string, accept: string) =>
      (await node.get(`/http://${origin.host}/a.png?${query}`, { headers: { accept } })).headers.get("vary");
    expect(await varies("w=40", "image/webp")).toBeNull();
    expect(await varies("w=40&force_format=_webp", "image/webp")).toBeNull();
    expect(await varies("w=40&force_format=webp,jpeg", "image/webp")).toBe("Accept");
    expect(await varies("w=40&force_format=webp,jpeg", "image/png")).toBe("Accept");
    expect(await varies("w=40&force_format=jpeg,png", "image/webp")).toBeNull();
  });

  test("negotiates the format that the client accepts", async () => {
    const typeFor = async (accept: string) => {
      const init = { headers: { accept } };
      return (
        await node.get(`/http://${origin.host}/a.png?w=44&force_format=avif,webp,png`, init)
      ).headers.get("content-type");
    };
    expect(await typeFor("image/avif,image/webp")).toBe("image/avif");
    expect(await typeFor("image/webp,*/*")).toBe("image/webp");
    expect(await typeFor("*/*")).toBe("image/png");
  });

  test("is first fetched and made, then found in memory, and on disk by the next process", async () => {
    const folder = await newFolder();
    const target = `/http://${origin.host}/a.png?w=41`;
    const statuses: (string | null)[] = [];
    const bodies: Uint8Array[] = [];
    const ask = async (from: Node, url: string) => {
      const response = await from.get(url);
      statuses.push(response.headers.get("cache-status"));
      bodies.push(await response.bytes());
    };
    {
      await using first = await startNode(folder);
      await ask(first, target);
      await ask(first, target);
      await ask(first, target.replace("w=41", "w=42"));
    }
    const askedBefore = origin.asked.length;
    await using second = await startNode(folder);
    await ask(second, target);
    await ask(second, target);
    expect(statuses).toEqual([
      "freshet; fwd=uri-miss; fwd-status=200; stored",
      "freshet; hit; detail=memory",
      "freshet; fwd=miss; detail=rendered; stored",
      "freshet; hit; detail=disk",
      "freshet; hit; detail=memory",
    ]);
    expect(bodies[3]).toEqual(bodies[0] as Uint8Array);
    expect([origin.asked.length, second.renders]).toEqual([askedBefore, 0]);
  });

  test("is 304 without a render when the client has it, even from a node that never made it", async () => {
    const target = `/http://${origin.host}/a.png?w=43`;
    const etag = (await node.get(target)).headers.get("etag") as string;
    await using other = await startNode(await newFolder());
    for (const sent of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const response = await other.get(target, { headers: { "if-none-match": sent } });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("etag")).toBe(etag);
      expect(response.headers.get("cache-control")).toContain("max-age");
      expect(response.headers.get("surrogate-key")).toContain("t:doc");
    }
    const again = await other.get(target, { headers: { "if-none-match": etag } });
    expect(again.headers.get("cache-status")).toBe("freshet; hit; detail=not-modified");
    expect(other.renders).toBe(0);
    expect((await other.get(target, { headers: { "if-none-match": '"old"' } })).status).toBe(200);
  });

  test("is one variant for every spelling of the same wish", async () => {
    await using fresh = await startNode(await newFolder());
    const spellings = [
      "w=60&h=30",
      "height=30&width=60",
      "w=60&h=30&func=crop&gravity=center",
      "w=30&h=15&dpr=2",
      "w=60&h=30&org_if_sml=0&utm=",
      "w=60&h=30&vh=5",
    ];
    const etags = new Set<string | null>();
    for (const query of spellings)
      etags.add((await fresh.get(`/http://${origin.host}/a.png?${query}`)).headers.get("etag"));
    expect(etags.size).toBe(1);
    expect(fresh.renders).toBe(1);
  });
});

describe("bad input", () => {
  const at = (path: string) => () => `/http://${origin.host}${path}`;
  const table: readonly [what: string, target: () => string, status: number, code: string][] = [
    ["a path that names nothing", () => "/v7/", 400, "bad_path"],
    ["a path that only climbs", () => "/..%2f..%2fetc%2fpasswd", 400, "bad_path"],
    ["a first segment without a dot", () => "/photos/a.jpg", 400, "bad_path"],
    ["a scheme that is not fetched", () => "/ftp://sample.li/a.jpg", 400, "bad_path"],
    ["a user name in the origin", () => "/https://me:secret@sample.li/a.jpg", 400, "bad_path"],
    ["a zero byte", () => "/sample.li/fl%00at.jpg", 400, "bad_path"],
    ["a line break", () => "/sample.li/flat.jpg%0d%0aX-A:%20b", 400, "bad_path"],
    ["dots that climb, encoded", () => "/sample.li/%2e%2e%2fflat.jpg", 400, "bad_path"],
    [
      "dots that climb inside an encoded origin",
      () => "/https%3A%2F%2Fsample.li%2F..%2Fflat.jpg",
      400,
      "bad_path",
    ],
    ["9,000 characters", () => `/sample.li/${"a".repeat(9_000)}`, 414, "path_too_long"],
    ["200 parameters", () => `/sample.li/flat.jpg?${"a=1&".repeat(200)}`, 400, "bad_query"],
    ["another vendor's syntax", () => "/v7m/sample.li/flat.jpg", 501, "not_implemented"],
    ["an unknown sample", () => "/sample.li/nothing.jpg", 404, "origin_not_found"],
    ["a name that every object has", () => "/sample.li/constructor", 404, "origin_not_found"],
    ["an unknown host", () => "/http://no-such-host.invalid/a.png", 502, "origin_unreachable"],
    ["an origin's 404", at("/missing.png"), 404, "origin_not_found"],
    ["an origin's 410", at("/gone.png"), 410, "origin_gone"],
    ["an origin's 403", at("/forbidden.png"), 502, "origin_failed"],
    ["an origin's 500", at("/error.png"), 502, "origin_down"],
    ["an origin that never answers", at("/never.png"), 504, "origin_timeout"],
    ["an origin that redirects for ever", at("/loop.png"), 502, "origin_redirects"],
    ["an original that is no image", at("/text.txt?w=50"), 415, "not_an_image"],
    ["an original that is damaged", at("/broken.png?w=50"), 422, "image_broken"],
    ["an original of nothing but zeros", at("/large.png"), 415, "not_an_image"],
  ];
  for (const [what, target, status, code] of table) {
    test(`${what} is ${status} ${code}`, async () => {
      const before = node.reported.length;
      const response = await node.get(target(), reader);
      const body = (await response.json()) as Record<string, unknown>;
      expect(body).toMatchObject({ status, code, type: `urn:freshet:error:${code}` });
      expect(typeof body.title).toBe("string");
      expect(typeof body.detail).toBe("string");
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(node.reported.length).toBe(before);
    });
  }

  test("an original beyond the limit of bytes is 422 original_too_large", async () => {
    await using small = await startNode(await newFolder(), { FRESHET_ORIGIN_MAX_BYTES: "5000" });
    const response = await small.get(`/http://${origin.host}/large.png`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      422,
      "original_too_large",
    ]);
  });

  test("without permission, an origin on a local address is 403 origin_refused", async () => {
    await using strict = await startNode(await newFolder(), { FRESHET_ALLOW_LOCAL_ORIGINS: "elsewhere:1" });
    const before = origin.asked.length;
    for (const host of [
      origin.host,
      origin.host.replace("127.0.0.1", "localhost"),
      "169.254.169.254",
      "[::1]:80",
    ]) {
      const response = await strict.get(`/http://${host}/a.png`);
      expect([host, response.status]).toEqual([host, 403]);
    }
    expect(origin.asked.length).toBe(before);
  });

  test("errors that depend on the origin are not cached, others briefly", async () => {
    const lifeOf = async (target: string) => (await node.get(target)).headers.get("cache-control");
    expect(await lifeOf(`/http://${origin.host}/missing.png`)).toBe("no-store");
    expect(await lifeOf("/photos/a.jpg")).toBe("public, max-age=60");
  });

  const ignored: readonly [query: string, size: readonly [number, number]][] = [
    ["w=abc", [80, 40]],
    ["w=0", [80, 40]],
    ["w=-5", [80, 40]],
    ["w=1e3", [80, 40]],
    ["w=NaN&h=Infinity", [80, 40]],
    ["w=99999999", [8192, 4096]],
    ["w=99999999&h=99999999", [6324, 6324]],
    ["w=20&func=zzz", [20, 10]],
    ["w=20&gravity=up", [20, 10]],
    ["w=20&q=300", [20, 10]],
    ["w=20&q=-1", [20, 10]],
    ["w=20&bg_color=nope", [20, 10]],
    ["w=20&force_format=exe", [20, 10]],
    ["w=20&dpr=1000", [100, 50]],
    ["w=20&w=40", [40, 20]],
    ["&&&&w=20", [20, 10]],
    ["w=%zz&h=20", [40, 20]],
  ];
  for (const [query, size] of ignored) {
    test(`${query} is answered with a picture of ${size.join("x")}, soon`, async () => {
      const start = performance.now();
      const { width, height } = await pictureOf(await node.get(`/http://${origin.host}/a.png?${query}`));
      expect([width, height]).toEqual([...size]);
      expect(performance.now() - start).toBeLessThan(15_000);
    }, 20_000);
  }

  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    test(`${method} is 405 with Allow, whatever its body is`, async () => {
      for (const type of [
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
      ]) {
        const init = { method, body: "{not what it says", headers: { "content-type": type } };
        const response = await node.get(`/http://${origin.host}/a.png`, init);
        expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
        expect(((await response.json()) as { code: string }).code).toBe("method_not_allowed");
      }
    });
  }
});

describe("over a real connection", () => {
  let port = 0;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    const server = createApp(node.deps).listen({ port: 0, hostname: "127.0.0.1" });
    port = server.port ?? 0;
    stop = () => server.stop(true);
  });
  afterAll(() => stop());

  test("HEAD has the headers of GET, its Content-Length, and no body", async () => {
    const target = `/http://${origin.host}/a.png?w=45`;
    const get = await fetch(`http://127.0.0.1:${port}${target}`);
    const length = (await get.bytes()).byteLength;
    const answer = await rawRequest(port, `HEAD ${target} HTTP/1.1`);
    const [head = "", body] = answer.split("\r\n\r\n");
    expect(body).toBe("");
    expect(head).toStartWith("HTTP/1.1 200");
    expect(head.toLowerCase().split("\r\n")).toContain(`content-length: ${length}`);
    expect(head.toLowerCase().split("\r\n")).toContain(`etag: ${get.headers.get("etag")}`);
    expect(get.headers.get("content-length")).toBe(String(length));
  });

  test("HEAD of what was never asked for tells the length, too", async () => {
    const target = `/http://${origin.host}/a.png?w=46`;
    const answer = await rawRequest(port, `HEAD ${target} HTTP/1.1`);
    const { byteLength } = await (await fetch(`http://127.0.0.1:${port}${target}`)).bytes();
    expect(answer.toLowerCase().split("\r\n")).toContain(`content-length: ${byteLength}`);
  });

  test("304 has no body and no length of one", async () => {
    const target = `/http://${origin.host}/a.png?w=45`;
    const etag = (await fetch(`http://127.0.0.1:${port}${target}`)).headers.get("etag");
    const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nIf-None-Match: ${etag}`);
    expect(answer).toStartWith("HTTP/1.1 304");
    expect(answer.split("\r\n\r\n")[1]).toBe("");
  });

  const targets: readonly [target: string, status: number][] = [
    // Bun resolves `.` and `..` before anybody sees the path, as browsers do.
    ["/photos.example/../sample.li/./flat.jpg?w=10", 200],
    ["/../../etc/passwd", 400],
    ["//sample.li/flat.jpg?w=10", 200],
    ["/https:/sample.li/flat.jpg?w=10", 200],
    ["/sample.li/%", 404],
    ["/sample.li/%zz.jpg", 404],
    ["/sample.li/flat.jpg?w=10#frag", 200],
    ["/\xff\xfe", 400],
    ["*", 400],
    ["/healthz", 200],
    ["/readyz", 200],
  ];
  for (const [target, status] of targets) {
    test(`GET ${JSON.stringify(target)} is ${status}`, async () => {
      expect((await rawRequest(port, `GET ${target} HTTP/1.1`)).slice(9, 12)).toBe(String(status));
    });
  }

  test("HEAD of the health pages is answered like GET: load balancers ask so", async () => {
    for (const page of ["/healthz", "/readyz", "/", "/robots.txt"]) {
      expect([page, (await rawRequest(port, `HEAD ${page} HTTP/1.1`)).slice(9, 12)]).toEqual([page, "200"]);
    }
  });

  test("a page takes no other method, and a path below it is a picture's", async () => {
    const status = async (line: string) => (await rawRequest(port, `${line} HTTP/1.1`)).slice(9, 12);
    expect(await status("POST /healthz")).toBe("405");
    expect(await status("GET /healthz?x=1")).toBe("200");
    expect(await status("GET /healthz/a.jpg")).toBe("400");
  });
});

describe("/metrics", () => {
  test("tells what happened", async () => {
    await using fresh = await startNode(await newFolder());
    const target = `/http://${origin.host}/a.png?w=22`;
    const etag = (await fresh.get(target)).headers.get("etag") as string;
    await fresh.get(target);
    await fresh.get(target, { headers: { "if-none-match": etag } });
    await fresh.get("/photos/a.jpg");
    await fresh.get(`/http://${origin.host}/missing.png`, reader);
    await fresh.get(target, { method: "POST" });
    const response = await fresh.get("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect((await response.text()).split("\n")).toEqual(
      expect.arrayContaining([
        'freshet_responses_total{status="2xx"} 2',
        'freshet_responses_total{status="3xx"} 1',
        'freshet_responses_total{status="4xx"} 3',
        'freshet_cache_outcomes_total{outcome="uri-miss"} 1',
        'freshet_cache_outcomes_total{outcome="memory"} 1',
        'freshet_cache_outcomes_total{outcome="not-modified"} 1',
        'freshet_renders_total{result="ok"} 1',
        'freshet_origin_fetches_total{result="200"} 1',
        'freshet_origin_fetches_total{result="origin_not_found"} 1',
        `freshet_store_bytes{store="variants"} ${fresh.deps.variants.size}`,
      ]),
    );
  });
});

describe("a disk that cannot be written", () => {
  test("costs speed and no picture, and is reported", async () => {
    const folder = await newFolder();
    await using fresh = await startNode(folder);
    for (const name of ["originals", "variants"]) {
      await rm(join(folder, name), { recursive: true });
      await Bun.write(join(folder, name), "a file where a folder should be");
    }
    // Too large for the books of the cache.
    const large = await toPng(busy(400, 200));
    await using its = startOrigin({ "/a.png": () => new Response(large as Uint8Array<ArrayBuffer>) });
    const target = `/http://${its.host}/a.png`;
    const first = await pictureOf(await fresh.get(`${target}?w=300`));
    expect([first.width, first.height]).toEqual([300, 150]);
    await Promise.all([fresh.deps.originals.settled(), fresh.deps.variants.settled()]);
    // Two writes failed for one reason.
    expect(fresh.reported.length).toBe(1);
    // From memory, from the origin again as its bytes could not be kept, and from there with another size.
    for (const query of ["w=300", "w=310", "w=300&vh=2"])
      expect((await fresh.get(`${target}?${query}`)).status).toBe(200);
  });

  test("does not matter for what is there already", async () => {
    const folder = await newFolder();
    const target = `/http://${origin.host}/a.png?w=21`;
    {
      await using first = await startNode(folder);
      await first.get(target);
    }
    await using second = await startNode(folder);
    await Bun.write(join(folder, "variants", "zz"), "a file where a folder should be");
    expect((await second.get(target)).headers.get("cache-status")).toBe("freshet; hit; detail=disk");
  });
});

describe("fifty equal requests at once", () => {
  test("are one fetch and one render", async () => {
    const gate = barrier();
    const reached = barrier();
    await using slow = startOrigin({
      "/a.png": async () => {
        reached.pass();
        await gate.passed;
        return new Response(png as Uint8Array<ArrayBuffer>);
      },
    });
    await using fresh = await startNode(await newFolder());
    const answers = Array.from({ length: 50 }, () => fresh.get(`/http://${slow.host}/a.png?w=20`));
    await reached.passed;
    gate.pass();
    const bodies = await Promise.all(
      (await Promise.all(answers)).map(async (answer) => [answer.status, await answer.bytes()]),
    );
    expect(bodies.every(([status]) => status === 200)).toBe(true);
    expect(new Set(bodies.map(([, bytes]) => Bun.hash(bytes as Uint8Array))).size).toBe(1);
    expect(slow.asked).toEqual(["/a.png"]);
    expect(fresh.renders).toBe(1);
  });

  test("of a failing origin all fail alike, and the next one asks again", async () => {
    let status = 500;
    await using moody = startOrigin({
      "/a.png": () => new Response(png as Uint8Array<ArrayBuffer>, { status }),
    });
    await using fresh = await startNode(await newFolder());
    const target = `/http://${moody.host}/a.png?w=20`;
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await fresh.get(target)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([502]));
    status = 200;
    expect((await fresh.get(target)).status).toBe(200);
  });
});
