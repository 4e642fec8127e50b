/** Small files that ask for very much, through the whole server: each is answered, soon, and in bounded memory. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Bomb, makeBombs } from "../engine/test-bombs.ts";
import { startOrigin, type TestOrigin } from "../origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "../test-node.ts";

/** Generous, for machines that do much else: processor time is what is shown, and on two cores less than a second for each. */
const withinMs = 15_000;
/** Of one child; the largest that are pictures in the end hold 100 megapixels. */
const withinBytes = 900_000_000;

const bombs = await makeBombs();
let origin: TestOrigin;
let node: Node;

beforeAll(async () => {
  const pages = bombs.map(({ bytes }, at) => {
    return [`/${at}`, () => new Response(bytes as Uint8Array<ArrayBuffer>)] as const;
  });
  origin = startOrigin(Object.fromEntries(pages));
  node = await startNode(await newFolder(), { FRESHET_RENDERS: "1" });
});

/** Of each format, the slowest: by processor time of this process and of those that decode. */
const slowest = new Map<string, { readonly cpuMs: number; readonly name: string }>();

function note(name: string, cpuMs: number): void {
  const [format = name] = /JPEG XL|[A-Z]\w+/.exec(name) ?? [];
  if (cpuMs >= (slowest.get(format)?.cpuMs ?? 0)) slowest.set(format, { cpuMs, name });
}

/** Of one process so far, in ticks of 10 ms; `null` if it has ended, or this is no Linux. */
function processorMs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return null;
  }
}

afterAll(async () => {
  const lines = [...slowest].map(([format, { cpuMs, name }]) => `${format}: ${cpuMs} ms, ${name}`);
  console.log(`slowest of each format, processor time:\n${lines.join("\n")}`);
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

/** Where these are refused is before a slot is taken: the header says it. Drawings are read to be counted. */
const isRefusedByHeader = ({ name, ends }: Bomb) => ends === "original_too_large" && !name.startsWith("SVG");

/** What it takes of this process and of those that decode, which may be ended for what they hold. */
function watch() {
  let bytes = 0;
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const look = (isFirst: boolean) => {
    for (const pid of [process.pid, ...node.deps.children.pids]) {
      const ms = processorMs(pid);
      if (ms === null) continue;
      last.set(pid, ms);
      if (isFirst) first.set(pid, ms);
      if (pid !== process.pid) bytes = Math.max(bytes, residentBytes(pid));
    }
  };
  look(true);
  const timer = setInterval(() => look(false), 10);
  return {
    stop() {
      clearInterval(timer);
      look(false);
      const cpuMs = [...last].reduce((sum, [pid, ms]) => sum + ms - (first.get(pid) ?? 0), 0);
      return { bytes, cpuMs };
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * 4096;
  } catch {
    return 0;
  }
}

describe("a small file that asks for very much", () => {
  test.each(bombs.map((bomb, at) => [bomb.name, at, bomb] as const))("%s", async (_name, at, bomb) => {
    const [renders, reported] = [node.renders, node.reported.length];
    const watching = watch();
    const startMs = performance.now();
    const response = await node.get(`/http://${origin.host}/${at}?w=64&force_format=_webp`);
    const body = await response.bytes();
    expect(performance.now() - startMs).toBeLessThan(withinMs);
    const { bytes, cpuMs } = watching.stop();
    note(bomb.name, cpuMs);
    expect(bytes).toBeLessThan(withinBytes);
    const answer = response.status === 200 ? "picture" : JSON.parse(new TextDecoder().decode(body)).code;
    if (bomb.ends === "either") {
      expect(["picture", "image_broken", "original_too_large"]).toContain(answer);
    } else expect(answer).toBe(bomb.ends);
    if (isRefusedByHeader(bomb)) expect(node.renders).toBe(renders);
    expect(node.reported.slice(reported)).toEqual([]);
  });
});
