import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../test/processes.ts";

/** What is asked for: one picture of one original. */
export interface Wish {
  /** Where the original is. */
  readonly original: string;
  readonly width: number;
  /** As it follows from the original's ratio: left to itself, sharp rounds its scale and not its size. */
  readonly height: number;
  readonly format: string;
  readonly moving: boolean;
}

/** A server that makes pictures. */
export interface Peer {
  readonly name: string;
  readonly pid: number;
  urlFor(wish: Wish): string;
  stop(): Promise<void>;
}

/** One that is not to be had here, and why. */
export interface Missing {
  readonly name: string;
  readonly missing: string;
}

/** Ours, with all checks on, in a data folder of its own. @param toml settings, if any */
export async function startFreshet(name: string, toml = ""): Promise<Peer> {
  const dataDir = await mkdtemp(join(tmpdir(), "freshet-matrix-"));
  const config = join(dataDir, "freshet.toml");
  await writeFile(config, toml);
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: "*", ...(toml && { FRESHET_CONFIG: config }) };
  const server = await startServer({ dataDir, env });
  return {
    name,
    pid: server.pid,
    urlFor: ({ original, width, format }) => {
      // JPEG and PNG are delivered to everybody.
      const strict = format === "webp" || format === "avif" ? "_" : "";
      return `${server.url}/${original}?w=${width}&force_format=${strict}${format}`;
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/**
 * `Bun.serve` and sharp, fetching each original as we do.
 * @param shrink `half`: `fastShrinkOnLoad: false`; `none`: decode in full
 * @param threads of Bun's pool: as it is, it has one less than the machine has cores
 */
export async function startSharp(
  name: string,
  shrink: "all" | "half" | "none",
  threads?: number,
): Promise<Peer> {
  const env = threads === undefined ? {} : { UV_THREADPOOL_SIZE: String(threads) };
  const peer = await start([join(import.meta.dir, "peer-sharp.ts")], import.meta.dir, env);
  return {
    name,
    ...peer,
    urlFor: ({ original, width, height, format, moving }) =>
      `${peer.url}/?w=${width}&h=${height}&f=${format}&shrink=${shrink}${moving ? "&moving" : ""}&url=${encodeURIComponent(original)}`,
  };
}

/** ipx, installed into a folder of its own with the sharp that it asks for. */
export async function startIpx(version = "3.1.1"): Promise<Peer | Missing> {
  const folder = await mkdtemp(join(tmpdir(), "freshet-ipx-"));
  await writeFile(join(folder, "package.json"), "{}");
  const install = Bun.spawn([process.execPath, "add", "--exact", `ipx@${version}`], {
    cwd: folder,
    stdout: "ignore",
    stderr: "ignore",
  });
  if ((await install.exited) !== 0)
    return { name: "ipx", missing: "it cannot be installed from the registry" };
  const peer = await start([join(import.meta.dir, "peer-ipx.ts")], folder, {});
  return {
    name: `ipx ${version}`,
    ...peer,
    urlFor: ({ original, width, height, format, moving }) =>
      `${peer.url}/${moving ? "animated," : ""}s_${width}x${height},fit_fill,f_${format},q_${format === "avif" ? 60 : 80}/${original}`,
    async stop() {
      await peer.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const filterModule = "/usr/lib/nginx/modules/ngx_http_image_filter_module.so";

/** nginx's image_filter, which writes what it reads. @param origin where all originals are */
export async function startImageFilter(origin: string): Promise<Peer | Missing> {
  const name = "nginx image_filter";
  if (!existsSync(filterModule))
    return { name, missing: "Debian's libnginx-mod-http-image-filter is not installed" };
  const folder = await mkdtemp(join(tmpdir(), "freshet-nginx-"));
  const port = freePort();
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const config = `load_module ${filterModule}; ${user} pid ${folder}/pid; error_log ${folder}/log crit; worker_processes auto;
events {} http { access_log off; server { listen 127.0.0.1:${port}; location ~ ^/(\\d+)/(.*)$ {
  proxy_pass ${origin}/$2; image_filter resize $1 -; image_filter_jpeg_quality 80; image_filter_buffer 64M; } } }`;
  await writeFile(join(folder, "nginx.conf"), config);
  const child = Bun.spawn([
    Bun.which("nginx") ?? "/usr/sbin/nginx",
    "-p",
    folder,
    "-c",
    join(folder, "nginx.conf"),
    "-g",
    "daemon off;",
  ]);
  await Bun.sleep(500);
  return {
    name,
    pid: child.pid,
    urlFor: ({ original, width }) => `http://127.0.0.1:${port}/${width}/${original.slice(origin.length + 1)}`,
    async stop() {
      child.kill();
      await child.exited;
      await rm(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}

async function start(script: string[], cwd: string, env: Record<string, string>) {
  const child = Bun.spawn([process.execPath, ...script], {
    cwd,
    env: { ...process.env, ...env },
    stdout: "pipe",
  });
  const url = await firstAddress(child.stdout);
  return {
    pid: child.pid,
    url,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

async function firstAddress(output: ReadableStream<Uint8Array>): Promise<string> {
  for await (const chunk of output) {
    const match = /http:\/\/localhost:(\d+)/.exec(new TextDecoder().decode(chunk));
    if (match) return `http://127.0.0.1:${match[1]}`;
  }
  throw new Error("the peer did not start");
}
