import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { PictureWish, ShowPicture } from "../pictures/show-picture.ts";
import type { Authorize } from "./authorize.ts";

/** Nobody keeps it, and nothing in it runs, wherever it is opened. */
const guard = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
};

/** Seconds that Bun lets the connection be silent: an origin may be slow. */
const silenceS = 30;

/**
 * `GET /picture?path=…&scope=…&api=…`: what the image server shows for a line of a purge now, with its `ETag`,
 * `Cache-Status` and `X-Ci-Fetched`: the form's before and after.
 */
export function pictureRoutes(deps: { authorize: Authorize; showPicture: ShowPicture }) {
  const { authorize, showPicture } = deps;
  return new Elysia().get("/picture", async ({ request, query, server }) => {
    const caller = authorize(request);
    const wish = readWish(query);
    server?.timeout(request, silenceS);
    const { bytes, headers } = await showPicture(wish, caller);
    return new Response(bytes, { headers: { ...headers, ...guard } });
  });
}

/** @throws FreshetError `bad_query` */
function readWish({ path, scope = "original", api = "v7" }: Record<string, string | undefined>): PictureWish {
  if (path === undefined) throw new FreshetError("bad_query", "path is a line of a purge");
  if (scope !== "original" && scope !== "urls") {
    throw new FreshetError("bad_query", "scope is one of original, urls");
  }
  if (api !== "v7" && api !== "v6") throw new FreshetError("bad_query", "api is one of v7, v6");
  return { path, scope, api };
}
