import { mkdirSync, writeFileSync } from "node:fs";
import { mountSmallDisk } from "../faults/machine.ts";
import { dataFolder, startPurge, startServer } from "../processes.ts";
import { startHostileOrigin } from "./hostile-origin.ts";

export const ceilingBytes = 1024 ** 3;

/** Both services, a good and a bad origin; the server's data on a disk of its own, where the machine allows to mount one. */
export async function startWorld() {
  const data = dataFolder();
  const folder = `${data.path}/server`;
  mkdirSync(folder);
  const disk = mountSmallDisk(folder);
  const origin = startHostileOrigin();
  const purge = await startPurge({ dataDir: `${data.path}/purge` });
  // `func=proxy` passes on from nowhere else.
  writeFileSync(`${data.path}/freshet.toml`, '[tokens.doc]\nallowed_domains = ["127.0.0.1"]\n');
  const server = await startServer({
    dataDir: `${folder}/data`,
    cwd: data.path,
    purgeUrl: purge.url,
    env: {
      FRESHET_ALLOW_LOCAL_ORIGINS: `${origin.well},${origin.ill}`,
      FRESHET_ORIGIN_TIMEOUT_MS: "1500",
      FRESHET_ORIGIN_MAX_BYTES: "5000000",
      FRESHET_CEILING_BYTES: String(ceilingBytes),
      // None, so that all pictures come from the disk, and little space, so that they have to make room there.
      FRESHET_MEMORY_BYTES: "0",
      FRESHET_ORIGINAL_MEMORY_BYTES: "0",
      FRESHET_VARIANT_BYTES: "12000000",
      FRESHET_ORIGINAL_BYTES: "8000000",
      FRESHET_RENDERS: "2",
    },
  });
  return {
    ...{ folder, disk, origin, purge, server },
    async stop(): Promise<void> {
      await server.kill();
      await purge.kill();
      await origin.stop();
      disk?.unmount();
      data.remove();
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;
