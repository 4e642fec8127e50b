/** What an operator meets who starts purge-api by hand. */
import { afterAll, expect, test } from "bun:test";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);

const start = (dataDir: string, clientKey: string | null) => keep(startPurge({ dataDir, clientKey }));

/** Asks for the list of jobs with a key. */
async function list(purge: Running, key: string): Promise<number> {
  return (await fetch(`${purge.url}/invalidate`, { headers: { "x-client-key": key } })).status;
}

test("without a key in the environment the first start prints one, once, and it holds from then on", async () => {
  const dataDir = newFolder();
  const first = await start(dataDir, null);
  const key = /^client key: (freshet_[\w-]+)$/m.exec(first.output())?.[1] as string;
  expect(await list(first, key)).toBe(200);
  await first.stop();
  const second = await start(dataDir, null);
  expect(second.output()).not.toContain("client key");
  expect(await list(second, key)).toBe(200);
  await second.stop();
});

test("a key from the environment is not printed", async () => {
  const purge = await start(newFolder(), keys.client);
  expect(purge.output()).not.toContain(keys.client);
  expect(await list(purge, keys.client)).toBe(200);
  await purge.stop();
});

test("a body without end is cut off, announced or not", async () => {
  const purge = await start(newFolder(), keys.client);
  const headers = { "x-client-key": keys.client };
  const post = (body: string | ReadableStream) =>
    fetch(`${purge.url}/invalidate`, { method: "POST", headers, body }).then(
      ({ status }) => status,
      () => "connection closed",
    );
  const megabyte = new Uint8Array(1024 ** 2).fill(0x20);
  let sent = 0;
  const endless = new ReadableStream({
    pull: (controller) => (sent++ < 200 ? controller.enqueue(megabyte) : controller.close()),
  });
  expect(await post("x".repeat(30_000_000))).toBe(413);
  expect([413, "connection closed"]).toContain(await post(endless));
  expect(await list(purge, keys.client)).toBe(200);
  await purge.stop();
});

test("a second purge-api on the same port ends at once with a sentence, and its first key is shown nevertheless", async () => {
  const purge = await start(newFolder(), keys.client);
  const port = Number(new URL(purge.url).port);
  const failure = await startPurge({ dataDir: newFolder(), clientKey: null, port }).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(failure).toContain("ended with exit code 1");
  expect(failure).toMatch(/FRESHET_PURGE_PORT.*port.*in use/i);
  expect(failure).toContain("client key: freshet_");
  expect(failure).not.toContain(" at ");
  await purge.stop();
});

test("a second purge-api on the same folder ends at once with a sentence, and harms nothing", async () => {
  const dataDir = newFolder();
  const purge = await start(dataDir, keys.client);
  const failure = await startPurge({ dataDir }).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(failure).toContain("ended with exit code 1");
  expect(failure).toContain("is in use by another process; each purge-api needs a folder of its own");
  expect(failure).not.toContain(" at ");
  expect(await list(purge, keys.client)).toBe(200);
  await purge.stop();
});
