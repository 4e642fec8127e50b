/** What is measured over HTTP: ours, and caches of others before ours, on a given core. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Running, startServer, until } from "../../test/processes.ts";

export interface CacheServer {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const program = (name: string) => Bun.which(name) ?? `/usr/sbin/${name}`;

/** The programs of Debian that are not there. */
export function missingCaches(): string[] {
  return ["nginx", "varnishd"].filter((name) => !existsSync(program(name)));
}

/** @param folder for its files @param core on which all of it runs; `null`: on all */
export async function startOurs(
  name: string,
  folder: string,
  core: number | null,
  env: Record<string, string> = {},
): Promise<CacheServer & { readonly running: Running }> {
  mkdirSync(folder, { recursive: true });
  const script = join(folder, "start.sh");
  const main = join(import.meta.dir, "../../packages/server/src/main.ts");
  const pin = core === null ? "" : `taskset -c ${core} `;
  writeFileSync(script, `#!/bin/sh\nexec ${pin}${process.execPath} ${main} "$@"\n`);
  chmodSync(script, 0o755);
  const dataDir = join(folder, "data");
  const all = { FRESHET_PROCESSES: "1", FRESHET_ALLOW_LOCAL_ORIGINS: "*", ...env };
  const running = await startServer({ dataDir, binary: script, env: all });
  return { name, url: running.url, pid: running.pid, running, stop: running.stop };
}

export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** `Bun.serve` with one answer for everything, made once and copied for each request as ours is. */
export async function startBare(name: string, answer: BareAnswer, core: number | null): Promise<CacheServer> {
  const port = freePort();
  const { body, headers, status } = answer;
  const own = Object.entries(headers).filter(([name]) => !["date", "content-length"].includes(name));
  const code = `const body = ${body ? "await Bun.stdin.bytes()" : "null"};
    const answer = new Response(body, { status: ${status}, headers: ${JSON.stringify(Object.fromEntries(own))} });
    Bun.serve({ port: ${port}, hostname: "127.0.0.1", development: false, fetch: () => answer.clone() });`;
  return start(name, `http://127.0.0.1:${port}`, [process.execPath, "-e", code], core, body);
}

async function start(
  name: string,
  url: string,
  command: string[],
  core: number | null,
  input: Uint8Array | "ignore" = "ignore",
): Promise<CacheServer> {
  const pinned = core === null ? command : ["taskset", "-c", String(core), ...command];
  const child = Bun.spawn(pinned, { stdin: input, stdout: "ignore", stderr: "ignore" });
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
  };
  try {
    await until(async () => (await fetch(`${url}/healthz`)).status < 400, `${name} answers`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, url, pid: child.pid, stop };
}

/** One worker with what its documentation advises for speed; files in the page cache, sent by `sendfile`. */
export function startNginxCache(folder: string, backend: string, core: number | null): Promise<CacheServer> {
  mkdirSync(folder, { recursive: true });
  const port = freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log crit;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events { worker_connections 2048; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=1000;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
      proxy_cache_path ${folder}/cache levels=1:2 keys_zone=pictures:64m use_temp_path=off;
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass ${backend}; proxy_cache pictures; proxy_cache_key $request_uri; proxy_set_header Host $http_host;
          proxy_ignore_headers Cache-Control Expires; proxy_cache_valid 200 1h;
        }
      }
    }`,
  );
  const command = [program("nginx"), "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`];
  return start("nginx proxy_cache", `http://127.0.0.1:${port}`, command, core);
}

/** In memory, with its defaults. */
export function startVarnishCache(
  folder: string,
  backend: string,
  core: number | null,
): Promise<CacheServer> {
  mkdirSync(folder, { recursive: true });
  const port = freePort();
  writeFileSync(
    `${folder}/peer.vcl`,
    `vcl 4.1; backend default { .host = "127.0.0.1"; .port = "${new URL(backend).port}"; }
    sub vcl_backend_response { set beresp.ttl = 1h; }`,
  );
  const options = ["-F", "-j", "none", "-n", `${folder}/work`, "-s", "malloc,256m"];
  const command = [program("varnishd"), ...options, "-a", `127.0.0.1:${port}`, "-f", `${folder}/peer.vcl`];
  return start("Varnish", `http://127.0.0.1:${port}`, command, core);
}

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}
