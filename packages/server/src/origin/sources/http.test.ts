import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type AddressGuard, createAddressGuard } from "@freshet/outbound/address-guard";
import { createGuardedFetch } from "@freshet/outbound/guarded-fetch";
import { generate } from "selfsigned";
import type { OriginAnswer, Validators } from "../source.ts";
import { freely, type Handler, startOrigin } from "../test-origin.ts";
import { createHttpSource } from "./http.ts";

const bytes = new Uint8Array(5_000).map((_, at) => at % 251);

interface Options {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly guard?: AddressGuard;
  readonly allowed?: readonly string[];
}

function sourceWith({ timeoutMs = 5_000, maxBytes = 1_000_000, guard, allowed = ["*"] }: Options = {}) {
  const guardedFetch = createGuardedFetch(guard ?? createAddressGuard({ allowed, ports: ["80", "443"] }));
  const source = createHttpSource({ guardedFetch, loopName: "freshet-test", timeoutMs, maxBytes });
  return { fetch: (url: string, known: Validators | null) => source.fetch(url, known, freely) };
}

/** Any name is on this machine. */
const everybodyIsHere: AddressGuard = { resolve: async () => ["127.0.0.1"] };

function redirect(location: string, status = 302): Handler {
  return () => new Response("elsewhere", { status, headers: { location } });
}

async function codeOf(work: Promise<OriginAnswer>): Promise<string> {
  return work.then(
    (answer) => `answered ${answer.status}`,
    (error) => error.code,
  );
}

/** Answers the first request of each connection as it likes, below HTTP. */
async function startRaw(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe("a fetch", () => {
  test("brings the bytes and what the origin says about them", async () => {
    const headers = { etag: '"v1"', "last-modified": "Mon, 01 Jun 2026 10:00:00 GMT" };
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes, { headers }) });
    expect(await sourceWith().fetch(`http://${origin.host}/a.jpg?x=1`, null)).toEqual({
      kind: "body",
      mediaType: "application/octet-stream",
      bytes: Buffer.from(bytes),
      validators: { etag: '"v1"', lastModified: "Mon, 01 Jun 2026 10:00:00 GMT" },
      status: 200,
      tags: [],
    });
    expect(origin.asked).toEqual(["/a.jpg?x=1"]);
  });

  test("asks under the host's own name, although it connects to an address", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) });
    const port = origin.host.split(":")[1];
    await sourceWith({ guard: everybodyIsHere }).fetch(`http://pictures.example:${port}/a.jpg`, null);
    expect(origin.headers[0]?.get("host")).toBe(`pictures.example:${port}`);
  });

  test("tries the next address of a host where nobody answers at the first", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) });
    const guard: AddressGuard = { resolve: async () => ["127.0.0.2", "127.0.0.1"] };
    const url = `http://pictures.example:${origin.host.split(":")[1]}/a.jpg`;
    expect(await sourceWith({ guard }).fetch(url, null)).toMatchObject({ kind: "body" });
  });

  test("without a copy at hand asks caches on the way to ask the origin", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) });
    await sourceWith().fetch(`http://${origin.host}/a.jpg`, null);
    const headers = origin.headers[0] as Headers;
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(headers.has("if-none-match") || headers.has("if-modified-since")).toBe(false);
    expect(headers.get("user-agent")).toStartWith("Freshet/");
  });

  test("reads a body that was compressed on the way", async () => {
    const headers = { "content-encoding": "gzip" };
    await using origin = startOrigin({ "/a.jpg": () => new Response(gzipSync(bytes), { headers }) });
    expect(await sourceWith().fetch(`http://${origin.host}/a.jpg`, null)).toMatchObject({
      bytes: Buffer.from(bytes),
    });
  });
});

describe("a conditional fetch", () => {
  const table = [
    ["by ETag", { etag: '"v1"', lastModified: null }, ["if-none-match", '"v1"']],
    [
      "by date",
      { etag: null, lastModified: "Mon, 01 Jun 2026 10:00:00 GMT" },
      ["if-modified-since", "Mon, 01 Jun 2026 10:00:00 GMT"],
    ],
    [
      "by ETag where both are known",
      { etag: '"v1"', lastModified: "Mon, 01 Jun 2026 10:00:00 GMT" },
      ["if-none-match", '"v1"'],
    ],
  ] as const;
  for (const [how, known, [name, value]] of table) {
    test(`${how} may be answered 304`, async () => {
      await using origin = startOrigin({
        "/a.jpg": ({ headers }) => new Response(null, { status: headers.get(name) === value ? 304 : 500 }),
      });
      expect(await sourceWith().fetch(`http://${origin.host}/a.jpg`, known)).toEqual({
        kind: "not-modified",
        status: 304,
      });
    });
  }

  test("brings the bytes when they changed", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes, { headers: { etag: '"v2"' } }) });
    const answer = await sourceWith().fetch(`http://${origin.host}/a.jpg`, {
      etag: '"v1"',
      lastModified: null,
    });
    expect(answer).toMatchObject({ kind: "body", validators: { etag: '"v2"' } });
  });

  test("that was not conditional and is answered 304 all the same has failed", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(null, { status: 304 }) });
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_failed");
  });
});

