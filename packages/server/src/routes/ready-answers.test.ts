import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { canonicalPlan, type LogRow, type NodeMessage, type PurgeMode, readNodeMessage } from "@freshet/core";
import fc from "fast-check";
import { createApp } from "../app.ts";
import { busy, quadrants, toJpeg, toPng } from "../engine/test-pictures.ts";
import { startOrigin, type TestOrigin } from "../origin/test-origin.ts";
import { configFor, type Node, newFolder, removeFolders, startNode } from "../test-node.ts";
import type { ReadRequest } from "./read-request.ts";
import type { ReadyAnswers } from "./ready-answers.ts";

let [before, after, mark]: Uint8Array[] = [];
/** What the origin answers with now. */
let current: Uint8Array | undefined;
let origin: TestOrigin;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  before = await toJpeg(busy(80, 40));
  after = await toJpeg(busy(60, 50));
  mark = await toPng(quadrants(8, 8));
  const image = (bytes: Uint8Array | undefined) => new Response(bytes as Uint8Array<ArrayBuffer>);
  origin = startOrigin({
    "/dir/a.jpg": () =>
      new Response(current as Uint8Array<ArrayBuffer>, { headers: { "cache-tag": "campaign" } }),
    "/mark.png": () => image(mark),
  });
});
beforeEach(() => {
  current = before;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

const at = (query: string, path = "/dir/a.jpg") => `/http://${origin.host}${path}?${query}`;

/** An app on a port of its own, asked over a connection. */
function listening(deps: Node["deps"]) {
  const server = createApp(deps).listen({ port: 0, hostname: "127.0.0.1" });
  stops.push(() => server.stop(true));
  return (target: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${target}`, init);
}

const none: ReadyAnswers = { answer: () => undefined, keep() {}, clear() {}, size: 0 };

async function told(response: Response) {
  const headers = Object.fromEntries(response.headers);
  for (const name of ["server-timing", "date"]) delete headers[name];
  const body = Buffer.from(await response.arrayBuffer()).toString("base64");
  return { status: response.status, headers, body };
}

function isReady({ deps }: Node, target: string, headers: Record<string, string> = {}): boolean {
  return deps.ready.answer(new Request(`http://localhost${target}`, { headers })) !== undefined;
}

/** Asks until the next answer is ready. */
async function makeReady(node: Node, target: string): Promise<string> {
  let etag = "";
  for (let times = 0; !isReady(node, target); times++) {
    if (times === 3) throw new Error(`${target} is not ready after ${times} answers`);
    etag = (await node.get(target)).headers.get("etag") ?? "";
  }
  return etag;
}

describe("an answer that is ready", () => {
  const accepts = [undefined, "*/*", "image/webp,*/*;q=0.8", "image/avif,image/webp", "image/webp;q=0"];
  const wishes = [
    "w=20",
    "w=20&force_format=_webp,jpeg",
    "w=21&vh=2&force_format=webp,jpeg",
    "w=22&func=crop&h=9&ci_info=2",
    "w=20&force_download=1",
    "w=0",
    "w=9&ci_cache=7",
  ];
  const conditions = [undefined, "same", "weak", "*", '"other"', 'W/"x", "y"', "garbage"];

  test("is what the whole way gives, in status, headers and bytes, whatever is asked for and in which order", async () => {
    await using node = await startNode(await newFolder());
    let ready = 0;
    const { answer } = node.deps.ready;
    const counting = {
      ...node.deps.ready,
      answer(request: Request) {
        const found = answer(request);
        ready += Number(found !== undefined);
        return found;
      },
    };
    const ask = listening({ ...node.deps, ready: counting });
    const askWholeWay = listening({ ...node.deps, ready: none });
    const asking = fc.record({
      query: fc.constantFrom(...wishes, `w=20&wat=1&wat_url=http://${origin.host}/mark.png`),
      accept: fc.constantFrom(...accepts),
      condition: fc.constantFrom(...conditions),
      method: fc.constantFrom("GET", "HEAD"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(asking, { minLength: 5, maxLength: 20 }), async (askings) => {
        for (const { query, accept, condition, method } of askings) {
          const headers: Record<string, string> = accept ? { accept } : {};
          // First, so that both find the picture in memory.
          const first = await askWholeWay(at(query), { headers });
          await first.bytes();
          const etag = first.headers.get("etag") ?? "";
          const asked = { same: etag, weak: `"x", W/${etag}` }[condition as string] ?? condition;
          if (asked) headers["if-none-match"] = asked;
          const [one, other] = [
            await ask(at(query), { method, headers }),
            await askWholeWay(at(query), { method, headers }),
          ];
          expect(await told(one)).toEqual(await told(other));
        }
      }),
      { numRuns: 30 },
    );
    expect(ready).toBeGreaterThan(20);
  }, 60_000);

  test("is counted as it would be: outcomes, answers and bytes", async () => {
    await using node = await startNode(await newFolder());
    const target = at("w=20");
    const bytes = (await (await node.get(target)).bytes()).byteLength;
    const etag = await makeReady(node, target);
    node.deps.usage.take();
    const demanded = [...node.deps.demand.pictures()][0]?.requests ?? 0;
    const earlier = await node.deps.metrics.text();
    for (let times = 0; times < 5; times++) {
      await node.get(target);
      await node.get(target, { headers: { "if-none-match": etag } });
    }
    const later = await node.deps.metrics.text();
    const grown = (line: string) => numberIn(later, line) - numberIn(earlier, line);
    expect(grown('freshet_cache_outcomes_total{outcome="memory"}')).toBe(5);
    expect(grown('freshet_cache_outcomes_total{outcome="not-modified"}')).toBe(5);
    expect(grown('freshet_responses_total{status="2xx"}')).toBe(5);
    expect(grown('freshet_responses_total{status="3xx"}')).toBe(5);
    expect(node.deps.usage.take()[0]?.bytes).toBe(5 * bytes);
    expect([...node.deps.demand.pictures()].map(({ requests }) => requests)).toEqual([demanded + 10]);
  });

  test("is for the host and the formats that it was asked for with", async () => {
    const file = { tokens: { doc: {}, b: { hosts: ["b.test"] } } };
    await using node = await startNode(await newFolder(), {}, file);
    const target = at("w=20&force_format=_webp,jpeg");
    const headers = { accept: "image/webp", host: "doc.test" };
    for (let times = 0; times < 3; times++) await node.get(target, { headers });
    expect(isReady(node, target, headers)).toBe(true);
    expect(isReady(node, target, { ...headers, accept: "*/*" })).toBe(false);
    expect(isReady(node, target, { ...headers, host: "b.test" })).toBe(false);
    const asked = await node.get(target, { headers: { ...headers, host: "b.test" } });
    expect(asked.headers.get("surrogate-key")).toContain("t:b");
  });

  test("is never one for some pages only, one that is passed on, one to another method or to the server itself", async () => {
    const file = {
      tokens: {
        doc: { allowed_domains: [origin.host] },
        guarded: { hosts: ["guarded.test"], referers: ["shop.test"] },
      },
    };
    await using node = await startNode(await newFolder(), {}, file);
    const asks = [
      [at("w=20"), { host: "guarded.test", referer: "https://shop.test/" }],
      [at("func=proxy"), {}],
    ] as const;
    for (const [target, headers] of asks) {
      for (let times = 0; times < 4; times++) expect((await node.get(target, { headers })).status).toBe(200);
      expect(isReady(node, target, headers)).toBe(false);
    }
    const refused = { headers: { host: "guarded.test", referer: "https://other.test/" } };
    expect((await node.get(at("w=20"), refused)).status).toBe(403);
    await makeReady(node, at("w=20"));
    expect((await node.get(at("w=20"), { method: "POST" })).status).toBe(405);
    const loop = { headers: { "cdn-loop": `cdn, ${node.deps.loopName}` } };
    expect((await node.get(at("w=20"), loop)).status).toBe(403);
    expect((await node.get(at("w=20"), { headers: { "cdn-loop": "cdn" } })).status).toBe(200);
  });

  test("takes a quarter of the memory for pictures at most", async () => {
    await using node = await startNode(await newFolder(), { FRESHET_MEMORY_BYTES: "24000" });
    for (let width = 10; width < 40; width++) {
      for (let times = 0; times < 3; times++) await node.get(at(`w=${width}`));
    }
    expect(node.deps.ready.size).toBeLessThanOrEqual(6_000);
    expect(node.deps.ready.size).toBeGreaterThan(1_000);
  });
});

const purges: Readonly<Record<string, (asked: ReadRequest) => [LogRow["kind"], pattern: string]>> = {
  all: () => ["all", ""],
  "a folder": ({ origin }) => ["prefix", origin.pathKey.slice(0, origin.pathKey.lastIndexOf("/") + 1)],
  "part of a folder's name": ({ origin }) => ["prefix", origin.pathKey.slice(0, -7)],
  "the original": ({ origin }) => ["original", origin.pathKey],
  "what was made of it": ({ origin, plan }) => ["variants", `${origin.pathKey}\n${canonicalPlan(plan)}`],
  "the URL": ({ key }) => ["url", key],
  "its tag": () => ["tag", "doc|#campaign"],
  "a tag of ours": ({ surrogateKey }) => ["tag", `doc|#${/o:\w+/.exec(surrogateKey)?.[0]}`],
};

describe("beside the purge log, it is not given any more", () => {
  const modes: readonly PurgeMode[] = ["hard", "revalidate", "soft", "erase"];
  for (const mode of modes) {
    for (const [what, target] of Object.entries(purges)) {
      test(`after a purge of ${what}, ${mode}`, async () => {
        const { node, hear, settled } = await follow();
        const etag = await makeReady(node, at("w=20"));
        current = after;
        const [kind, pattern] = target(
          node.deps.settings().readRequest(`http://localhost${at("w=20")}`, null),
        );
        const row = { seq: 1, job: "j", token: "doc", kind, pattern, mode };
        hear({ type: "rows", after: 0, rows: [row] });
        expect(isReady(node, at("w=20"))).toBe(false);
        await settled(1);
        const answer = await node.get(at("w=20"));
        expect([answer.status, answer.headers.get("etag") === etag]).toEqual([200, false]);
        expect(await makeReady(node, at("w=20"))).not.toBe(etag);
      });
    }
  }

  test("once its bytes were erased, and they are not in memory any more", async () => {
    const { node, hear, settled } = await follow();
    await makeReady(node, at("w=20"));
    expect(node.deps.ready.size).toBeGreaterThan(0);
    const pattern = `doc|//${origin.host}/dir/a.jpg`;
    const row = { seq: 1, job: "j", token: "doc", kind: "original", pattern, mode: "erase" };
    hear({ type: "rows", after: 0, rows: [row] });
    await settled(1);
    expect(node.deps.ready.size).toBe(0);
  });

  test("without a lease, nor after it what was replaced without one", async () => {
    const { node, grant, time } = await follow(300);
    const etag = await makeReady(node, at("w=20"));
    time.ms += 400;
    expect(isReady(node, at("w=20"))).toBe(false);
    current = after;
    // Cut off, it asks the origin.
    const answer = await node.get(at("w=20"));
    expect(answer.headers.get("etag")).not.toBe(etag);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    grant();
    expect(node.deps.follower?.trust()).toBe("trusted");
    expect(isReady(node, at("w=20"))).toBe(false);
    expect((await node.get(at("w=20"))).headers.get("etag")).not.toBe(etag);
  });

  test("after settings were read again, or once its token was taken out of them", async () => {
    const folder = await newFolder();
    const tokens = { doc: {}, b: { hosts: ["b.test"] } };
    await using node = await startNode(folder, {}, { tokens });
    const headers = { host: "b.test" };
    for (let times = 0; times < 3; times++) await node.get(at("w=20"), { headers });
    expect(isReady(node, at("w=20"), headers)).toBe(true);
    const life = { tokens: { ...tokens, b: { ...tokens.b, browser_seconds: 77 } } };
    node.deps.replaceSettings(configFor(folder, {}, life));
    expect(isReady(node, at("w=20"), headers)).toBe(false);
    for (let times = 0; times < 3; times++) {
      expect((await node.get(at("w=20"), { headers })).headers.get("cache-control")).toContain("max-age=77,");
    }
    expect(isReady(node, at("w=20"), headers)).toBe(true);
    node.deps.replaceSettings(configFor(folder, {}, { tokens: { doc: {} } }));
    expect((await node.get(at("w=20"), { headers })).headers.get("surrogate-key")).toContain("t:doc");
  });

  test("a second later, or once the origin is to be asked again", async () => {
    const { node, time, grant } = await follow(60_000, { FRESHET_ORIGIN_REFRESH_SECONDS: "5" });
    await makeReady(node, at("w=20"));
    time.ms += 999;
    expect(isReady(node, at("w=20"))).toBe(true);
    time.ms += 2;
    expect(isReady(node, at("w=20"))).toBe(false);
    time.ms += 3_500;
    grant();
    const etag = await makeReady(node, at("w=20"));
    current = after;
    time.ms += 600;
    expect((await node.get(at("w=20"))).headers.get("etag")).not.toBe(etag);
  });
});

/** A node on a clock that the test moves, and the log's end of its wire. */
async function follow(leaseMs = 60_000, env: Record<string, string> = {}) {
  const time = { ms: Date.now() };
  const clock = { monotonicMs: () => time.ms, wallMs: () => time.ms };
  const all = {
    FRESHET_PURGE_URL: "http://127.0.0.1:1",
    FRESHET_NODE_KEY: "0123456789abcdef0123456789abcdef",
    FRESHET_SOFT_WINDOW_SECONDS: "0",
    ...env,
  };
  const node = await startNode(await newFolder(), all, {}, clock);
  stops.push(() => node[Symbol.asyncDispose]());
  const { follower } = node.deps;
  if (!follower) throw new Error("it follows no log");
  const said: NodeMessage[] = [];
  let heard = Promise.withResolvers<void>();
  const send = (text: string) => {
    said.push(readNodeMessage(text));
    heard.resolve();
    heard = Promise.withResolvers();
  };
  const hear = (message: object) => follower.receive(JSON.stringify(message));
  const grant = () => {
    follower.beat();
    const beat = said.findLast((message) => message.type === "beat")?.beat;
    hear({ type: "lease", beat, leaseMs });
  };
  /** Resolves when the node has carried out everything up to there. */
  const settled = async (seq: number) => {
    while (!said.some((message) => message.type === "ack" && message.applied >= seq)) await heard.promise;
  };
  follower.connected({ send, close() {} });
  hear({ type: "welcome", logId: "L", head: 0, isContinued: false });
  grant();
  return { node, hear, grant, settled, time };
}

function numberIn(text: string, line: string): number {
  const found = text.split("\n").find((one) => one.startsWith(`${line} `));
  return Number(found?.split(" ")[1] ?? 0);
}
