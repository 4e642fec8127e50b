/** The place where files are handed to the processes that make pictures is full, or cannot be written to. */
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { busy, toJpeg } from "../packages/server/src/engine/test-pictures.ts";
import { createKeeper } from "./keeper.ts";
import { startServer } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);
const main = fileURLToPath(new URL("../packages/server/src/main.ts", import.meta.url));

/** It takes root on Linux: other processes must not see what is mounted. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"];
  try {
    return Bun.spawnSync(command, { stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
}

const isPossible = canMount();
if (!isPossible) console.warn("freshet: no test of a full /dev/shm: it takes root and `unshare` on Linux");

describe.skipIf(!isPossible)("with a /dev/shm that", () => {
  test.each([
    ["has 100 kB", "size=100k"],
    ["has 3 MB, which is less than two files", "size=3m"],
    ["cannot be written to", "ro"],
  ])("%s, pictures are made all the same", async (_what, options) => {
    const jpeg = (await toJpeg(busy(1_400, 1_000))) as Uint8Array<ArrayBuffer>;
    expect(jpeg.length).toBeWithin(1_600_000, 3_000_000);
    await using origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(jpeg) });
    const dataDir = newFolder();
    const binary = `${dataDir}/server.sh`;
    const inside = `mount -t tmpfs -o ${options} tmpfs /dev/shm && exec '${process.execPath}' '${main}'`;
    await Bun.write(binary, `#!/bin/sh\nexec unshare --mount sh -c "${inside}"\n`);
    chmodSync(binary, 0o755);
    const env = { FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}` };
    const server = await keep(startServer({ dataDir: `${dataDir}/data`, binary, env }));
    const mark = encodeURIComponent(`http://127.0.0.1:${origin.port}/mark.jpg`);
    const asked = Array.from({ length: 6 }, async (_, at) => {
      const more = at % 2 === 0 ? "" : `&wat=1&wat_url=${mark}`;
      const response = await fetch(
        `${server.url}/http://127.0.0.1:${origin.port}/${at}.jpg?w=${90 + at}${more}`,
      );
      return [response.status, (await response.bytes()).length > 500];
    });
    expect(await Promise.all(asked)).toEqual(new Array(6).fill([200, true]));
    expect(server.output()).not.toContain("Error");
    await server.stop();
  });
});