describe("a status", () => {
  const table: readonly [status: number, code: string][] = [
    [404, "origin_not_found"],
    [410, "origin_gone"],
    [403, "origin_failed"],
    [401, "origin_failed"],
    [429, "origin_down"],
    [500, "origin_down"],
    [503, "origin_down"],
    [204, "origin_failed"],
    [206, "origin_failed"],
    [300, "origin_failed"],
  ];
  for (const [status, code] of table) {
    test(`of ${status} is ${code}`, async () => {
      const body = status === 204 ? null : "a page for people";
      await using origin = startOrigin({ "/a.jpg": () => new Response(body, { status }) });
      expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe(code);
    });
  }
});

describe("a redirect", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`with ${status} is followed, relative ones too`, async () => {
      await using origin = startOrigin({
        "/a/b.jpg": redirect("../c.jpg?d=1", status),
        "/c.jpg": () => new Response(bytes),
      });
      expect(await sourceWith().fetch(`http://${origin.host}/a/b.jpg`, null)).toMatchObject({ status: 200 });
      expect(origin.asked).toEqual(["/a/b.jpg", "/c.jpg?d=1"]);
    });
  }

  test("may lead to another host, which is then asked under its own name", async () => {
    await using target = startOrigin({ "/b.jpg": () => new Response(bytes) });
    await using origin = startOrigin({ "/a.jpg": redirect(`http://${target.host}/b.jpg`) });
    await sourceWith().fetch(`http://${origin.host}/a.jpg`, null);
    expect(target.headers[0]?.get("host")).toBe(target.host);
  });

  test("five times is followed, six times is not", async () => {
    const hops = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`/${at}`, redirect(`/${at + 1}`)]));
    await using origin = startOrigin({ ...hops, "/6": () => new Response(bytes) });
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/1`, null))).toBe("answered 200");
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/0`, null))).toBe("origin_redirects");
  });

  const refused: readonly [where: string, location: string, code: string][] = [
    ["another local address", "http://127.0.0.2/secret", "origin_refused"],
    ["cloud metadata", "http://169.254.169.254/latest/meta-data/", "origin_refused"],
    ["another port", "http://127.0.0.1:1/", "origin_refused"],
    ["a number that is an address", "http://2130706433/", "origin_refused"],
    ["localhost in IPv6", "http://[::1]/", "origin_refused"],
    ["a file", "file:///etc/passwd", "origin_failed"],
    ["another protocol", "ftp://example.org/a.jpg", "origin_failed"],
    ["data", "data:image/png;base64,AAAA", "origin_failed"],
    ["a user name", "http://me@127.0.0.1/", "origin_failed"],
    ["a password alone", "http://:secret@127.0.0.1/", "origin_failed"],
    ["nothing that is a URL", "http://[", "origin_failed"],
  ];
  for (const [where, location, code] of refused) {
    test(`to ${where} is ${code}`, async () => {
      await using origin = startOrigin({ "/a.jpg": redirect(location) });
      const source = sourceWith({ allowed: [origin.host] });
      expect(await codeOf(source.fetch(`http://${origin.host}/a.jpg`, null))).toBe(code);
      expect(origin.asked).toEqual(["/a.jpg"]);
    });
  }

  test("without a location is a failure", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(null, { status: 302 }) });
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_failed");
  });
});

