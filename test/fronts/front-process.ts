/** Starts the real Varnish and the real nginx with the files in `deploy/`, on free loopback ports. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { until } from "../processes.ts";
import type { FrontPrograms } from "./ensure-fronts.ts";

const deploy = `${import.meta.dir}/../../deploy`;

export interface FrontProcess {
  readonly url: string;
  /** Where purge-api reaches it. */
  readonly purgeUrl: string;
  stop(): Promise<void>;
}

/** @param backend port of what it fetches from @param folder of its own, for its files */
export async function startVarnish(
  { varnishd }: FrontPrograms,
  { backend, folder, key }: { backend: number; folder: string; key: string },
): Promise<FrontProcess> {
  const vcl = readFileSync(`${deploy}/varnish/freshet.vcl`, "utf8");
  writeFileSync(`${folder}/freshet.vcl`, replaced(vcl, { '"8080"': `"${backend}"` }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Without its jail, which would want a user and folders of its own.
  const options = ["-F", "-j", "none", "-n", `${folder}/work`, "-s", "malloc,64m", "-a", `127.0.0.1:${port}`];
  const command = [varnishd, ...options, "-f", `${folder}/freshet.vcl`];
  return start(command, { FRESHET_FRONT_KEY: key }, url, url);
}

export async function startNginx(
  { nginx }: FrontPrograms,
  { backend, folder, key }: { backend: number; folder: string; key: string },
): Promise<FrontProcess> {
  const [port, purgePort] = [await freePort(), await freePort()];
  const conf = readFileSync(`${deploy}/nginx/freshet.conf`, "utf8");
  mkdirSync(`${folder}/freshet-generations`);
  const here = replaced(conf, {
    "127.0.0.1:8080": `127.0.0.1:${backend}`,
    "listen 80;": `listen 127.0.0.1:${port};`,
    "127.0.0.1:8082": `127.0.0.1:${purgePort}`,
    "change-me-change-me": key,
    "/var/cache/nginx": folder,
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const main = `
    daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http { access_log off; ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
    ${here} }`;
  writeFileSync(`${folder}/nginx.conf`, main);
  const command = [nginx, "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`];
  return start(command, {}, `http://127.0.0.1:${port}`, `http://127.0.0.1:${purgePort}`);
}

/** What is deployed, with other addresses; a file in which one of them is not found was changed without its test. */
function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`${from} is not in the deployed file any more`);
    return changed.replaceAll(from, to);
  }, text);
}

async function start(
  command: string[],
  env: Record<string, string>,
  url: string,
  purgeUrl: string,
): Promise<FrontProcess> {
  const child = Bun.spawn(command, { env: { ...process.env, ...env }, stdout: "pipe", stderr: "pipe" });
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
  };
  const output = Promise.all([child.stdout.text(), child.stderr.text()]);
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error((await output).join("\n"));
      return (await fetch(`${url}/healthz`)).status < 600;
    }, `${command[0]} answers`);
    return { url, purgeUrl, stop };
  } catch (error) {
    await stop();
    throw new Error(`${command[0]} did not start:\n${(await output).join("\n")}`, { cause: error });
  }
}

/** Neither program says which port it got, so it is told one that was free just now. */
function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
  });
  return promise;
}
