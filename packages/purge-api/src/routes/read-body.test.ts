/** Bodies that come piece by piece, as the test lets them. */
import { expect, test } from "bun:test";
import { type FreshetError, limits } from "@freshet/core";
import { createReadBody, type ReadBody } from "./read-body.ts";

const kb = 1024;

/** A request whose body has begun. @param announced bytes; left out: nobody knows */
function sending(announced?: number) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  const headers = announced === undefined ? {} : { "content-length": String(announced) };
  return {
    request: new Request("http://localhost/", { method: "POST", body, headers }),
    send: (bytes: number) => controller.enqueue(new Uint8Array(bytes).fill(7)),
    end: () => controller.close(),
    breakOff: () => controller.error(new Error("reset")),
  };
}

const endOf = (read: ReadBody, request: Request) =>
  read(request).then(
    (bytes) => (bytes.every((byte) => byte === 7) ? bytes.length : "other bytes"),
    (error: FreshetError) => error.code,
  );

/** What is enqueued has been read. */
const settle = () => Bun.sleep(5);

test("large bodies share what room there is; small ones are read all the same", async () => {
  const read = createReadBody({ bodies: 100, bytes: 300 * kb });
  const first = sending();
  const reading = endOf(read, first.request);
  first.send(64 * kb);
  first.send(200 * kb);
  await settle();
  const second = sending(150 * kb);
  const refused = endOf(read, second.request);
  second.send(64 * kb);
  second.send(80 * kb);
  second.send(40 * kb);
  expect(await refused).toBe("too_busy");
  const small = sending(64 * kb);
  small.send(64 * kb);
  small.end();
  expect(await endOf(read, small.request)).toBe(64 * kb);
  first.end();
  expect(await reading).toBe(264 * kb);
  // Whatever became of them, their room is there again.
  const third = sending(350 * kb);
  third.send(350 * kb);
  third.end();
  expect(await endOf(read, third.request)).toBe("too_busy");
  const fourth = sending();
  fourth.send(300 * kb);
  fourth.end();
  expect(await endOf(read, fourth.request)).toBe(300 * kb);
});

test("so many are read at once, however small", async () => {
  const read = createReadBody({ bodies: 2, bytes: 300 * kb });
  const held = [sending(), sending(10)];
  const reading = held.map(({ request }) => endOf(read, request));
  expect(await endOf(read, sending(10).request)).toBe("too_busy");
  for (const { send, end } of held) {
    send(10);
    end();
  }
  expect(await Promise.all(reading)).toEqual([10, 10]);
  const next = sending();
  next.send(3);
  next.end();
  expect(await endOf(read, next.request)).toBe(3);
});

test("what is too large is read no further, and is refused unread where it says so", async () => {
  const read = createReadBody({ bodies: 1, bytes: 100 * limits.purgeBodyBytes });
  expect(await endOf(read, sending(limits.purgeBodyBytes + 1).request)).toBe("body_too_large");
  const silent = sending();
  silent.send(limits.purgeBodyBytes);
  silent.send(1);
  expect(await endOf(read, silent.request)).toBe("body_too_large");
});

test("one that breaks off is the client's fault, and takes no place any more", async () => {
  const read = createReadBody({ bodies: 1, bytes: 300 * kb });
  for (let times = 0; times < 3; times++) {
    const broken = sending();
    const reading = endOf(read, broken.request);
    broken.send(200 * kb);
    await settle();
    broken.breakOff();
    expect(await reading).toBe("bad_json");
  }
});
