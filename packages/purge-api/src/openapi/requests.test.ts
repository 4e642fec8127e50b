/** Requests that the document allows, and such as it does not: it tells beforehand which are answered with a 400. */
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { openApp } from "../app.fixture.ts";
import { arbitraryOf } from "./arbitrary-of.fixture.ts";
import { compile } from "./check-answer.fixture.ts";
import { openapiDocument } from "./document.ts";
import { type Method, type Operation, type Parameter, ref, type Schema } from "./openapi.ts";

// Each is hundreds of requests, on machines of any speed.
setDefaultTimeout(60_000);

const nodeKey = "a-node-key-only-for-tests";
let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  // Pictures are asked of a server that is not there.
  service = await openApp({ FRESHET_NODE_KEY: nodeKey, FRESHET_SERVER_URL: "http://127.0.0.1:1" });
});
afterEach(() => expect(service.reported).toEqual([]));
afterAll(() => service.close());

const isOrder = compile(ref("Order"));
/** Whether a text is one that a path or a tag can be read from, no schema can tell. */
const aboutContent = ["bad_urls", "bad_tags", "bad_transformations"];

async function post(body: unknown) {
  const { status, body: answer } = await service.invalidate(JSON.stringify(body));
  return { status, code: String(answer.code) };
}

describe("POST /invalidate", () => {
  test("takes every body that the document allows, but for lines that name nothing", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryOf(ref("Order")), async (order) => {
        expect(isOrder(order)).toBe(true);
        const { status, code } = await post(order);
        if (status !== 201 && status !== 200)
          expect([status, aboutContent.includes(code)]).toEqual([400, true]);
      }),
    );
  });

  test("refuses every body that it does not allow", async () => {
    const json = fc.jsonValue();
    const name = fc.constantFrom(
      "scope",
      "urls",
      "tags",
      "mode",
      "api",
      "transformations",
      "dry_run",
      "rewarm",
    );
    const spoiled = fc
      .tuple(arbitraryOf(ref("Order")), name, fc.oneof(json, fc.constant(undefined)))
      .map(([order, member, value]) => ({ ...(order as object), [member]: value }));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: spoiled }, json), async (body) => {
        const sent = JSON.parse(JSON.stringify(body));
        const { status, code } = await post(sent);
        if (isOrder(sent)) {
          if (status !== 201 && status !== 200)
            expect([status, aboutContent.includes(code)]).toEqual([400, true]);
          return;
        }
        refused++;
        expect([status, JSON.stringify(sent)]).toEqual([400, JSON.stringify(sent)]);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

/** Of operations that answer at once, and with a key: all but the form's files, which take nothing. */
const asked = Object.entries(openapiDocument.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, { tags }]) => !tags.includes("Form"))
    .filter(() => path !== "/internal/log")
    .map(([method, operation]) => ({ name: `${method} ${path}`, method: method as Method, path, operation })),
);

type Values = Readonly<Record<string, string>>;

function valuesOf(
  parameters: readonly Parameter[],
  where: Parameter["in"],
  any: boolean,
): fc.Arbitrary<Values> {
  const own = parameters.filter((parameter) => parameter.in === where);
  const record = Object.fromEntries(
    own.map(({ name, schema }) => [
      name,
      any ? fc.string({ unit: "grapheme" }) : arbitraryOf(schema as Schema),
    ]),
  );
  const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return fc
    .record(record, { requiredKeys: any ? [] : required })
    .map((values) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
    );
}

const isHeader = (value: string) => /^[\x20-\x7e]*$/.test(value);

function requestOf({ method, path, operation }: (typeof asked)[number], any: boolean) {
  const parameters = operation.parameters ?? [];
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const bodySchema = operation.requestBody?.content["application/json"]?.schema;
  return fc.record({
    query: valuesOf(parameters, "query", any),
    headers: valuesOf(parameters, "header", any),
    inPath: fc.tuple(...named.map(() => fc.string({ unit: "binary", minLength: 1 }))),
    body: bodySchema && !any ? arbitraryOf(bodySchema) : fc.jsonValue(),
    hasKey: fc.boolean(),
    method: fc.constant(method.toUpperCase()),
    path: fc.constant(path),
  });
}

type Generated = ReturnType<typeof requestOf> extends fc.Arbitrary<infer T> ? T : never;

/** The fixture holds each answer against the document. */
async function send({ query, headers, inPath, body, hasKey, method, path }: Generated): Promise<Response> {
  const values = [...inPath];
  const filled = path.replace(/\{\w+\}/g, () =>
    encodeURIComponent((values.shift() as string).toWellFormed()),
  );
  const usable = Object.entries(headers).filter(([, value]) => isHeader(value) && !/wait/.test(value));
  return await service.ask(`${filled}?${new URLSearchParams(query)}`, {
    method,
    headers: {
      ...Object.fromEntries(usable),
      ...(hasKey ? { authorization: `Bearer ${nodeKey}` } : { authorization: "Bearer wrong" }),
    },
    ...(method === "POST" && { body: JSON.stringify(body) }),
  });
}

describe.each(asked)("$name", (which) => {
  const operation: Operation = which.operation;

  test("requests that the document allows are answered as it says, and never with 500", async () => {
    await fc.assert(
      fc.asyncProperty(requestOf(which, false), async (request) => {
        expect((await send(request)).status).not.toBe(500);
      }),
      { numRuns: 40 },
    );
  });

  test("any other requests, too; a query that it does not allow is refused", async () => {
    const judges = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === "query")
      .map(({ name, schema }) => ({ name, isNumber: schema.type === "integer", judge: compile(schema) }));
    await fc.assert(
      fc.asyncProperty(requestOf(which, true), async (request) => {
        const { status } = await send(request);
        expect(status).not.toBe(500);
        const isWrong = judges.some(({ name, isNumber, judge }) => {
          const value = request.query[name];
          // An empty one is as none.
          return value !== undefined && value !== "" && !judge(isNumber ? Number(value) : value);
        });
        if (isWrong && request.method === "GET") expect(status).toBeWithin(400, 500);
      }),
      { numRuns: 40 },
    );
  });
});
