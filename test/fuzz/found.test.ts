import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dataFolder } from "../processes.ts";
import { foundFiles, foundRequests, keepFile, keepRequest } from "./found.ts";
import { createRandom } from "./random.ts";
import { type FuzzRequest, writeApiRequest, writeImageRequest } from "./write-requests.ts";

const folder = dataFolder();
afterAll(() => folder.remove());

const sameBody = ({ body, ...request }: FuzzRequest) => ({
  ...request,
  body: body === undefined ? null : Buffer.from(body).toString("base64"),
});

test("what is kept is sent again as it was, to wherever the next run is", () => {
  const random = createRandom(1);
  const before = { origin: "127.0.0.1:1111", key: "test_first" };
  const after = { origin: "127.0.0.1:2222", key: "test_second" };
  for (let at = 0; at < 200; at++) {
    const [from, to] = [createRandom(at), createRandom(at)];
    const isForServer = random.once(2);
    const write = (choose: typeof random, { origin, key }: typeof before) =>
      isForServer ? writeImageRequest([`http://${origin}/seed-1`], choose) : writeApiRequest(key, choose);
    const service = isForServer ? "server" : "purge";
    const own = dataFolder();
    const sent = write(from, before);
    const expected = write(to, after);
    keepRequest({ to: service, request: sent }, `a/b ${at}`, before, own.path);
    const [found] = foundRequests(after, own.path);
    expect(found?.to).toBe(service);
    // Some are made of a uuid of their own.
    if (!sent.path.startsWith("/invalidate/"))
      expect(sameBody(found?.request as FuzzRequest)).toEqual(sameBody(expected));
    own.remove();
  }
});

test("a file is kept with what was asked of it", () => {
  keepFile(new Uint8Array([0, 255, 7]), "w=9&q=\u00e4", "415 png: GET /x", folder.path);
  const [found] = foundFiles(folder.path);
  expect([...(found?.bytes ?? [])]).toEqual([0, 255, 7]);
  expect(found?.query).toBe("w=9&q=\u00e4");
  expect(foundRequests({ origin: "", key: "" }, folder.path)).toEqual([]);
});

test("what is kept in the repository has neither a key nor an address of a run", () => {
  const kept = new URL("found/", import.meta.url).pathname;
  for (const name of readdirSync(kept).filter((each) => each.endsWith(".request.json"))) {
    expect(readFileSync(kept + name, "utf8")).not.toMatch(/test_[0-9a-f]{32}|127\.0\.0\.1:\d{4,5}\b/);
  }
});
