/**
 * `bun bench/nginx-generation.ts`: what it costs nginx to know the generation of a token at each hit, four ways, and not
 * to know it at all. wrk with 32 connections, one worker of nginx, 23 KB; alternating rounds in one run. Needs Debian's
 * `nginx-light`, `libnginx-mod-http-js` and `wrk`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dataFolder, until } from "../test/processes.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 15;
const secondsPerRound = 1;
const port = 17_790;

const data = dataFolder();
const folder = data.path;
mkdirSync(`${folder}/generations`);
writeFileSync(`${folder}/generations/doc`, "7");
writeFileSync(`${folder}/generation.map`, "doc 7;");
writeFileSync(
  `${folder}/generation.js`,
  `import fs from "fs"; export default { read: () => fs.readFileSync("${folder}/generations/doc").toString() };`,
);

const body = new Uint8Array(23_000);
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => new Response(body, { headers: { "cache-control": "max-age=3600" } }),
});
const asked = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => new Response(null, { status: 204, headers: { etag: '"7"' } }),
});

/** How the generation is known, by the first folder of the path. */
const ways: Record<string, { readonly label: string; readonly conf: string; readonly variable: string }> = {
  none: { label: "not at all", conf: "", variable: "" },
  map: { label: "`map` with an included file, and a reload at each purge", conf: "", variable: "$of_map" },
  file: {
    label: "`auth_request` to a file, the ETag of which it is (chosen)",
    conf: "auth_request /file-generation; auth_request_set $of_file $sent_http_etag;",
    variable: "$of_file",
  },
  njs: { label: "njs that reads the file", conf: "", variable: "$of_njs" },
  api: {
    label: "`auth_request` to another service on this machine",
    conf: "auth_request /asked-generation; auth_request_set $of_api $upstream_http_etag;",
    variable: "$of_api",
  },
};

const locations = Object.entries(ways).map(
  ([name, { conf, variable }]) =>
    `location /${name}/ { ${conf} proxy_pass http://127.0.0.1:${origin.port}; proxy_cache c; proxy_cache_key "${name} ${variable} $request_uri"; }`,
);
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
  (name) => `${name}_temp_path ${folder}/${name};`,
);
writeFileSync(
  `${folder}/nginx.conf`,
  `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
  daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
  ${process.getuid?.() === 0 ? "user root;" : ""}
  events { worker_connections 512; }
  http {
    access_log off; ${temporary.join(" ")}
    proxy_cache_path ${folder}/cache levels=1:2 keys_zone=c:10m use_temp_path=off;
    js_import generation from ${folder}/generation.js; js_set $of_njs generation.read;
    map doc $of_map { include ${folder}/generation.map; }
    upstream asked { server 127.0.0.1:${asked.port}; keepalive 32; }
    server {
      listen 127.0.0.1:${port};
      ${locations.join("\n")}
      location = /file-generation { internal; root ${folder}/generations; try_files /doc =404; }
      location = /asked-generation {
        internal; proxy_pass http://asked/; proxy_http_version 1.1; proxy_set_header Connection "";
        proxy_pass_request_body off; proxy_set_header Content-Length "";
      }
    }
  }`,
);
const nginx = Bun.spawn(["/usr/sbin/nginx", "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`], {
  stdout: "inherit",
  stderr: "inherit",
});

async function wrk(name: string): Promise<number> {
  const url = `http://127.0.0.1:${port}/${name}/picture`;
  const output = await Bun.$`wrk -t1 -c32 -d${secondsPerRound}s ${url}`.text();
  if (/Non-2xx or 3xx/.test(output)) throw new Error(output);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

try {
  await until(async () => (await fetch(`http://127.0.0.1:${port}/none/picture`)).ok, "nginx answers");
  const rates = Object.fromEntries(Object.keys(ways).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(ways)) rates[name]?.push(await wrk(name));
  }
  const of = (name: string) => median(rates[name] ?? []);
  // Round by round: the machine may be busier in one than in another.
  const ratio = (name: string) =>
    median((rates[name] ?? []).map((rate, at) => rate / (rates.none?.[at] ?? 0)));
  const rows = Object.entries(ways).map(([name, { label }]) => [
    label,
    of(name).toFixed(0),
    ratio(name).toFixed(2),
  ]);
  console.log(markdownTable(["how nginx knows the generation", "hits/s, median", "ratio, median"], rows));
} finally {
  nginx.kill();
  await nginx.exited;
  await origin.stop(true);
  await asked.stop(true);
  data.remove();
}
