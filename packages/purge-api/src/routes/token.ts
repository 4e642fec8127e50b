import { Elysia } from "elysia";
import type { Authorize } from "./authorize.ts";

/**
 * What the form needs to read lines exactly as purge-api will; it also tells whether a key is valid. What origins are
 * sent is none of its business.
 */
export function tokenRoutes(authorize: Authorize) {
  return new Elysia().get("/token", ({ request }) =>
    Response.json({ status: "success", token: { ...authorize(request).token, originHeaders: {} } }),
  );
}
