import { describe, expect, test } from "bun:test";
import type { HttpStorage } from "../storage-settings.ts";
import { startOrigin } from "../test-origin.ts";
import { createHttpStorage } from "./http-storage.ts";

function ask(settings: Partial<HttpStorage> & { url: string }, path = "/a.jpg", search = "") {
  const storage = createHttpStorage({ kind: "http", login: null, headers: {}, ...settings });
  return storage({ path, search, known: null, maxBytes: 1_000, signal: AbortSignal.timeout(5_000) });
}

const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } });

describe("a web server", () => {
  test("is asked below its URL, with the query, the password and the headers", async () => {
    await using origin = startOrigin({ "/files/in/a%2Fb+c.jpg": () => new Response("x") });
    const login = { user: "Aladdin", password: "open sesame" };
    await ask(
      { url: `http://${origin.host}/files`, login, headers: { "x-origin": "freshet" } },
      "/in/a%2Fb+c.jpg",
      "?v=1&w=2",
    );
    expect(origin.asked).toEqual(["/files/in/a%2Fb+c.jpg?v=1&w=2"]);
    // The example of RFC 7617 section 2.
    expect(origin.headers[0]?.get("authorization")).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    expect(origin.headers[0]?.get("x-origin")).toBe("freshet");
    expect(origin.headers[0]?.get("user-agent")).toStartWith("Freshet/");
  });

  test("may send to another of its own files, and is shown the password there, too", async () => {
    await using origin = startOrigin({ "/a.jpg": redirect("/b.jpg"), "/b.jpg": () => new Response("x") });
    await ask({ url: `http://${origin.host}`, login: { user: "u", password: "p" } });
    expect(origin.asked).toEqual(["/a.jpg", "/b.jpg"]);
    expect(origin.headers[1]?.has("authorization")).toBe(true);
  });

  test("is not followed to another server, which would learn the password", async () => {
    await using other = startOrigin({ "/a.jpg": () => new Response("x") });
    await using origin = startOrigin({ "/a.jpg": redirect(`http://${other.host}/a.jpg`) });
    await expect(ask({ url: `http://${origin.host}` })).rejects.toMatchObject({ code: "origin_failed" });
    expect(other.asked).toEqual([]);
  });

  for (const location of [
    "https://{host}/b.jpg",
    "http://me@{host}/b.jpg",
    "file:///etc/passwd",
    "http://[",
  ]) {
    test(`is not followed to ${location}`, async () => {
      await using origin = startOrigin({
        "/a.jpg": () => redirect(location.replace("{host}", origin.host))(),
        "/b.jpg": () => new Response("x"),
      });
      await expect(ask({ url: `http://${origin.host}` })).rejects.toMatchObject({ code: "origin_failed" });
      expect(origin.asked).toEqual(["/a.jpg"]);
    });
  }

  test("is not followed in circles", async () => {
    await using origin = startOrigin({ "/a.jpg": redirect("/a.jpg") });
    await expect(ask({ url: `http://${origin.host}` })).rejects.toMatchObject({ code: "origin_redirects" });
    expect(origin.asked.length).toBe(6);
  });

  const outside = [
    "/../b.jpg",
    "/%2e%2E/b.jpg",
    "/..%2fb.jpg",
    "/..%5Cb.jpg",
    "/in%2f..%2f..%2fb.jpg",
    "/in/%2e./b.jpg",
    "/a%00.jpg",
  ];
  for (const path of outside) {
    test(`is not asked for ${path}`, async () => {
      await using origin = startOrigin({});
      await expect(ask({ url: `http://${origin.host}/files` }, path)).rejects.toMatchObject({
        code: "origin_not_found",
      });
      expect(origin.asked).toEqual([]);
    });
  }

  test("that does not let us in has failed", async () => {
    await using origin = startOrigin({ "/a.jpg": () => new Response(null, { status: 401 }) });
    await expect(ask({ url: `http://${origin.host}` })).rejects.toMatchObject({ code: "origin_failed" });
  });
});
