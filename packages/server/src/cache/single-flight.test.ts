import { describe, expect, test } from "bun:test";
import { createSingleFlight } from "./single-flight.ts";

describe("a single flight", () => {
  test("gives everybody who comes while it runs the same result", async () => {
    const flights = createSingleFlight<object>();
    const { promise, resolve } = Promise.withResolvers<object>();
    let starts = 0;
    const start = () => {
      starts++;
      return promise;
    };
    const all = [flights.join("a", start), flights.join("a", start), flights.join("a", start)];
    expect([starts, flights.running]).toEqual([1, 1]);
    const result = {};
    resolve(result);
    const landed = await Promise.all(all);
    expect(landed.map(({ joined }) => joined)).toEqual([false, true, true]);
    for (const { value } of landed) expect(value).toBe(result);
    expect(flights.running).toBe(0);
  });

  test("is begun anew for who comes after it has landed", async () => {
    const flights = createSingleFlight<number>();
    let starts = 0;
    const start = async () => ++starts;
    expect(await flights.join("a", start)).toEqual({ value: 1, joined: false });
    expect(await flights.join("a", start)).toEqual({ value: 2, joined: false });
  });

  test("does not wait for another key's", async () => {
    const flights = createSingleFlight<string>();
    const slow = Promise.withResolvers<string>();
    const first = flights.join("a", () => slow.promise);
    expect(await flights.join("b", async () => "b")).toEqual({ value: "b", joined: false });
    slow.resolve("a");
    expect((await first).value).toBe("a");
  });

  test("that fails, fails for all who joined it, and not for the next", async () => {
    const flights = createSingleFlight<string>();
    const { promise, reject } = Promise.withResolvers<string>();
    const all = [flights.join("a", () => promise), flights.join("a", () => promise)];
    reject(new Error("no such picture"));
    for (const outcome of await Promise.allSettled(all)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: new Error("no such picture") });
    }
    expect(flights.running).toBe(0);
    expect(await flights.join("a", async () => "fine")).toEqual({ value: "fine", joined: false });
  });

  test("that cannot even start leaves nothing to join", async () => {
    const flights = createSingleFlight<string>();
    const broken = (): Promise<string> => {
      throw new Error("broken");
    };
    await expect(flights.join("a", broken)).rejects.toThrow("broken");
    expect(flights.running).toBe(0);
    expect((await flights.join("a", async () => "fine")).joined).toBe(false);
  });
});
