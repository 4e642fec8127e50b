/**
 * `bun bench/purge/peers.ts`: how long a purge of one original with 2,000 variants takes, until the call has answered
 * (Freshet: until DONE) and until a new picture has come, beside Varnish (`ban`, `xkey`) and nginx as Debian packages them:
 * with Debian's cache-purge module, which knows exact URLs only (one variant), and by the generation file of
 * `deploy/nginx` (the whole token), since nginx has no purge of its own. One process of each, the same origin,
 * alternating rounds of one run. The others confirm for one machine and from memory; what fetches are running they do
 * not look at, and what they purged before a crash they do not know after it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createNginx } from "../../packages/purge-api/src/fronts/nginx.ts";
import { installPackages } from "../../scripts/install-packages.ts";
import { bitmap } from "../../test/faults/versioned-origin.ts";
import { ensureFronts } from "../../test/fronts/ensure-fronts.ts";
import { startNginx } from "../../test/fronts/front-process.ts";
import { dataFolder, until } from "../../test/processes.ts";
import { markdownTable, percentile } from "../report.ts";
import { purgeMs, withCluster } from "./cluster.ts";

const rounds = 100;
const variants = 2_000;
const packages = ["varnish", "varnish-modules", "nginx-light", "libnginx-mod-http-cache-purge"];

interface Peer {
  readonly name: string;
  picture(variant: number): string;
  /** Resolves when the peer says that it has purged. */
  purge(): Promise<void>;
}

let version = 0;
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () =>
    new Response(bitmap(version) as Uint8Array<ArrayBuffer>, {
      headers: {
        "cache-control": "max-age=3600",
        xkey: "original",
        etag: `"${version}"`,
        "content-type": "image/bmp",
      },
    }),
});
const host = `127.0.0.1:${origin.port}`;
const data = dataFolder();
const children: Bun.Subprocess[] = [];
const stops: (() => Promise<void>)[] = [];

async function order(url: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, { method: "PURGE", headers });
  await response.bytes();
  if (!response.ok) throw new Error(`PURGE ${url} answered ${response.status}`);
}

async function startPeer(command: string[], url: string): Promise<void> {
  children.push(Bun.spawn(command, { stdout: "ignore", stderr: "ignore" }));
  await until(async () => (await fetch(url)).ok, `${command[0]} answers`);
}

const freePort = () => 12_000 + Math.floor(Math.random() * 9_000);

async function varnish(): Promise<Peer[]> {
  const port = freePort();
  const vcl = `vcl 4.1; import xkey;
    backend default { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv {
      if (req.method == "PURGE" && req.http.how == "ban") { ban("obj.http.x-path ~ ^/picture"); return (synth(200)); }
      if (req.method == "PURGE") { set req.http.n = xkey.purge("original"); return (synth(200)); }
    }
    sub vcl_backend_response { set beresp.http.x-path = bereq.url; }`;
  writeFileSync(`${data.path}/peer.vcl`, vcl);
  const url = `http://127.0.0.1:${port}`;
  const options = [
    "-F",
    "-j",
    "none",
    "-n",
    `${data.path}/varnish`,
    "-s",
    "malloc,256m",
    "-a",
    `127.0.0.1:${port}`,
  ];
  await startPeer(["/usr/sbin/varnishd", ...options, "-f", `${data.path}/peer.vcl`], `${url}/ready`);
  const picture = (variant: number) => `${url}/picture?${variant}`;
  return [
    { name: "Varnish, ban", picture, purge: () => order(url, { how: "ban" }) },
    { name: "Varnish, xkey", picture, purge: () => order(url, { how: "xkey" }) },
  ];
}

