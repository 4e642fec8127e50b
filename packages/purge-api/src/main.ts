import { existsSync, readFileSync } from "node:fs";
import { SettingsError } from "@freshet/core";
import { createApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { type Config, loadConfig } from "./config.ts";
import { createDeps } from "./deps.ts";

/** How often leases and deadlines are looked at; acknowledgements are acted on at once. */
const settleEveryMs = 100;

function readConfig(): Config {
  const flag = process.argv.indexOf("--config");
  const path = (flag === -1 ? process.env.FRESHET_CONFIG : process.argv[flag + 1]) ?? "freshet.toml";
  const file = existsSync(path)
    ? (Bun.TOML.parse(readFileSync(path, "utf8")) as Record<string, unknown>)
    : {};
  return loadConfig({ env: process.env, file, readFile: (name) => readFileSync(name, "utf8") });
}

function main(): void {
  const config = readConfig();
  const deps = createDeps(config, systemClock());
  const app = createApp(deps).listen({ port: config.port, hostname: config.host });
  const settling = setInterval(deps.settler.settle, settleEveryMs);
  if (deps.createdKey) console.log(`client key: ${deps.createdKey}`);
  console.log(`freshet-purge listening on http://localhost:${app.server?.port}`);

  const stop = () => {
    clearInterval(settling);
    void app.stop(true).finally(() => {
      deps.close();
      process.exit(0);
    });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
