import { expect, test } from "bun:test";
import { ApiError, createApi } from "./api.ts";

const key = "freshet_a-key";

function answering(body: unknown, status = 200) {
  const calls: { url: string; init: RequestInit }[] = [];
  const api = createApi(async (url, init) => {
    calls.push({ url, init });
    return typeof body === "string" ? new Response(body, { status }) : Response.json(body, { status });
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
  const { api, calls } = answering({ status: "success", invalidations: [] });
  expect(await api.jobs(key)).toEqual([]);
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

const problem = { status: "error", code: "bad_urls", detail: "no path can be read" };
const failures: [name: string, body: unknown, status: number, kind: string, sentence: string][] = [
  ["a wrong key", { ...problem, detail: "this client key is not known" }, 403, "key", "not known here"],
  ["a missing key", problem, 401, "key", "not known here"],
  ["a bad list", problem, 400, "order", "No path can be read."],
  [
    "an internal error",
    { ...problem, detail: "the error was logged" },
    500,
    "trouble",
    "the error was logged.",
  ],
  ["a proxy's page", "<html>bad gateway</html>", 502, "trouble", "does not answer"],
  ["another program's page", "<html>", 200, "trouble", "does not answer"],
  ["another program's JSON", null, 200, "trouble", "does not understand (200)"],
  ["a refusal without a reason", {}, 404, "trouble", "does not understand (404)"],
];

for (const [name, body, status, kind, sentence] of failures) {
  test(`createApi reads ${name} as ${kind}`, async () => {
    const error = await errorOf(answering(body, status).api.token(key));
    expect(error.kind).toBe(kind as ApiError["kind"]);
    expect(error.message).toContain(sentence);
  });
}

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
