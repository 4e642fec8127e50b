import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Json, openApp } from "../app.fixture.ts";

const nodeKey = "a-node-key-only-for-tests";
const day = (iso: string) => Date.parse(iso) / 86_400_000;
let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp({ FRESHET_NODE_KEY: nodeKey });
});
afterAll(async () => {
  expect(service.reported).toEqual([]);
  await service.close();
});

async function tell(report: unknown, key = nodeKey) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await service.ask("/internal/usage", {
    method: "POST",
    headers,
    body: JSON.stringify(report),
  });
  return [response.status, ((await response.json()) as Json).code];
}

test("what servers tell is answered in Cloudimage's shape", async () => {
  const used = { token: "doc", bytes: 1_061_500_000, renders: 344, downloads: 227, stored: 37_000_000 };
  const report = {
    boot: "b",
    number: 1,
    used: [
      { ...used, day: day("2020-05-13") },
      { ...used, day: day("2020-05-19") },
    ],
  };
  expect(await tell(report)).toEqual([200, undefined]);
  expect(await tell(report)).toEqual([200, undefined]);
  const { status, body } = await service.get("/stats/general?from=20200513&to=20200519");
  expect([status, body]).toEqual([
    200,
    {
      status: "success",
      msg: "Stats for token: doc between 13 May 2020 and 19 May 2020",
      stats: {
        cdn_trafic_gb: 2.123,
        cache_storage_gb: 0.074,
        count_resized_images: 688,
        count_downloaded_images: 454,
        count_total_images: 1142,
      },
    },
  ]);
  expect(Object.keys(body.stats)[0]).toBe("cdn_trafic_gb");
  // Stored counts 30 days, whatever is asked for.
  const last = (await service.get("/stats/general?from=20200519&to=20200519")).body.stats;
  expect([last.cdn_trafic_gb, last.cache_storage_gb]).toEqual([1.062, 0.074]);
});

test("the key may travel in the query, as Cloudimage has it; another token sees nothing of it", async () => {
  const url = "http://localhost/stats/general?from=20200513&to=20200519&client_key=";
  const ask = async (key: string) => (await service.app.handle(new Request(url + key))).status;
  expect([await ask("a-key-only-for-tests"), await ask("wrong"), await ask("")]).toEqual([200, 403, 401]);
});

test("without days it is the last thirty", async () => {
  const { body } = await service.get("/stats/general");
  const [, from, to] = /between (.*) and (.*)$/.exec(body.msg) ?? [];
  expect((Date.parse(`${to} UTC`) - Date.parse(`${from} UTC`)) / 86_400_000).toBe(29);
});

test.each(["from=2020", "to=20200230", "from=20200520&to=20200519", "from=x"])(
  "%s is refused",
  async (query) => {
    expect((await service.get(`/stats/general?${query}`)).body.code).toBe("bad_query");
  },
);

test("only servers tell, and only what can be counted", async () => {
  const used = { day: 1, token: "doc", bytes: 1, renders: 1, downloads: 1, stored: 1 };
  expect(await tell({ boot: "b", number: 2, used: [used] }, "wrong")).toEqual([403, "key_wrong"]);
  const wrong = [
    null,
    [],
    {},
    { boot: "b", number: 2 },
    { boot: "b", number: 2, used: [{ ...used, bytes: -1 }] },
  ];
  for (const report of [...wrong, { boot: "b", number: 2, used: [{ ...used, token: "\0" }] }]) {
    expect(await tell(report)).toEqual([400, "bad_json"]);
  }
});
