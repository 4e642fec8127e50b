import { expect, test } from "bun:test";
import { createKeyStorage } from "./key-storage.ts";

function fakeStorage(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
    removeItem: (name: string) => void values.delete(name),
  } as Storage;
}

test("createKeyStorage keeps a key until it is cleared", () => {
  const storage = fakeStorage();
  const keys = createKeyStorage(() => storage);
  keys.write("a-key");
  expect(createKeyStorage(() => storage).read()).toBe("a-key");
  keys.clear();
  expect(keys.read()).toBeNull();
});

test("createKeyStorage does without where the browser forbids storage", () => {
  const keys = createKeyStorage(() => {
    throw new Error("SecurityError");
  });
  keys.write("a-key");
  keys.clear();
  expect(keys.read()).toBeNull();
});
