/** `origin_refresh_seconds`: once it is that old, an original is asked for by condition, and nothing else is done. */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { createKeeper } from "./keeper.ts";
import { startServer, until } from "./processes.ts";

const keeper = createKeeper();
afterAll(keeper.end);

/** Counts who asks for its photo, and who only asks whether it is still the same. */
function startOrigin() {
  const counts = { whole: 0, unchanged: 0 };
  let photo = "flat.jpg";
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ headers }) {
      const etag = `"${photo}"`;
      if (headers.get("if-none-match") === etag) {
        counts.unchanged++;
        return new Response(null, { status: 304, headers: { etag } });
      }
      counts.whole++;
      return new Response(Bun.file(photos[photo] as string), { headers: { etag } });
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    counts,
    change: (to: string) => {
      photo = to;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

test("an unchanged original is asked for by condition and rendered no more; a changed one is new by itself", async () => {
  await using origin = startOrigin();
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host, FRESHET_ORIGIN_REFRESH_SECONDS: "1" };
  const server = await keeper.keep(startServer({ dataDir: join(keeper.newFolder(), "server"), env }));
  const ask = async () => {
    const response = await fetch(`${server.url}/http://${origin.host}/a.jpg?w=90`);
    await response.bytes();
    const { status, headers } = response;
    return { status, etag: headers.get("etag") as string, cache: headers.get("cache-status") as string };
  };
  const renders = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^freshet_renders_total\{result="ok"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };

  const first = await ask();
  expect([first.status, origin.counts, await renders()]).toEqual([200, { whole: 1, unchanged: 0 }, 1]);
  const etags = new Set([first.etag]);
  let seen = first.cache;
  const twice = async () => {
    const { etag, cache } = await ask();
    etags.add(etag);
    if (cache !== "freshet; hit; detail=memory") seen = cache;
    return origin.counts.unchanged >= 2;
  };
  await until(twice, "the origin was asked by condition twice");
  expect([...etags]).toEqual([first.etag]);
  expect(seen).toContain("fwd=stale; fwd-status=304");
  expect([origin.counts.whole, await renders()]).toEqual([1, 1]);

  origin.change("boat.jpg");
  await until(async () => (await ask()).etag !== first.etag, "the new picture comes by itself");
  expect([origin.counts.whole, await renders()]).toEqual([2, 2]);
}, 60_000);
