/** `npm run sweep`, as people run it: a folder of odd things, and servers that misbehave. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { busy, toJpeg, toPng } from "../packages/server/src/engine/test-pictures.ts";
import { dataFolder } from "./processes.ts";

const folder = dataFolder();
const elsewhere = dataFolder();
const script = fileURLToPath(new URL("../scripts/sweep.ts", import.meta.url));

beforeAll(async () => {
  const at = (name: string) => `${folder.path}/${name}`;
  await mkdir(at("sub folder/deep"), { recursive: true });
  const png = await toPng(busy(200, 100));
  await writeFile(at("sub folder/deep/ü?a#b%20&c.png"), png);
  await writeFile(at("half.png"), png.subarray(0, png.length / 2));
  await writeFile(at("no ending"), await toJpeg(busy(200, 100)));
  await writeFile(at("new\nline.jpg"), "no picture");
  await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff, 0xfe])]), "");
  await symlink("half.png", at("link.png"));
  await symlink("nowhere", at("broken.png"));
  await symlink("..", at("sub folder/loop"));
  await symlink(elsewhere.path, at("elsewhere"));
  await writeFile(`${elsewhere.path}/not asked for.png`, png);
});

afterAll(() => {
  folder.remove();
  elsewhere.remove();
});

async function sweep(...args: string[]): Promise<{ exitCode: number; lines: string[] }> {
  const child = Bun.spawn([process.execPath, script, ...args], { stdout: "pipe", stderr: "pipe" });
  const text = await new Response(child.stdout).text();
  return { exitCode: await child.exited, lines: text.split("\n") };
}

test("every file has a line, whatever it is called, and the sum is right", async () => {
  const { exitCode, lines } = await sweep(folder.path);
  const of = (ending: string) =>
    lines.filter((line) => line.endsWith(ending)).map((line) => line.slice(0, 7));
  expect(of("/sub folder/deep/ü?a#b%20&c.png")).toEqual(["200 200"]);
  expect(of("/no ending")).toEqual(["200 200"]);
  expect(of("/half.png")).toEqual(["422 422"]);
  expect(of("/link.png")).toEqual(["422 422"]);
  expect(of("/new\\u000aline.jpg")).toEqual(["415 415"]);
  expect(of("/\\ufffd\\ufffd")).toEqual(["415 415"]);
  expect(lines.filter((line) => line.startsWith("skipped")).map((line) => line.split(": ").at(-1))).toEqual([
    "a link to nowhere",
    "a link to a folder elsewhere",
  ]);
  expect(lines).toContain("6 files, 2 skipped, 12 requests");
  expect(lines).toContain("answers: 4 × 200, 4 × 415, 4 × 422");
  expect(exitCode).toBe(0);
});

test.each([
  ["500", 1],
  ["503", 0],
  ["507", 1],
  ["422", 0],
] as const)("a server that answers %s: exit code %d", async (status, code) => {
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("", { status: Number(status) }),
  });
  const { exitCode } = await sweep(folder.path, "--server", `http://127.0.0.1:${server.port}`);
  expect(exitCode).toBe(code);
});

test("a server that breaks off: exit code 1", async () => {
  using server = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: { data: (socket) => void socket.terminate() },
  });
  const { exitCode, lines } = await sweep(folder.path, "--server", `http://127.0.0.1:${server.port}`);
  expect(lines.some((line) => line.startsWith("--- ---"))).toBe(true);
  expect(exitCode).toBe(1);
});

test("a server that counts a decoder that crashed: exit code 1", async () => {
  let requests = 0;
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      url.endsWith("/metrics")
        ? new Response(`freshet_render_children_lost_total{reason="crashed"} ${requests > 3 ? 1 : 0}\n`)
        : new Response("", { status: ++requests && 422 }),
  });
  const { exitCode, lines } = await sweep(folder.path, "--server", `http://127.0.0.1:${server.port}`);
  expect(lines.filter((line) => line.endsWith("DECODER CRASHED"))).toHaveLength(1);
  expect(exitCode).toBe(1);
});

test("no folder: exit code 2", async () => {
  expect((await sweep()).exitCode).toBe(2);
  expect((await sweep(`${folder.path}/nothing`)).exitCode).toBe(2);
});
