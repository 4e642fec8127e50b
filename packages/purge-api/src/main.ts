import { readFileSync } from "node:fs";
import { limits, SettingsError, settingsSources } from "@freshet/core";
import { createApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { type Config, loadConfig } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";

/**
 * Bytes of a request that are read at all. Up to here the API answers itself that a body is too large; beyond, Bun
 * does, without having kept it.
 */
const maxRequestBodySize = 4 * limits.purgeBodyBytes;

/** How often leases and deadlines are looked at; acknowledgements are acted on at once. */
const settleEveryMs = 100;

/** How often is looked for jobs that another process left behind. */
const takeOverEveryMs = 1_000;

async function main(): Promise<void> {
  const readFile = (path: string) => readFileSync(path, "utf8");
  const { argv, env } = process;
  const config = loadConfig(settingsSources({ argv, env, readFile, parseToml: Bun.TOML.parse }));
  const deps = await createDeps(config, systemClock());
  // Before anything can fail: it is not shown a second time.
  if (deps.createdKey) console.log(`client key: ${deps.createdKey}`);
  const app = listen(config, deps);
  const timers = [
    setInterval(deps.settler.settle, settleEveryMs),
    setInterval(() => deps.settler.takeOver().catch(deps.report), takeOverEveryMs),
  ];
  console.log(`freshet-purge listening on http://localhost:${app.server?.port}`);

  const stop = () => {
    for (const timer of timers) clearInterval(timer);
    void app
      .stop(true)
      .finally(deps.close)
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function listen({ port, host }: Config, deps: Deps) {
  try {
    // Elysia would let several processes share the port, and each would keep half of the purges to itself.
    return createApp(deps).listen({ port, hostname: host, reusePort: false, maxRequestBodySize });
  } catch (error) {
    throw new SettingsError([`FRESHET_PURGE_PORT, FRESHET_PURGE_HOST: ${(error as Error).message}`]);
  }
}

main().catch((error) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
