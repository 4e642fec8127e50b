import { expect, test } from "bun:test";
import fc from "fast-check";
import { readEvents, type ServerEvent } from "./read-events.ts";

const text =
  'retry: 1000\n\nid: a\nevent: progress\ndata: {"x":"ü"}\n\n: still there\n\nevent: end\r\ndata:{}\r\n\r\ndata: cut';

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function read(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of readEvents(streamOf(chunks))) found.push(event);
  return found;
}

test("readEvents tells events, and comments as signs of life; what was cut off is none", async () => {
  expect(await read([new TextEncoder().encode(text)])).toEqual([
    null,
    { event: "progress", data: '{"x":"ü"}' },
    null,
    { event: "end", data: "{}" },
  ]);
});

test("readEvents reads the same however the stream is cut", async () => {
  const bytes = new TextEncoder().encode(text);
  const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const sorted = [0, ...places.sort((a, b) => a - b), bytes.length];
      const chunks = sorted.slice(1).map((end, at) => bytes.slice(sorted[at], end));
      const found = await read(chunks.filter(({ length }) => length > 0));
      expect(found.filter((event) => event !== null)).toEqual([
        { event: "progress", data: '{"x":"ü"}' },
        { event: "end", data: "{}" },
      ]);
    }),
  );
});

test("readEvents lets go of the stream when nobody listens any more", async () => {
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(": x\n\n")),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const _ of readEvents(stream)) break;
  expect(isCancelled).toBe(true);
});
