import { afterAll, beforeAll, expect, test } from "bun:test";
import { openApp } from "../app.fixture.ts";
import { compile } from "./check-answer.fixture.ts";
import { openapiDocument } from "./document.ts";
import { type Operation, ref } from "./openapi.ts";
import { modes } from "./schemas.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterAll(() => service.close());

const operations = Object.entries(openapiDocument.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
);

test("the document names every route of the service, and none that it has not", () => {
  const routes = service.app.routes.map(({ method, path }) => {
    // Elysia has a method of its own for sockets, which are asked for by GET.
    const verb = method === "WS" ? "get" : method.toLowerCase();
    return `${verb} ${path.replace(/:(\w+)/g, "{$1}")}`;
  });
  expect(routes.sort()).toEqual(operations.map(([name]) => name).sort());
});

test("it is served to anybody, as it is in the code", async () => {
  const { body } = await service.get("/openapi");
  expect(body).toEqual(JSON.parse(JSON.stringify(openapiDocument)));
});

test("every operation has a name of its own, says who may ask, and names each parameter of its path", () => {
  const names = operations.map(([, { operationId }]) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const [name, { security, parameters = [] }] of operations) {
    const kinds = security.flatMap((each) => Object.keys(each));
    expect(Object.keys(openapiDocument.components.securitySchemes)).toEqual(expect.arrayContaining(kinds));
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const named = parameters
      .filter((parameter) => parameter.in === "path")
      .map((parameter) => parameter.name);
    expect(named).toEqual(inPath as string[]);
  }
});

test("every schema can be used, and every word for a mode has a sentence", () => {
  const all = Object.keys(openapiDocument.components.schemas).map((name) => ref(name));
  expect(compile({ anyOf: all })).toBeFunction();
  for (const sentence of Object.values(modes)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