describe("time", () => {
  test("ends for an origin that never answers", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Promise<Response>(() => {}) });
    expect(await codeOf(sourceWith({ timeoutMs: 100 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "origin_timeout",
    );
  });

  test("ends for an origin that accepts and says nothing", async () => {
    using origin = await startRaw(() => {});
    expect(await codeOf(sourceWith({ timeoutMs: 100 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "origin_timeout",
    );
  });

  test("ends for a body that never does", async () => {
    const drip = () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(new Uint8Array([1]));
            await new Promise(setImmediate);
          },
        }),
      );
    await using origin = startOrigin({ "/a.jpg": drip });
    expect(await codeOf(sourceWith({ timeoutMs: 150 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "origin_timeout",
    );
  });

  test("is one for all redirects together", async () => {
    // Each hop alone is well within the time.
    const slowly = async () => {
      await Bun.sleep(60);
      return new Response(null, { status: 302, headers: { location: "/a.jpg" } });
    };
    await using origin = startOrigin({ "/a.jpg": slowly });
    expect(await codeOf(sourceWith({ timeoutMs: 150 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "origin_timeout",
    );
  });

  test("ends for a name server that never answers", async () => {
    const guard: AddressGuard = { resolve: () => new Promise(() => {}) };
    expect(await codeOf(sourceWith({ timeoutMs: 100, guard }).fetch("http://slow.example/a.jpg", null))).toBe(
      "origin_timeout",
    );
  });
});

describe("a body", () => {
  const endless = (status = 200) =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
      }),
      { status },
    );

  test("that is announced as too large is not read", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) });
    expect(await codeOf(sourceWith({ maxBytes: 4_999 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "original_too_large",
    );
    expect(await codeOf(sourceWith({ maxBytes: 5_000 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "answered 200",
    );
  });

  test("that is announced as too large is not waited for", async () => {
    using origin = await startRaw((socket) =>
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"),
    );
    const source = sourceWith({ maxBytes: 4_999, timeoutMs: 2_000 });
    expect(await codeOf(source.fetch(`http://${origin.host}/a.jpg`, null))).toBe("original_too_large");
  });

  test("that turns out too large is read no further", async () => {
    await using origin = startOrigin({ "/a.jpg": () => endless() });
    expect(await codeOf(sourceWith({ maxBytes: 50_000 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "original_too_large",
    );
  });

  test("that unpacks to too much is read no further", async () => {
    const headers = { "content-encoding": "gzip" };
    const bomb = gzipSync(new Uint8Array(20_000_000));
    await using origin = startOrigin({ "/a.jpg": () => new Response(bomb, { headers }) });
    expect(await codeOf(sourceWith({ maxBytes: 1_000_000 }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "original_too_large",
    );
  });

  test("of an error is not waited for", async () => {
    await using origin = startOrigin({ "/a.jpg": () => endless(500) });
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_down");
  });

  const cut: readonly [how: string, answer: string][] = [
    ["that is shorter than announced", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"],
    ["whose chunks never end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"],
    ["that breaks off inside a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nfirst"],
  ];
  for (const [how, answer] of cut) {
    test(`${how} is not taken for the picture`, async () => {
      using origin = await startRaw((socket) => socket.end(answer));
      expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_down");
    });
  }
});

describe("a connection", () => {
  test("that is refused is origin_unreachable", async () => {
    const closed = await startRaw(() => {});
    closed[Symbol.dispose]();
    expect(await codeOf(sourceWith().fetch(`http://${closed.host}/a.jpg`, null))).toBe("origin_unreachable");
  });

  test("that is cut before any answer is origin_unreachable", async () => {
    using origin = await startRaw((socket) => socket.destroy());
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_unreachable");
  });

  test("to something that does not speak HTTP is origin_unreachable", async () => {
    using origin = await startRaw((socket) => socket.end("220 smtp.example ESMTP\r\n"));
    expect(await codeOf(sourceWith().fetch(`http://${origin.host}/a.jpg`, null))).toBe("origin_unreachable");
  });

  test("to a host that does not exist is origin_unreachable", async () => {
    expect(await codeOf(sourceWith().fetch("http://no-such-host.invalid/a.jpg", null))).toBe(
      "origin_unreachable",
    );
  });

  test("to a refused address is never made", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) });
    expect(await codeOf(sourceWith({ allowed: [] }).fetch(`http://${origin.host}/a.jpg`, null))).toBe(
      "origin_refused",
    );
    expect(origin.asked).toEqual([]);
  });
});

describe("https", () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-tls-"));
  const pairs = new Map<string, { serverName: string; key: string; cert: string }>();
  beforeAll(async () => {
    for (const name of ["a.test", "b.test"]) {
      const extensions = [{ name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: name }] }];
      const made = await generate([{ name: "commonName", value: name }], { keySize: 2048, extensions });
      pairs.set(name, { serverName: name, key: made.private, cert: made.cert });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const pair = (name: string) => pairs.get(name) as { serverName: string; key: string; cert: string };

  test("with a certificate that nobody vouches for is origin_unreachable", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(bytes) }, pair("a.test"));
    const url = `https://a.test:${origin.host.split(":")[1]}/a.jpg`;
    expect(await codeOf(sourceWith({ guard: everybodyIsHere }).fetch(url, null))).toBe("origin_unreachable");
    expect(origin.asked).toEqual([]);
  });

  test("takes a trusted certificate for its own name only, also where two names share an address", async () => {
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: [pair("a.test"), pair("b.test")],
      fetch: ({ headers }) => new Response(headers.get("host")),
    });
    await Bun.write(join(folder, "trusted.pem"), `${pair("a.test").cert}\n${pair("b.test").cert}\n`);
    // Whom a process trusts is settled when it starts.
    const child = Bun.spawn(
      [
        process.execPath,
        join(import.meta.dir, "fetch-by-name.ts"),
        `${server.port}`,
        "a.test",
        "b.test",
        "c.test",
        "a.test",
      ],
      {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "trusted.pem") },
        stderr: "inherit",
      },
    );
    const port = server.port;
    expect(await new Response(child.stdout).json()).toEqual([
      `a.test:${port}`,
      `b.test:${port}`,
      "origin_unreachable",
      `a.test:${port}`,
    ]);
  });
});
