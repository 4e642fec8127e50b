import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { LogMessage, Touched } from "@freshet/core";
import { openApp } from "../app.fixture.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterEach(() => expect(service.reported).toEqual([]));
afterAll(() => service.close());

/** A node with a lease, which answers each question with what `touched` says, or not at all. */
async function connectNode(node: string, touched: ((targets: unknown) => Touched) | null) {
  const { hub, jobs } = service.deps;
  const connection = hub.connect({
    send(message: LogMessage) {
      if (message.type !== "ask" || touched === null || message.question.kind !== "touched") return;
      const answer = { kind: "touched", answer: touched(message.question.targets) };
      void connection.receive(JSON.stringify({ type: "answer", ask: message.ask, answer }));
    },
    close() {},
  });
  const hello = { type: "hello", node, boot: `boot of ${node}`, fence: "revalidate", logId: jobs.logId() };
  const applied = jobs.head();
  const [last] = await jobs.read(applied - 1, 1);
  await connection.receive(JSON.stringify({ ...hello, applied, job: last?.job ?? "" }));
  await connection.receive(JSON.stringify({ type: "beat", beat: 1, applied }));
  return connection;
}

const of = (originals: number, folder = String(originals), atLeast = false): Touched => ({
  ...{ folder, originals, variants: 10 * originals, bytes: 100 * originals, atLeast },
  sample: { originals: [`doc|//h.io/${originals}.jpg`], urls: [`/v7/h.io/${originals}.jpg?w=5`] },
});

const order = { scope: "original", urls: ["/h.io/*", "/"], dry_run: true };

test("without a node nothing is touched, and nothing is written", async () => {
  const before = service.deps.jobs.head();
  const { status, body } = await service.invalidate(order);
  expect([status, body]).toEqual([
    200,
    {
      status: "success",
      msg: expect.stringContaining("Nothing was purged"),
      dry_run: {
        scope: "original",
        urls: { received: ["/h.io/*", "/"], invalidated: ["/h.io/*"], failed: ["/"] },
        problems: [{ url: "/", reason: expect.any(String) }],
        ...{ originals: 0, variants: 0, bytes: 0, at_least: false },
        sample: { originals: [], urls: [] },
        nodes: [],
      },
    },
  ]);
  expect(service.deps.jobs.head()).toBe(before);
  expect((await service.get("/invalidate")).body.invalidations).toEqual([]);
});

test("each node says what it has; one that goes away meanwhile is named, and the rest is 'at least'", async () => {
  const asked: unknown[] = [];
  const first = await connectNode("a", (targets) => {
    asked.push(targets);
    return of(1);
  });
  const second = await connectNode("b", () => of(2));
  const both = (await service.invalidate(order)).body.dry_run;
  expect(both).toMatchObject({ originals: 3, variants: 30, bytes: 300, at_least: false });
  expect(both.sample).toEqual({
    originals: ["/h.io/1.jpg", "/h.io/2.jpg"],
    urls: ["/v7/h.io/1.jpg?w=5", "/v7/h.io/2.jpg?w=5"],
  });
  expect(asked).toEqual([[{ token: "doc", kind: "prefix", pattern: "doc|//h.io/" }]]);
  await second.closed();
  const one = (await service.invalidate(order)).body.dry_run;
  expect(one).toMatchObject({ originals: 1, at_least: true });
  expect(one.nodes).toEqual([
    { id: "a", state: "answered", originals: 1, variants: 10, bytes: 100, at_least: false },
    { id: "b", state: "silent" },
  ]);
  await first.closed();
});

test("a folder that two nodes share is counted once", async () => {
  const nodes = [await connectNode("c", () => of(7, "same")), await connectNode("c-1", () => of(7, "same"))];
  const { originals, variants, bytes, nodes: views } = (await service.invalidate(order)).body.dry_run;
  expect([originals, variants, bytes]).toEqual([7, 70, 700]);
  expect(views.filter(({ state }: { state: string }) => state === "answered").length).toBe(2);
  for (const node of nodes) await node.closed();
});

describe("a dry run is refused as the purge would be", () => {
  test.each([
    ["bad_dry_run", { ...order, dry_run: "yes" }],
    ["bad_dry_run", { ...order, dry_run: 1 }],
    ["bad_dry_run", { ...order, dry_run: null }],
    ["bad_scope", { dry_run: true }],
    ["bad_urls", { scope: "original", urls: [], dry_run: true }],
  ])("%s: %j", async (code, body) => {
    const answer = await service.invalidate(body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test("dry_run: false is a purge", async () => {
    expect((await service.invalidate({ ...order, dry_run: false })).status).toBe(201);
  });

  test("it costs the key's quota, and says what is left", async () => {
    const small = await openApp({ FRESHET_PATTERNS_PER_MINUTE: "2" });
    const urls = ["/h.io/a.jpg", "/h.io/b.jpg"];
    const body = JSON.stringify({ scope: "original", urls, dry_run: true });
    const first = await small.ask("/invalidate", { method: "POST", body });
    expect([first.status, first.headers.get("ratelimit")]).toEqual([200, expect.stringContaining("r=0")]);
    expect((await small.ask("/invalidate", { method: "POST", body })).status).toBe(429);
    await small.close();
  });

  test("no hook may ask for one: it would take it for a purge", async () => {
    const { accept, authorize } = service.deps;
    const caller = authorize(
      new Request("http://x/", { headers: { "x-client-key": "a-key-only-for-tests" } }),
    );
    expect(await accept({ scope: "all", dry_run: true }, caller).catch(({ code }) => code)).toBe(
      "bad_dry_run",
    );
  });
});
