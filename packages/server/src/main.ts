import { readFileSync } from "node:fs";
import { SettingsError, settingsSources } from "@freshet/core";
import { createApp } from "./app.ts";
import { type Config, loadConfig } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";
import { connectFollower } from "./purge/connect.ts";

/** Requests that run when the server is told to stop get this long to end. */
const stopWithinMs = 10_000;

async function main(): Promise<void> {
  const readFile = (path: string) => readFileSync(path, "utf8");
  const { argv, env } = process;
  const config = loadConfig(settingsSources({ argv, env, readFile, parseToml: Bun.TOML.parse }));
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const deps = await createDeps(config, clock);
  const app = listen(config, deps);
  const disconnect = follow(config, deps);
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

function listen({ serverPort, host }: Config, deps: Deps) {
  try {
    // Elysia would let several processes share the port: a forgotten one would go on answering from its own cache.
    return createApp(deps).listen({ port: serverPort, hostname: host, reusePort: false });
  } catch (error) {
    throw new SettingsError([`FRESHET_SERVER_PORT, FRESHET_SERVER_HOST: ${(error as Error).message}`]);
  }
}

/** @returns a function that ends the connection to the purge log */
function follow({ purgeUrl, nodeKey }: Config, { follower }: Deps): () => void {
  return follower && purgeUrl && nodeKey ? connectFollower(follower, purgeUrl, nodeKey) : () => {};
}

main().catch((error) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
