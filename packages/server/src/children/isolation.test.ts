/** What a decoder does to its process it does to nobody else: the whole server, and children that die in the middle. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { busy, toJpeg, toPng } from "../engine/test-pictures.ts";
import { startOrigin, type TestOrigin } from "../origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "../test-node.ts";

let origin: TestOrigin;
let node: Node;

beforeAll(async () => {
  const jpeg = await toJpeg(busy(900, 600));
  const png = await toPng(busy(900, 600));
  const answer = (bytes: Uint8Array) => () => new Response(bytes as Uint8Array<ArrayBuffer>);
  const halves = Object.fromEntries(
    ["a", "b"].map((name) => [`/half-${name}.png`, answer(png.subarray(0, png.length / 2))]),
  );
  origin = startOrigin({ "/a.jpg": answer(jpeg), "/b.jpg": answer(await toJpeg(busy(901, 600))), ...halves });
});

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

async function start(env: Record<string, string> = {}): Promise<Node> {
  return startNode(await newFolder(), { FRESHET_RENDERS: "2", ...env });
}

const at = (path: string) => `/http://${origin.host}${path}`;
/** Takes seconds on any machine. */
const slow = () => at("/a.jpg?w=8000&force_format=avif&blur=200");

async function untilRunning(on: Node, count: number): Promise<void> {
  while (on.deps.renderTurns.running < count) await Bun.sleep(1);
}

/** Waits until a child is at work on a picture, and not only about to be. */
async function untilBusy(pid: number): Promise<void> {
  const ticks = async () => {
    const stat = await Bun.file(`/proc/${pid}/stat`).text();
    const fields = stat.split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = await ticks();
  while ((await ticks()) < before + 10) await Bun.sleep(5);
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe.skipIf(process.platform !== "linux")("a child that dies in the middle of a picture", () => {
  beforeEach(async () => {
    node = await start();
  });

  const deaths = [
    ["SIGSEGV", 422, "image_broken"],
    ["SIGABRT", 422, "image_broken"],
    ["SIGKILL", 503, "overloaded"],
  ] as const;
  test.each(deaths)(
    "of %s: that request is %d %s, others are not harmed, and it is replaced",
    async (signal, status, code) => {
      await using only = node;
      expect((await only.get(at("/b.jpg?w=50"))).status).toBe(200);
      const [pid = 0] = only.deps.children.pids;
      const dying = only.get(slow());
      await untilRunning(only, 1);
      await untilBusy(pid);
      const others = [only.get(at("/b.jpg?w=60")), only.get(at("/b.jpg?w=50"))];
      process.kill(pid, signal);
      const died = await dying;
      expect([died.status, await codeOf(died)]).toEqual([status, code]);
      expect(died.headers.get("retry-after")).toBe(status === 503 ? "1" : null);
      expect((await Promise.all(others)).map((response) => response.status)).toEqual([200, 200]);
      expect((await only.get(at("/b.jpg?w=70"))).status).toBe(200);
      expect(only.deps.children.pids).not.toContain(pid);
      expect(only.deps.renderTurns.running).toBe(0);
      expect(only.reported).toHaveLength(1);
      expect(await (await only.get("/metrics")).text()).toContain(
        `freshet_render_children_lost_total{reason="${status === 503 ? "killed" : "crashed"}"} 1`,
      );
    },
  );
});

test("a picture over its time is given up, and its slot and its process are free", async () => {
  await using only = await start({ FRESHET_RENDERS: "1", FRESHET_RENDER_TIMEOUT_MS: "1500" });
  const response = await only.get(slow());
  expect([response.status, await codeOf(response)]).toEqual([422, "original_too_large"]);
  expect(only.deps.renderTurns.running).toBe(0);
  const next = await only.get(at("/b.jpg?w=70"));
  expect(next.status).toBe(200);
});

test.skipIf(process.platform !== "linux")("a picture over its memory is given up", async () => {
  await using only = await start({ FRESHET_RENDER_MEMORY_BYTES: String(256 * 1024 ** 2) });
  const response = await only.get(at("/a.jpg?w=8000&force_format=png&r=30"));
  expect([response.status, await codeOf(response)]).toEqual([422, "original_too_large"]);
  expect((await only.get(at("/b.jpg?w=70"))).status).toBe(200);
});

test("a file that breaks decoders is not decoded again and again", async () => {
  await using only = await start();
  const ask = async (query: string) => (await only.get(at(`/half-a.png?${query}`))).status;
  for (let count = 0; count < 5; count++) expect(await ask("w=50")).toBe(422);
  expect(only.renders).toBe(1);
  for (const width of [51, 52, 53, 54, 55]) expect(await ask(`w=${width}`)).toBe(422);
  expect(only.renders).toBe(3);
  expect(origin.asked.filter((path) => path.startsWith("/half-a"))).toHaveLength(1);
});
