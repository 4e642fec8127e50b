import { afterAll, beforeAll, expect, test } from "bun:test";
import { openApp } from "../app.fixture.ts";

const nodeKey = "a-node-key-only-for-tests";
const operator = { headers: { authorization: `Bearer ${nodeKey}` } };
let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp({ FRESHET_NODE_KEY: nodeKey });
});
afterAll(() => service.close());

const hello = { type: "hello", logId: "", applied: 0, job: "", fence: "revalidate" } as const;

test("nodes are listed and removed with the node key, and with no other", async () => {
  for (const [path, method] of [
    ["/nodes", "GET"],
    ["/nodes/n1", "DELETE"],
  ] as const) {
    expect((await service.ask(path, { method })).status).toBe(403);
    expect((await service.ask(path, { method, headers: { authorization: "Bearer x" } })).status).toBe(403);
  }
  expect(await (await service.ask("/nodes", operator)).json()).toEqual({ status: "success", nodes: [] });
});

test("a node is listed with its state, kept while it is connected, and removed after", async () => {
  const { membership } = service.deps;
  const session = await membership.hello({ ...hello, node: "n1", boot: "b1" }, 0);
  const node = { id: "n1", boot: "b1", fence: "revalidate", applied: 0, lease_left_ms: 0 };
  expect((await (await service.ask("/nodes", operator)).json()) as object).toEqual({
    status: "success",
    nodes: [{ ...node, state: "catching-up", lapsed_at: null }],
  });
  const remove = () => service.ask("/nodes/n1", { method: "DELETE", ...operator });
  expect((await remove()).status).toBe(409);
  await membership.leave(session);
  expect(await (await remove()).json()).toEqual({ status: "success" });
  expect((await remove()).status).toBe(404);
});
