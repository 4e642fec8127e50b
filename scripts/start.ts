/**
 * `npm start`: the purge service and a server that follows it, until Ctrl-C. Ports, data folder and keys
 * are the services' own settings (docs/configuration.md); this script only makes them know one another.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { root, run } from "./run.ts";
import { type Service, type ServiceOptions, startService } from "./service.ts";

const readyWithinMs = 60_000;
const services: Service[] = [];
let stopping = false;

async function shutDown(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await Promise.all(services.map((service) => service.stop()));
  process.exit(exitCode);
}

async function giveUp(sentence: string): Promise<void> {
  if (stopping) return;
  console.error(`freshet: ${sentence}`);
  await shutDown(1);
}

/** Starts a service and answers its URL once it listens. One that ends by itself takes the other with it. */
function start(options: ServiceOptions): Promise<string> {
  const service = startService(options);
  services.push(service);
  void service.exited.then((code) => giveUp(`${service.name} ended with exit code ${code}; see above.`));
  return service.listening;
}

async function untilReady(url: string): Promise<void> {
  while (!(await isReady(url))) await Bun.sleep(50);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return status === 200;
  } catch {
    return false;
  }
}

async function buildForm(): Promise<void> {
  const script = "packages/web-invalidator/build.ts";
  if (!existsSync(`${root}${script}`)) return;
  const exitCode = await run([process.execPath, script]);
  if (exitCode !== 0) await giveUp("the web form could not be built; see above.");
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void shutDown(0));
const deadline = setTimeout(() => void giveUp("the services were not ready within a minute."), readyWithinMs);

await buildForm();
// What lets a server join the purge log: as long as both live, and no longer.
const env = { FRESHET_NODE_KEY: process.env.FRESHET_NODE_KEY || randomBytes(32).toString("hex") };
let clientKey: string | undefined;

const purgeUrl = await start({
  name: "freshet-purge",
  main: "packages/purge-api/src/main.ts",
  env,
  onLine: (line) => {
    clientKey ??= line.match(/\bclient key: (\S+)/)?.[1];
  },
});
const serverUrl = await start({
  name: "freshet-server",
  main: "packages/server/src/main.ts",
  // By address: where `localhost` means ::1 first, the name may not reach a service bound to IPv4.
  env: { ...env, FRESHET_PURGE_URL: purgeUrl.replace("localhost", "127.0.0.1") },
});
await Promise.all([purgeUrl, serverUrl].map(untilReady));
clearTimeout(deadline);

console.log(`
Freshet is up. Open:
  ${serverUrl}/sample.li/flat.jpg?w=500      a photograph, 500 pixels wide
  ${serverUrl}/sample.li/now.php?width=500   the time at which this image was made
  ${purgeUrl}/      the form that makes it new again

Client key: ${clientKey ?? "printed at the first start; set FRESHET_CLIENT_KEY to choose one"}
Ctrl-C stops everything.`);
