/** What clients can send below HTTP libraries: bytes on a connection, as an attacker writes them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { sendRaw } from "../../../test/send-raw.ts";
import { createApp } from "./app.ts";
import { busy, toJpeg } from "./engine/test-pictures.ts";
import { startOrigin, type TestOrigin } from "./origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "./test-node.ts";

let origin: TestOrigin;
let node: Node;
let port = 0;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  const jpeg = await toJpeg(busy(80, 40));
  origin = startOrigin({ "/a.jpg": () => new Response(jpeg as Uint8Array<ArrayBuffer>) });
  node = await startNode(await newFolder());
  const server = createApp(node.deps).listen({ port: 0, hostname: "127.0.0.1" });
  port = server.port ?? 0;
  stop = () => server.stop(true);
});

afterAll(async () => {
  await stop();
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

const send = (text: string) => sendRaw(port, text);

const get = (target: string, headers = "") =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
const at = (path: string) => `/http://${origin.host}${path}`;

const table: readonly [what: string, request: () => string][] = [
  ["a NUL in the path", () => get(at("/a\0.jpg"))],
  ["a NUL, encoded", () => get(at("/a%00.jpg"))],
  ["control characters in the path", () => get(at("/a\x01\x02\x1f\x7f.jpg"))],
  ["control characters, encoded", () => get(at("/a%01%1f%7f.jpg"))],
  ["a tab in the path", () => get(at("/a\t.jpg"))],
  ["a line feed, encoded", () => get(at("/a%0aX-Injected:1.jpg"))],
  ["a header, encoded", () => get(at("/a.jpg%0d%0aX-Injected:%201"))],
  ["a whole answer, encoded", () => get(at("/a%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0aX-Injected:1"))],
  ["bytes that are no UTF-8", () => get(at("/a\xff\xfe\xc3\x28.jpg"))],
  ["bytes that are no UTF-8, encoded", () => get(at("/a%ff%fe%c3%28.jpg"))],
  ["an overlong slash, encoded", () => get(at("/%c0%af..%c0%afetc/passwd"))],
  ["a half surrogate, encoded", () => get(at("/a%ed%a0%80.jpg"))],
  ["64 KiB of path", () => get(at(`/${"a".repeat(65_536)}`))],
  ["10,000 parameters", () => get(at(`/a.jpg?${"a=1&".repeat(10_000)}`))],
  ["1,500 short parameters", () => get(at(`/a.jpg?${"w=1&".repeat(1_500)}`))],
  ["10,000 headers", () => get(at("/a.jpg"), "X-A: 1\r\n".repeat(10_000))],
  ["1 MB of one header", () => get(at("/a.jpg"), `X-A: ${"a".repeat(1_000_000)}\r\n`)],
  ["a space in the target", () => get(at("/a .jpg"))],
  ["another method", () => get(at("/a.jpg")).replace("GET", "BREW")],
  ["no method at all", () => "\r\n\r\n\r\n\r\nnonsense\r\n\r\n"],
  ["another protocol", () => "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
  ["two lengths of a body", () => get(at("/a.jpg"), "Content-Length: 5\r\nContent-Length: 6\r\n")],
  [
    "a length beside chunks",
    () => get(at("/a.jpg"), "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n").concat("0\r\n\r\n"),
  ],
];

test.each(table)("%s: refused or cut off, and nothing is fetched or kept", async (_what, request) => {
  const [asked, renders, size] = [origin.asked.length, node.renders, node.deps.originals.size];
  const answer = await send(request());
  const [head = ""] = answer.split("\r\n\r\n", 1);
  // Nothing at all and 505 are the parser's own words: where a target has a blank in it, the version is expected next.
  const status = answer === "" ? "none" : /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  expect(status).toMatch(/^(none|4\d\d|505)$/);
  expect(head.toLowerCase()).not.toContain("x-injected");
  expect(answer.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect([origin.asked.length, node.renders, node.deps.originals.size]).toEqual([asked, renders, size]);
  expect(node.reported).toEqual([]);
  const next = await send(get("/healthz"));
  expect(next).toStartWith("HTTP/1.1 200");
});

test("headers that clients choose words of carry nothing else in", async () => {
  const target = at("/a.jpg?w=20&vh=a%0d%0aX-Injected:1&ci_info=2&force_download=1&q=%0d%0aX-Injected:1");
  const [head = ""] = (await send(get(target))).split("\r\n\r\n", 1);
  expect(head.split("\r\n").filter((line) => /^x-injected/i.test(line))).toEqual([]);
});

test("after all that the picture is made as ever", async () => {
  const answer = await send(get(at("/a.jpg?w=30")));
  expect(answer).toStartWith("HTTP/1.1 200");
  expect(answer.toLowerCase()).toContain("content-type: image/jpeg");
});
