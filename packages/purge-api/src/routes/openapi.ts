import { Elysia } from "elysia";
import { openapiDocument } from "../openapi/document.ts";

/** `GET /openapi`: what this service answers, for generators of clients. */
export function openapiRoutes() {
  const text = JSON.stringify(openapiDocument, null, 2);
  const headers = { "content-type": "application/json", "cache-control": "no-cache" };
  return new Elysia().get("/openapi", () => new Response(text, { headers }));
}
