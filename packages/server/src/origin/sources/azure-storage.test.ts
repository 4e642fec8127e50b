import { expect, test } from "bun:test";
import type { AzureStorage } from "../storage-settings.ts";
import { startOrigin } from "../test-origin.ts";
import { createAzureStorage } from "./azure-storage.ts";

function ask(host: string, key: AzureStorage["key"]) {
  const settings = {
    kind: "azure",
    account: "shop",
    container: "photos",
    endpoint: `http://${host}`,
    prefix: "in",
    key,
  } as const;
  const storage = createAzureStorage(settings, () => Date.UTC(2026, 5, 1, 12));
  return storage({
    path: "/a.jpg",
    search: "?comp=metadata",
    known: null,
    maxBytes: 100,
    signal: AbortSignal.timeout(5_000),
  });
}

test("a public container is asked in a version of the protocol, without any key", async () => {
  await using origin = startOrigin({ "/photos/in/a.jpg": () => new Response("x") });
  await ask(origin.host, null);
  expect(origin.asked).toEqual(["/photos/in/a.jpg"]);
  expect(origin.headers[0]?.get("x-ms-version")).toBe("2021-12-02");
  expect(origin.headers[0]?.get("x-ms-date")).toBe("Mon, 01 Jun 2026 12:00:00 GMT");
  expect(origin.headers[0]?.has("authorization")).toBe(false);
});

test("a shared access signature is the query, and nothing else is", async () => {
  await using origin = startOrigin({ "/photos/in/a.jpg": () => new Response("x") });
  await ask(origin.host, { sas: "sv=1&sig=a%2Bb" });
  expect(origin.asked).toEqual(["/photos/in/a.jpg?sv=1&sig=a%2Bb"]);
});

test("a container that redirects is not followed, not even to itself", async () => {
  const redirect = () => new Response(null, { status: 302, headers: { location: "/photos/in/b.jpg" } });
  await using origin = startOrigin({
    "/photos/in/a.jpg": redirect,
    "/photos/in/b.jpg": () => new Response("x"),
  });
  await expect(ask(origin.host, { sas: "sig=x" })).rejects.toMatchObject({ code: "origin_failed" });
  expect(origin.asked.length).toBe(1);
});
