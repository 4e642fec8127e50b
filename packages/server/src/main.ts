import { existsSync, readFileSync } from "node:fs";
import { SettingsError } from "@freshet/core";
import { createApp } from "./app.ts";
import { type Config, loadConfig } from "./config.ts";
import { createDeps } from "./deps.ts";
import { connectFollower } from "./purge/connect.ts";

/** Requests that run when the server is told to stop get this long to end. */
const stopWithinMs = 10_000;

function readConfig(): Config {
  const flag = process.argv.indexOf("--config");
  const path = (flag === -1 ? process.env.FRESHET_CONFIG : process.argv[flag + 1]) ?? "freshet.toml";
  const file = existsSync(path)
    ? (Bun.TOML.parse(readFileSync(path, "utf8")) as Record<string, unknown>)
    : {};
  const config = loadConfig({ env: process.env, file, readFile: (name) => readFileSync(name, "utf8") });
  if (config.purgeUrl !== null && config.nodeKey === null) {
    throw new SettingsError([
      "FRESHET_NODE_KEY: needed to follow the purge log that FRESHET_PURGE_URL names",
    ]);
  }
  return config;
}

async function main(): Promise<void> {
  const config = readConfig();
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const deps = await createDeps(config, clock);
  const disconnect =
    deps.follower && config.purgeUrl && config.nodeKey
      ? connectFollower(deps.follower, config.purgeUrl, config.nodeKey)
      : () => {};
  const app = createApp(deps).listen({ port: config.serverPort, hostname: config.host });
  console.log(`freshet-server listening on http://localhost:${app.server?.port}`);

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await app.stop();
    disconnect();
    deps.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
