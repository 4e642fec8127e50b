/** Being told to stop must not cost anybody their picture. */
import { expect, test } from "bun:test";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { dataFolder, startServer, until } from "./processes.ts";

test("a server that is told to stop answers what was asked before, and then takes no more", async () => {
  const data = dataFolder();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await using origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch() {
      asked.resolve();
      await released.promise;
      return new Response(Bun.file(photos["flat.jpg"] as string));
    },
  });
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}` };
  const server = await startServer({ dataDir: data.path, env });
  try {
    const running = fetch(`${server.url}/http://127.0.0.1:${origin.port}/flat.jpg?w=100`);
    await asked.promise;
    server.signal("SIGTERM");
    await until(async () => !(await isListening(server.url)), "the server takes no more connections");
    released.resolve();
    const response = await running;
    expect(response.status).toBe(200);
    expect((await response.bytes()).length).toBeGreaterThan(1_000);
    await server.stop();
  } finally {
    released.resolve();
    await server.kill();
    data.remove();
  }
}, 20_000);

async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/healthz`, { headers: { connection: "close" } });
    return true;
  } catch {
    return false;
  }
}
