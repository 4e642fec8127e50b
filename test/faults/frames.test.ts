import { expect, test } from "bun:test";
import fc from "fast-check";
import { createFrameReader } from "./frames.ts";

function frame(length: number, masked: boolean): Buffer {
  const head = [0x81];
  const mark = masked ? 128 : 0;
  if (length < 126) head.push(mark | length);
  else head.push(mark | 126, length >> 8, length & 255);
  return Buffer.concat([Buffer.from(head), Buffer.alloc((masked ? 4 : 0) + length, 7)]);
}

test("frames come out whole, wherever the stream is cut", () => {
  const parts = fc.array(fc.tuple(fc.nat(400), fc.boolean()), { maxLength: 5 });
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 50 }), (shapes, chunk) => {
      const head = Buffer.from("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      const sent = [head, ...shapes.map(([length, masked]) => frame(length, masked))];
      const stream = Buffer.concat(sent);
      const reader = createFrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += chunk) {
        read.push(...reader.read(stream.subarray(at, at + chunk)));
      }
      expect(read.map(({ bytes }) => bytes.toString("hex"))).toEqual(
        sent.map((part) => part.toString("hex")),
      );
      expect(read.slice(1).every(({ isText }) => isText)).toBe(true);
    }),
  );
});
