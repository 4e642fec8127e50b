import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeEntry, encodeEntry } from "./entry.ts";

describe("an entry's file", () => {
  const entries = fc.record({
    bytes: fc.uint8Array({ maxLength: 200 }),
    type: fc.constantFrom("", "image/png", "a/b"),
  });

  test("is read as what was written", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(decodeEntry(encodeEntry(entry, "key"), "key")).toEqual(entry);
      }),
    );
  });

  test("is not read once any byte of it is another", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, at, change) => {
        const file = encodeEntry(entry, "key");
        file[at % file.length] = (file[at % file.length] as number) ^ change;
        expect(decodeEntry(file, "key")).toBeNull();
      }),
    );
  });

  test("is not read under the name of another", () => {
    fc.assert(
      fc.property(entries, fc.string(), (entry, key) => {
        expect(decodeEntry(encodeEntry(entry, "key"), key)).toEqual(key === "key" ? entry : null);
      }),
    );
  });

  test("is not read when it is shorter or longer than it was written", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (entry, length) => {
        const file = encodeEntry(entry, "key");
        expect(decodeEntry(file.subarray(0, length % file.length), "key")).toBeNull();
        expect(decodeEntry(new Uint8Array([...file, 0]), "key")).toBeNull();
      }),
    );
  });
});
