/** Settings are read again while requests run: none of them fails, and a bad file changes nothing. */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { keys, startPurge, startServer, until } from "./processes.ts";

const keeper = createKeeper();
afterAll(keeper.end);

/** Answers any path with a photo, and counts how often each was asked for. */
function startOrigin() {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      asked.push(new URL(request.url).pathname);
      return new Response(Bun.file(photos["flat.jpg"] as string));
    },
  });
  return { host: `127.0.0.1:${server.port}`, asked, [Symbol.asyncDispose]: () => server.stop(true) };
}

test("SIGHUP under load: new aliases and cache times count at once, in both services", async () => {
  await using origin = startOrigin();
  const folder = keeper.newFolder();
  const file = join(folder, "freshet.toml");
  const write = (alias: string, seconds: number, more = "") =>
    Bun.write(
      file,
      `${more}[server]\nbrowser_seconds = ${seconds}\n[tokens.doc.aliases]\n_o_ = "http://${origin.host}/${alias}"\n`,
    );
  await write("one", 1);
  const env = { FRESHET_CONFIG: file, FRESHET_ALLOW_LOCAL_ORIGINS: origin.host };
  const purge = await keeper.keep(startPurge({ dataDir: join(folder, "purge"), env }));
  const server = await keeper.keep(
    startServer({ dataDir: join(folder, "server"), purgeUrl: purge.url, env }),
  );

  const failures: unknown[] = [];
  let answered = 0;
  let isOver = false;
  const load = Array.from({ length: 8 }, async (_, client) => {
    for (let turn = 0; !isOver; turn++) {
      try {
        const response = await fetch(`${server.url}/_o_/a.jpg?w=${50 + ((client + turn) % 20)}`);
        await response.bytes();
        if (response.status !== 200) failures.push(response.status);
        answered++;
      } catch (error) {
        failures.push(error);
      }
    }
  });
  const life = async () => (await fetch(`${server.url}/_o_/a.jpg?w=30`)).headers.get("cache-control");
  const shows = (seconds: number) => async () => (await life())?.includes(`max-age=${seconds},`) ?? false;
  const reloadBoth = () => [server, purge].map((service) => service.signal("SIGHUP"));
  const times = (text: string, of: typeof server) => of.output().split(text).length - 1;

  await until(async () => answered > 50, "there is load");
  for (let seconds = 2; seconds <= 6; seconds++) {
    await write(seconds % 2 ? "one" : "two", seconds);
    reloadBoth();
    await until(shows(seconds), `cache times are ${seconds} s`);
  }
  expect(origin.asked).toContain("/two/a.jpg");

  // A purge by the path that both mean the same by now.
  await until(async () => times("were read again", purge) === 5, "purge-api has read them too");
  const before = origin.asked.length;
  await invalidate(purge, { scope: "original", urls: ["/_o_/a.jpg"] });
  await life();
  expect(origin.asked.slice(before)).toContain("/two/a.jpg");

  await write("three", 9, "nonsense = [\n");
  reloadBoth();
  await Bun.write(join(folder, "marker"), "");
  await until(async () => times("stay as they were", server) === 1, "the server says why");
  await until(async () => times("stay as they were", purge) === 1, "purge-api says why");
  await Bun.write(file, `[server]\nfence = "sometimes"\n[tokens.doc]\nnothing = 1\n`);
  server.signal("SIGHUP");
  await until(async () => times("stay as they were", server) === 2, "the server says why again");
  expect(server.output()).toContain("server.fence: expected one of");
  expect(server.output()).toContain("tokens.doc.nothing: there is no such setting");
  expect(await shows(6)()).toBe(true);
  const metric = async () => (await fetch(`${server.url}/metrics`)).text();
  expect(await metric()).toContain("freshet_settings_last_reload_successful 0");

  await Bun.write(
    file,
    `[server]\nbrowser_seconds = 7\nmemory_bytes = 1000\n[tokens.doc.aliases]\n_o_ = "http://${origin.host}/two"\n`,
  );
  server.signal("SIGHUP");
  await until(shows(7), "a good file counts again");
  await until(async () => server.output().includes("only after the next start"), "what waits is named");
  expect(await metric()).toContain("freshet_settings_last_reload_successful 1");

  isOver = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(100);
}, 60_000);

test("check-config and translate of the real program", async () => {
  const folder = keeper.newFolder();
  const run = async (main: string, args: readonly string[], stdin = "") => {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "..", main), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", FRESHET_NODE_KEY: keys.node },
      stdin: Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { exitCode: await child.exited, out, err };
  };
  const programs = ["packages/server/src/main.ts", "packages/purge-api/src/main.ts"] as const;
  for (const program of programs) {
    expect(await run(program, ["check-config"])).toEqual({
      exitCode: 0,
      out: "the settings can be used\n",
      err: "",
    });
  }
  await Bun.write(
    join(folder, "bad.toml"),
    `[server]\nport = "x"\n[tokens.shop]\nmissing = "maybe"\nquality = 0\n`,
  );
  for (const program of programs) {
    const { exitCode, err } = await run(program, ["check-config", "--config", "bad.toml"]);
    expect(exitCode).toBe(1);
    for (const name of ["server.port", "tokens.shop.missing", "tokens.shop.quality"])
      expect(err).toContain(name);
  }
  expect(await run(programs[0], ["translate"], "/width/5/n/h.io/a.jpg\n/crop/6x7/q50/h.io/a.jpg\n")).toEqual({
    exitCode: 0,
    out: "/v7/h.io/a.jpg?w=5\n/v7/h.io/a.jpg?w=6&h=7&func=crop&q=50\n",
    err: "",
  });
}, 30_000);
