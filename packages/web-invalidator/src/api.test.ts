import { expect, test } from "bun:test";
import { ApiError, createApi } from "./api.ts";
import { noFilter } from "./job.ts";

const key = "freshet_a-key";

function answering(body: unknown, status = 200, headers: Record<string, string> = {}) {
  const calls: { url: string; init: RequestInit }[] = [];
  const api = createApi(async (url, init) => {
    calls.push({ url, init });
    const answer = { status, headers };
    return typeof body === "string" ? new Response(body, answer) : Response.json(body, answer);
  });
  return { api, calls };
}

/** The error of a call that must fail. */
async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

test("createApi sends the key in a header and nowhere else", async () => {
  const { api, calls } = answering({ status: "success", invalidations: [], next: null });
  expect(await api.jobs(key, noFilter, null)).toEqual({ jobs: [], next: null });
  expect(calls[0]?.url).toBe("invalidate?limit=20");
  expect(calls[0]?.init.headers).toEqual({ "X-Client-Key": key });
});

test("createApi sends an invalidation as JSON and answers its receipt", async () => {
  const receipt = { status: "RECEIVED", uuid: "u", added_at: "2026-11-23 13:39:52.636426" };
  const { api, calls } = answering({ status: "success", msg: "ok", invalidation: receipt }, 201);
  expect(await api.invalidate(key, { scope: "urls", urls: ["/a?w=1"] })).toEqual(receipt as never);
  expect(calls[0]?.init).toMatchObject({ method: "POST", body: '{"scope":"urls","urls":["/a?w=1"]}' });
});

test("createApi asks for a job at its own path, whatever its name is", async () => {
  const { api, calls } = answering({ status: "success", invalidation: {} });
  await api.job(key, "../a?b");
  expect(calls[0]?.url).toBe("invalidate/..%2Fa%3Fb");
});

test("createApi asks for a page of the history as it is searched", async () => {
  const { api, calls } = answering({ status: "success", invalidations: [], next: "7" });
  const filter = { text: "a&b=c", status: "running", scope: "urls" } as const;
  expect(await api.jobs(key, filter, "12")).toEqual({ jobs: [], next: "7" });
  expect(calls[0]?.url).toBe("invalidate?limit=20&before=12&text=a%26b%3Dc&status=running&scope=urls");
});

test("createApi asks what an order reaches by a dry run of it", async () => {
  const reach = {
    originals: 2,
    variants: 5,
    bytes: 9,
    at_least: false,
    sample: { originals: ["a.io/b"], urls: [] },
  };
  const { api, calls } = answering({ status: "success", dry_run: reach });
  expect(await api.reach(key, { scope: "all" })).toEqual(reach);
  expect(calls[0]?.init).toMatchObject({ method: "POST", body: '{"scope":"all","dry_run":true}' });
});

test("createApi restarts a job at its own path", async () => {
  const receipt = { status: "RECEIVED", uuid: "u", added_at: "2026-11-23 13:39:52.636426" };
  const { api, calls } = answering({ status: "success", invalidation: receipt }, 201);
  expect(await api.restart(key, "u")).toEqual(receipt as never);
  expect([calls[0]?.url, calls[0]?.init.method]).toEqual(["invalidate/u/restart", "POST"]);
});

test("createApi reads a stream of events with the key in its header", async () => {
  const text = 'retry: 1000\n\nevent: progress\ndata: {"uuid":"u"}\n\n: still there\n\n';
  const { api, calls } = answering(text);
  const heard: unknown[] = [];
  for await (const job of api.stream(key, "u", new AbortController().signal)) heard.push(job);
  expect(heard).toEqual([null, { uuid: "u" }, null]);
  expect(calls[0]?.url).toBe("invalidate/u/events");
  expect(calls[0]?.init.headers).toEqual({ "X-Client-Key": key });
});

const pictures: [status: string, wasKept: boolean][] = [
  ["freshet; hit; detail=memory", true],
  ["freshet; fwd=miss; detail=rendered; stored", true],
  ["freshet; fwd=uri-miss; fwd-status=200; stored", false],
  ["freshet; fwd=stale; fwd-status=304", false],
];

for (const [status, wasKept] of pictures) {
  test(`createApi tells of a picture with ${status} that its original was ${wasKept ? "" : "not "}kept`, async () => {
    const headers = { etag: '"abc"', "x-ci-fetched": "2026-11-25T14:00:00.000Z", "cache-status": status };
    const { api, calls } = answering("bytes", 200, headers);
    const { blob, ...rest } = await api.picture(key, { line: "/a.io/b?c", scope: "urls", api: "v7" });
    expect(rest).toEqual({ etag: "abc", fetchedAt: "2026-11-25T14:00:00.000Z", wasKept });
    expect(await blob.text()).toBe("bytes");
    expect(calls[0]?.url).toBe("picture?path=%2Fa.io%2Fb%3Fc&scope=urls&api=v7");
  });
}

const problem = { status: "error", code: "bad_urls", detail: "no path can be read" };
const failures: [name: string, body: unknown, status: number, kind: string, expected: object][] = [
  ["a wrong key", { ...problem, code: "key_wrong" }, 403, "key", { name: "unknownKey" }],
  ["a missing key", problem, 401, "key", { name: "unknownKey" }],
  [
    "a key that does not reach so far",
    { ...problem, code: "key_scope" },
    403,
    "order",
    { name: "refused", detail: "no path can be read" },
  ],
  ["a bad list", problem, 400, "order", { name: "refused", detail: "no path can be read" }],
  ["an unknown job", { ...problem, code: "job_unknown" }, 404, "order", { name: "unknownJob" }],
  ["too many at once", problem, 429, "order", { name: "refused", detail: "no path can be read" }],
  ["an internal error", problem, 500, "trouble", { name: "broken", detail: "no path can be read" }],
  ["a proxy's page", "<html>bad gateway</html>", 502, "trouble", { name: "noAnswer" }],
  ["another program's page", "<html>", 200, "trouble", { name: "noAnswer" }],
  ["another program's JSON", null, 200, "trouble", { name: "foreign", status: 200 }],
  ["a refusal without a reason", {}, 404, "trouble", { name: "foreign", status: 404 }],
];

for (const [name, body, status, kind, expected] of failures) {
  test(`createApi reads ${name} as ${kind}`, async () => {
    const error = await errorOf(answering(body, status).api.token(key));
    expect(error.kind).toBe(kind as ApiError["kind"]);
    expect(error.problem).toEqual(expected as never);
  });
}

test("createApi reads a limit with the moment from which it is over", async () => {
  const { api } = answering(problem, 429, { "retry-after": "12" });
  const beforeMs = Date.now();
  const { kind, problem: told } = await errorOf(api.invalidate(key, { scope: "all" }));
  expect(kind).toBe("order");
  expect(told).toMatchObject({ name: "limit", waitS: 12 });
  expect((told as { untilMs: number }).untilMs).toBeGreaterThanOrEqual(beforeMs + 12_000);
});

test("createApi reads a failed connection as trouble", async () => {
  const api = createApi(() => Promise.reject(new TypeError("Failed to fetch")));
  expect((await errorOf(api.token(key))).kind).toBe("trouble");
});

for (const impossible of ["", "a b", "ключ", "a\nb"]) {
  test(`createApi says that ${JSON.stringify(impossible)} is no key, instead of failing like a network`, async () => {
    const { api, calls } = answering({});
    expect((await errorOf(api.token(impossible))).kind).toBe("key");
    expect(calls).toEqual([]);
  });
}
