import { describe, expect, test } from "bun:test";
import type { StorageSettings } from "../storage-settings.ts";
import { freely, type Handler, startOrigin } from "../test-origin.ts";
import { createStorageSource } from "./storage.ts";

const web = (url: string): StorageSettings => ({ kind: "http", url, login: null, headers: {} });

function open(storages: Readonly<Record<string, StorageSettings>>, timeoutMs = 5_000) {
  const reports: string[] = [];
  const source = createStorageSource(new Map(Object.entries(storages)), {
    timeoutMs,
    maxBytes: 1_000,
    now: () => 0,
    report: (error) => reports.push((error as Error).message),
  });
  const fetch = (url: string) => source.fetch(url, null, freely);
  const codeOf = (url: string) =>
    fetch(url).then(
      ({ kind }) => kind,
      (error) => error.code,
    );
  return { reports, fetch, codeOf };
}

describe("storages", () => {
  test("are told apart by their names", async () => {
    await using one = startOrigin({ "/a.jpg": () => new Response("one") });
    await using two = startOrigin({ "/a.jpg": () => new Response("two") });
    const { fetch } = open({ one: web(`http://${one.host}`), "two-2": web(`http://${two.host}`) });
    expect(await fetch("storage://two-2/a.jpg?v=1")).toMatchObject({ bytes: Buffer.from("two") });
    expect(one.asked).toEqual([]);
    expect(two.asked).toEqual(["/a.jpg?v=1"]);
  });

  for (const url of [
    "storage://other/a.jpg",
    "storage://",
    "storage:///a.jpg",
    "http://one/a.jpg",
    "storage://one@other/a.jpg",
  ]) {
    test(`are none for ${url}`, async () => {
      await using origin = startOrigin({ "/a.jpg": () => new Response("x") });
      expect(await open({ one: web(`http://${origin.host}`) }).codeOf(url)).toBe("origin_failed");
      expect(origin.asked).toEqual([]);
    });
  }

  test("that do not answer in time are said so by name, not by address", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Promise<Response>(() => {}) });
    const { fetch } = open({ slow: web(`http://${origin.host}`) }, 100);
    await expect(fetch("storage://slow/a.jpg")).rejects.toMatchObject({
      code: "origin_timeout",
      detail: 'the storage "slow" did not send the original within 100 ms',
    });
  });

  test("that do not answer at all are said so by name, and the operator is told", async () => {
    const origin = startOrigin({});
    await origin[Symbol.asyncDispose]();
    const { fetch, reports } = open({ gone: web(`http://${origin.host}`) });
    await expect(fetch("storage://gone/a.jpg")).rejects.toMatchObject({
      code: "origin_unreachable",
      detail: 'no usable connection to the storage "gone"',
    });
    expect(reports).toEqual([
      expect.stringMatching(/^storage gone: no usable connection to the storage "gone": ./),
    ]);
  });
});

describe("the operator is told of trouble", () => {
  async function reportsOf(
    answers: readonly Handler[],
    names: readonly string[],
  ): Promise<readonly string[]> {
    let count = 0;
    const next: Handler = (request) => (answers[count++] as Handler)(request);
    await using origin = startOrigin({ "/a.jpg": next });
    const one = web(`http://${origin.host}`);
    const { codeOf, reports } = open({ one, two: one });
    for (const name of names) await codeOf(`storage://${name}/a.jpg`);
    return reports;
  }
  const status =
    (code: number): Handler =>
    () =>
      new Response(null, { status: code });
  const fine: Handler = () => new Response("x");
  const one = (count: number) => Array.from({ length: count }, () => "one");

  test("once, while it lasts", async () => {
    const missing = status(404);
    expect(await reportsOf([status(500), status(500), missing, status(500)], one(4))).toEqual([
      "storage one: the origin answered 500",
    ]);
  });

  test("again when it is other trouble, or comes back", async () => {
    expect(await reportsOf([status(500), status(401), fine, status(401)], one(4))).toEqual([
      "storage one: the origin answered 500",
      "storage one: the origin answered 401",
      "storage one: the origin answered 401",
    ]);
  });

  test("of each storage", async () => {
    expect(await reportsOf([status(500), status(500)], ["one", "two"])).toHaveLength(2);
  });

  test("and of nothing else", async () => {
    expect(
      await reportsOf([status(404), status(410), () => new Response("x".repeat(2_000))], one(3)),
    ).toEqual([]);
  });
});
