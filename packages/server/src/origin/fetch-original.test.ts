import { describe, expect, test } from "bun:test";
import { type ErrorCode, FreshetError, plainToken } from "@freshet/core";
import { type AskedOriginal, createFetchOriginal } from "./fetch-original.ts";
import type { OriginAnswer, Source } from "./source.ts";

const answer: OriginAnswer = {
  kind: "body",
  bytes: new Uint8Array([1]),
  validators: { etag: null, lastModified: null },
  status: 200,
};

/** A source that fails for some URLs, and writes down what it was asked. */
function fake(failures: Readonly<Record<string, ErrorCode>> = {}): Source & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async fetch(url) {
      asked.push(url);
      const code = failures[url];
      if (code) throw new FreshetError(code, url);
      return answer;
    },
  };
}

const token = plainToken("t");
const none = () => ({ sample: fake(), http: fake(), storage: fake() });
const origin = (...urls: string[]): AskedOriginal => ({
  origin: { key: "t|//h/a", pathKey: "t|//h/a", urls },
  settings: token,
  delivery: { kind: "image" },
});
const both = origin("https://h/a", "http://h/a");

describe("fetchOriginal", () => {
  test("takes the first URL that answers", async () => {
    const http = fake();
    expect(await createFetchOriginal({ ...none(), http })(both, null)).toBe(answer);
    expect(http.asked).toEqual(["https://h/a"]);
  });

  test("tries http where https cannot be reached", async () => {
    const http = fake({ "https://h/a": "origin_unreachable" });
    expect(await createFetchOriginal({ ...none(), http })(both, null)).toBe(answer);
    expect(http.asked).toEqual(["https://h/a", "http://h/a"]);
  });

  const final: readonly ErrorCode[] = [
    "origin_refused",
    "origin_not_found",
    "origin_gone",
    "origin_failed",
    "origin_timeout",
    "origin_redirects",
    "original_too_large",
  ];
  for (const code of final) {
    test(`takes ${code} for an answer, and does not ask again without encryption`, async () => {
      const http = fake({ "https://h/a": code });
      await expect(createFetchOriginal({ ...none(), http })(both, null)).rejects.toMatchObject({
        code,
      });
      expect(http.asked).toEqual(["https://h/a"]);
    });
  }

  test("gives the last failure when none can be reached", async () => {
    const http = fake({ "https://h/a": "origin_unreachable", "http://h/a": "origin_unreachable" });
    await expect(createFetchOriginal({ ...none(), http })(both, null)).rejects.toMatchObject({
      detail: "http://h/a",
    });
  });

  test("asks the built-in origin for sample.li and nothing else", async () => {
    const [sample, http] = [fake(), fake()];
    const fetchOriginal = createFetchOriginal({ ...none(), sample, http });
    await fetchOriginal(origin("https://sample.li/flat.jpg"), null);
    for (const url of [
      "https://www.sample.li/a",
      "https://sample.li.example/a",
      "https://sample.li:8443/a",
    ]) {
      await fetchOriginal(origin(url), null);
    }
    expect(sample.asked).toEqual(["https://sample.li/flat.jpg"]);
    expect(http.asked.length).toBe(3);
  });

  test("asks a storage for what is in one, and nobody else", async () => {
    const sources = none();
    await createFetchOriginal(sources)(
      origin("storage://photos/a.jpg?v=1", "storage://sample.li/a.jpg"),
      null,
    );
    expect(sources.storage.asked).toEqual(["storage://photos/a.jpg?v=1"]);
    expect([...sources.http.asked, ...sources.sample.asked]).toEqual([]);
  });
});
