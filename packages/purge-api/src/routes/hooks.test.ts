import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { Elysia } from "elysia";
import { type Json, openApp } from "../app.fixture.ts";
import { checkAnswer } from "../openapi/check-answer.fixture.ts";
import { problemResponse } from "../problems.ts";
import { hookRoutes } from "./hooks.ts";

const secret = "a-secret-only-for-tests";
const key = "a-key-only-for-tests";
let service: Awaited<ReturnType<typeof openApp>>;
let app: { handle(request: Request): Promise<Response> };
const fetched: string[] = [];
beforeAll(async () => {
  service = await openApp(
    { FRESHET_HOOK_SECRET: secret },
    { tokens: { doc: { aliases: { _media_: "s3.example/media" } } } },
  );
  app = new Elysia()
    .onError({ as: "global" }, ({ error }) => problemResponse(error, (each) => service.reported.push(each)))
    .use(
      hookRoutes({
        ...service.deps,
        addressOf: () => null,
        fetch: async (url) => {
          fetched.push(url.href);
          return new Response("ok");
        },
      }),
    );
});
afterAll(async () => {
  expect(service.reported).toEqual([]);
  await service.close();
});

const event = (name: string, bucket: string, object: string) => ({
  eventName: name,
  s3: { bucket: { name: bucket }, object: { key: object } },
});

async function post(path: string, body: unknown, headers: Record<string, string> = { "x-client-key": key }) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const head = service.deps.jobs.head();
  const request = new Request(`http://localhost${path}`, { method: "POST", headers, body: text });
  const response = await app.handle(request);
  await checkAnswer(request, response);
  const rows = await service.deps.jobs.read(head, 100);
  return {
    status: response.status,
    body: (await response.json()) as Json,
    purged: rows.map(({ pattern }) => pattern),
    rewarm: (await service.deps.jobs.list("doc", 1, null))[0]?.rewarm,
  };
}

describe("/hooks/s3", () => {
  test("purges objects that were written or removed, by the bucket's alias, and nothing else", async () => {
    const { status, purged } = await post("/hooks/s3", {
      Records: [
        event("ObjectCreated:Put", "media", "a/b+c%C3%BC.jpg"),
        event("s3:ObjectRemoved:Delete", "media", "what%3F%2A.jpg"),
        event("ObjectTagging:Put", "media", "tagged.jpg"),
      ],
    });
    expect(status).toBe(201);
    expect(purged).toEqual([
      "doc|//s3.example/media/a/b%20c%C3%BC.jpg",
      "doc|//s3.example/media/what%3F%2A.jpg",
    ]);
  });

  test("takes a prefix for a bucket without an alias", async () => {
    const body = { Records: [event("ObjectCreated:Put", "other", "a.jpg")] };
    expect((await post("/hooks/s3?prefix=/h.io/x/", body)).purged).toEqual(["doc|//h.io/x/a.jpg"]);
  });

  test("takes the key as a bearer and as a password, and no other", async () => {
    const body = { Records: [event("ObjectCreated:Put", "media", "a.jpg")] };
    const basic = Buffer.from(`any:${key}`).toString("base64");
    for (const authorization of [`Bearer ${key}`, `Basic ${basic}`]) {
      expect((await post("/hooks/s3", body, { authorization })).status).toBe(201);
    }
    expect((await post("/hooks/s3", body, {})).status).toBe(401);
    expect((await post("/hooks/s3", body, { authorization: "Bearer x" })).status).toBe(403);
  });

  test("has as many pictures made again as its URL says", async () => {
    const body = { Records: [event("ObjectCreated:Put", "media", "a.jpg")] };
    expect((await post("/hooks/s3?rewarm=5", body)).rewarm).toBe(5);
    expect((await post("/hooks/s3", body)).rewarm).toBe(0);
    for (const wrong of ["-1", "1.5", "many", "101"]) {
      const { status, purged, body: answer } = await post(`/hooks/s3?rewarm=${wrong}`, body);
      expect([status, purged, answer.code]).toEqual([400, [], "bad_rewarm"]);
    }
  });

  test("unwraps what comes by SNS, and purges once what is delivered twice", async () => {
    const Message = JSON.stringify({ Records: [event("ObjectCreated:Put", "media", "a.jpg")] });
    const wrapped = { Type: "Notification", MessageId: "m1", Message };
    expect((await post("/hooks/s3", wrapped)).purged.length).toBe(1);
    expect(await post("/hooks/s3", wrapped)).toMatchObject({ status: 201, purged: [] });
  });

  test("confirms a subscription at SNS, and nowhere else", async () => {
    const at = (SubscribeURL: string) =>
      post("/hooks/s3", { Type: "SubscriptionConfirmation", SubscribeURL });
    const right = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=x";
    expect((await at(right)).status).toBe(200);
    for (const wrong of [
      "http://sns.eu-central-1.amazonaws.com/",
      "https://sns.x.amazonaws.com.evil.io/",
      "https://127.0.0.1/",
      "x",
    ]) {
      expect((await at(wrong)).body.code).toBe("bad_hook");
    }
    expect(fetched).toEqual([right]);
  });

  test.each<[string, unknown]>([
    ["no JSON", "x"],
    ["a list", []],
    ["no records", { Records: 7 }],
    ["a record that is none", { Records: [null] }],
    ["a record without an object", { Records: [{ eventName: "ObjectCreated:Put", s3: {} }] }],
    ["a name that cannot be decoded", { Records: [event("ObjectCreated:Put", "media", "%zz")] }],
    ["a message that is no JSON", { Type: "Notification", Message: "x" }],
  ])("%s is refused", async (_, body) => {
    const answer = await post("/hooks/s3", body);
    expect([answer.status, answer.purged]).toEqual([400, []]);
  });

  test("a test event is answered, and purges nothing", async () => {
    expect(await post("/hooks/s3", { Event: "s3:TestEvent" })).toMatchObject({ status: 200, purged: [] });
  });
});

describe("/hooks/signed", () => {
  function sign(body: string, atS = Math.floor(Date.now() / 1000), by = secret) {
    const v1 = createHmac("sha256", by).update(`${atS}.${body}`).digest("hex");
    return { "x-freshet-signature": `t=${atS},v1=${v1}` };
  }
  const body = '{"urls":["/h.io/signed.jpg"]}';

  test("purges what is signed, and what is delivered twice once", async () => {
    const headers = sign(body);
    expect(await post("/hooks/signed", body, headers)).toMatchObject({
      status: 201,
      purged: ["doc|//h.io/signed.jpg"],
    });
    expect(await post("/hooks/signed", body, headers)).toMatchObject({ status: 201, purged: [] });
  });

  test("has as many pictures made again as its body says", async () => {
    const asked = '{"urls":["/h.io/signed.jpg"],"rewarm":7}';
    expect(await post("/hooks/signed", asked, sign(asked))).toMatchObject({ status: 201, rewarm: 7 });
  });

  test.each<[string, Record<string, string>]>([
    ["no signature", {}],
    ["a client key", { "x-client-key": key }],
    ["another secret", sign(body, undefined, "another-secret-of-tests")],
    ["another body", sign(`${body} `)],
    ["an old one", sign(body, Math.floor(Date.now() / 1000) - 400)],
    ["one from the future", sign(body, Math.floor(Date.now() / 1000) + 400)],
    ["half of one", { "x-freshet-signature": "t=1,v1=ab" }],
  ])("%s is refused", async (_, headers) => {
    const answer = await post("/hooks/signed", body, headers);
    expect([answer.status, answer.body.code, answer.purged]).toEqual([403, "hook_refused", []]);
  });
});
