/** Bodies that are held still in the middle, and what is kept free for the rest of them. */
import { describe, expect, test } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { FreshetError } from "@freshet/core";
import { createMemoryGuard } from "../../memory-guard.ts";
import { barrier, startOrigin } from "../test-origin.ts";
import { readBody } from "./read-body.ts";

const mb = 1024 * 1024;

/** Room for `megabytes`, of which what has come is not seen by any reading. */
function roomFor(megabytes: number) {
  const children = { bytes: () => 0, forget() {}, endLargest: () => false };
  const ceilingBytes = (megabytes * mb) / 0.75 + 1;
  const guard = createMemoryGuard({ ceilingBytes, now: () => 0, ownBytes: () => 0, collect() {}, children });
  // The only reading.
  guard.hasRoom();
  return guard;
}

/** Sends one piece after the other, as the test lets it; `node:http`, since it sends headers before there is a body. */
async function startPieces(pieces: readonly Uint8Array[], headers: Record<string, string> = {}) {
  const gates = pieces.map(barrier);
  const state = { isCancelled: false };
  const server = createServer(async (_request, response) => {
    response.on("error", () => {});
    response.on("close", () => {
      state.isCancelled = !response.writableFinished;
    });
    response.writeHead(200, headers);
    response.flushHeaders();
    for (const [at, piece] of pieces.entries()) {
      await gates[at]?.passed;
      response.write(piece);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, gates, state, stop: () => server.close() };
}

const piece = (megabytes: number) => new Uint8Array(megabytes * mb).fill(7);
const lengthOf = (megabytes: number) => ({ "content-length": String(megabytes * mb) });
const codeOf = (work: Promise<Uint8Array>) =>
  work.then(
    ({ length }) => `${length / mb} MB`,
    (error: FreshetError) => error.code,
  );

/** The other side has had its turns; nothing of it can be waited for, since nothing is to happen. */
const settle = () => Bun.sleep(20);

describe.each([
  ["whose length is announced", lengthOf(8)],
  ["whose length nobody knows", {}],
] as const)("a body %s", (_what, headers) => {
  test("that announces much and sends little takes the room of little", async () => {
    const origin = await startPieces([piece(1), piece(7)], headers);
    const incoming = roomFor(20);
    origin.gates[0]?.pass();
    const reading = codeOf(readBody(await fetch(origin.url), { maxBytes: 100 * mb, incoming }));
    await settle();
    const other = incoming.open();
    other.expect(14 * mb);
    // There is no room for the other 7.
    origin.gates[1]?.pass();
    expect(await reading).toBe("overloaded");
    other.close();
    origin.stop();
  });

  test("for which there is room comes whole, and gives its room back", async () => {
    const pieces = Array.from({ length: 8 }, () => piece(1));
    const origin = await startPieces(pieces, headers);
    for (const { pass } of origin.gates) pass();
    const incoming = roomFor(40);
    const bytes = await readBody(await fetch(origin.url), { maxBytes: 100 * mb, incoming });
    expect([bytes.length, bytes.every((byte) => byte === 7)]).toEqual([8 * mb, true]);
    const [one, other] = [incoming.open(), incoming.open()];
    // What came counts until memory is read again: twice, where it was put together of pieces.
    one.expect((40 - ("content-length" in headers ? 8 : 16)) * mb - 10);
    expect(() => other.expect(20)).toThrow("overloaded");
    origin.stop();
  });
});

test.each([
  [4, "in one go"],
  [6, "piece by piece"],
])(
  "many at once of %d MB, read %s, take no more than there is: the rest is told to come back, and those that go on are whole",
  async (megabytes) => {
    const origin = await startPieces([piece(1), piece(megabytes - 1)], lengthOf(megabytes));
    const incoming = roomFor(30);
    const read = async () => codeOf(readBody(await fetch(origin.url), { maxBytes: 100 * mb, incoming }));
    const reading = Array.from({ length: 40 }, read);
    for (const { pass } of origin.gates) pass();
    const ends = await Promise.all(reading);
    const whole = ends.filter((end) => end === `${megabytes} MB`).length;
    expect(ends.filter((end) => end === "overloaded").length).toBe(40 - whole);
    expect(whole).toBeWithin(1, 8);
    origin.stop();
  },
);

test.each([1, 4])("small ones (%d MB) are counted by what they announce", async (megabytes) => {
  const origin = await startPieces(
    [new Uint8Array(1), new Uint8Array(megabytes * mb - 1)],
    lengthOf(megabytes),
  );
  const incoming = roomFor(megabytes + 2);
  origin.gates[0]?.pass();
  const response = await fetch(origin.url);
  const reading = codeOf(readBody(response, { maxBytes: 100 * mb, incoming }));
  const other = incoming.open();
  expect(() => other.expect(2 * mb + 10)).toThrow("overloaded");
  origin.gates[1]?.pass();
  expect(await reading).toBe(`${megabytes} MB`);
  origin.stop();
});

test("one that is refused is let go of: its origin hears of it", async () => {
  const origin = await startPieces([piece(4), piece(4), piece(4)], lengthOf(12));
  const incoming = roomFor(2);
  incoming.open().expect(1);
  origin.gates[0]?.pass();
  expect(await codeOf(readBody(await fetch(origin.url), { maxBytes: 100 * mb, incoming }))).toBe(
    "overloaded",
  );
  origin.gates[1]?.pass();
  while (!origin.state.isCancelled) await Bun.sleep(1);
  origin.stop();
});

test("what is packed counts by what it unpacks to", async () => {
  const packed = gzipSync(piece(20));
  const headers = { "content-encoding": "gzip", "content-length": String(packed.length) };
  const origin = startOrigin({ "/": () => new Response(packed, { headers }) });
  const incoming = roomFor(10);
  incoming.open().expect(1);
  const response = await fetch(`http://${origin.host}/`);
  expect(await codeOf(readBody(response, { maxBytes: 100 * mb, incoming }))).toBe("overloaded");
  await origin[Symbol.asyncDispose]();
});