async function nginx(): Promise<Peer[]> {
  const port = freePort();
  const folder = `${data.path}/nginx`;
  mkdirSync(folder);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const conf = `load_module /usr/lib/nginx/modules/ngx_http_cache_purge_module.so;
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http { access_log off; ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
      proxy_cache_path ${folder}/cache keys_zone=peer:64m;
      server { listen 127.0.0.1:${port};
        location / { proxy_pass http://${host}; proxy_cache peer; proxy_cache_key $request_uri; proxy_cache_valid 200 1h;
          proxy_cache_purge PURGE from 127.0.0.1; } } }`;
  writeFileSync(`${folder}/nginx.conf`, conf);
  const url = `http://127.0.0.1:${port}`;
  await startPeer(
    ["/usr/sbin/nginx", "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`],
    `${url}/ready`,
  );
  const purge = () =>
    order(`${url}/picture?0`).catch((error) => {
      const alert = readFileSync(`${folder}/error.log`, "utf8").match(/\[alert\].*/)?.[0];
      throw new Error(`${error.message.split(".")[0]}; ${alert ?? "nothing in its log"}`);
    });
  return [
    { name: "nginx, cache-purge: one of them", picture: (variant) => `${url}/picture?${variant}`, purge },
  ];
}

async function nginxGeneration(): Promise<Peer[]> {
  const [key, path] = ["key", `${data.path}/generation`];
  mkdirSync(path);
  const options = { backend: Number(origin.port), folder: path, key };
  const { url, purgeUrl, stop } = await startNginx(await ensureFronts(), options);
  stops.push(stop);
  const front = createNginx(fetch, [purgeUrl], key);
  return [
    {
      name: "nginx, generation: the token",
      picture: (variant) => `${url}/picture?${variant}`,
      purge: () => front.purge(["t:doc"], "hard"),
    },
  ];
}

/** One that is missing is named, and the others are measured all the same. */
async function startOrName(name: string, start: () => Promise<Peer[]>): Promise<Peer[]> {
  const tried = async () => {
    const peers = await start();
    for (const peer of peers) {
      await etagOf(peer.picture(0));
      await peer.purge();
    }
    return peers;
  };
  return tried().catch((error) => {
    console.log(`left out: ${name}: ${(error as Error).message.split("\n")[0]}`);
    return [];
  });
}

async function etagOf(url: string): Promise<string> {
  const response = await fetch(url);
  await response.bytes();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.headers.get("etag") ?? "";
}

async function fill(peer: Peer): Promise<void> {
  for (let at = 0; at < variants; at += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, next) => etagOf(peer.picture(at + next))));
  }
}

async function measure(peers: readonly Peer[]): Promise<void> {
  const times = peers.map(() => ({ purged: [] as number[], fresh: [] as number[] }));
  for (const peer of peers) await fill(peer);
  for (let round = 0; round < rounds; round++) {
    for (const [at, peer] of peers.entries()) {
      // Some of what the last purge took comes back, so that there is always something to purge.
      for (let next = 0; next < 20; next++) await etagOf(peer.picture(next));
      const before = await etagOf(peer.picture(0));
      version++;
      const startMs = performance.now();
      await peer.purge();
      times[at]?.purged.push(performance.now() - startMs);
      if ((await etagOf(peer.picture(0))) === before) throw new Error(`${peer.name} answered an old picture`);
      times[at]?.fresh.push(performance.now() - startMs);
    }
  }
  const ms = (numbers: readonly number[], percent: number) => percentile(numbers, percent).toFixed(2);
  const rows = peers.map(({ name }, at) => {
    const { purged, fresh } = times[at] as (typeof times)[number];
    return [name, ms(purged, 50), ms(purged, 99), ms(fresh, 50), ms(fresh, 99)];
  });
  const head = ["milliseconds", "purged P50", "P99", "new picture P50", "P99"];
  console.log(`\n${markdownTable(head, rows)}`);
}

if (
  existsSync("/etc/debian_version") &&
  !existsSync("/usr/lib/nginx/modules/ngx_http_cache_purge_module.so")
) {
  await installPackages(
    packages,
    "Varnish and nginx to compare with",
    "Without them they are left out.",
  ).catch((error) => console.log(`left out: ${(error as Error).message}`));
}
try {
  await withCluster(
    1,
    async ({ purge, servers: [server] }) => {
      const freshet: Peer = {
        name: "Freshet, DONE",
        picture: (variant) =>
          `${server?.url}/http://${host}/picture.bmp?w=${1 + (variant % 50)}&h=${1 + Math.floor(variant / 50)}&func=crop&force_format=png`,
        purge: async () =>
          void (await purgeMs(purge, { scope: "original", urls: [`http://${host}/picture.bmp`] })),
      };
      await measure([
        freshet,
        ...(await startOrName("Varnish", varnish)),
        ...(await startOrName("nginx with the cache-purge module", nginx)),
        ...(await startOrName("nginx by generation", nginxGeneration)),
      ]);
    },
    { env: { FRESHET_ALLOW_LOCAL_ORIGINS: host } },
  );
} finally {
  for (const stop of stops) await stop();
  for (const child of children) {
    child.kill("SIGTERM");
    await child.exited;
  }
  await origin.stop(true);
  data.remove();
}
