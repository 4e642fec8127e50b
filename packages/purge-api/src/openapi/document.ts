import { hookPaths } from "./hook-paths.ts";
import type { Paths } from "./openapi.ts";
import { operatorPaths } from "./operator-paths.ts";
import { purgePaths } from "./purge-paths.ts";
import { schemas } from "./schemas.ts";

const paths: Paths = { ...purgePaths, ...hookPaths, ...operatorPaths };

/** All that purge-api answers, in the words of OpenAPI 3.1. Tests hold every route and every answer against it. */
export const openapiDocument = {
  openapi: "3.1.1",
  info: {
    title: "Freshet purge-api",
    version: "1",
    license: { name: "MIT", identifier: "MIT" },
    description:
      "Purges pictures from every server and every cache in front of them; compatible with Cloudimage's invalidation API. Members that are not named here may be added to answers at any time.",
  },
  servers: [{ url: "/" }],
  tags: [
    { name: "Purging", description: "With a client key." },
    { name: "Hooks", description: "What storages and other programs call when an object changed." },
    { name: "Operating", description: "For whoever runs it." },
    { name: "Form", description: "The page that people purge with." },
  ],
  paths,
  components: {
    schemas,
    securitySchemes: {
      clientKey: { type: "apiKey", in: "header", name: "X-Client-Key" },
      clientKeyInQuery: { type: "apiKey", in: "query", name: "client_key" },
      clientKeyBearer: {
        type: "http",
        scheme: "bearer",
        description: "The client key, where a hook cannot send another header.",
      },
      clientKeyBasic: {
        type: "http",
        scheme: "basic",
        description: "The client key as password: `https://any:KEY@purge.example/hooks/s3`.",
      },
      nodeKey: {
        type: "http",
        scheme: "bearer",
        description: "The secret that servers and purge-api share.",
      },
      signature: {
        type: "apiKey",
        in: "header",
        name: "X-Freshet-Signature",
        description: "`t=1700000000,v1=hex`: the HMAC-SHA256 of the time, a full stop, and the body.",
      },
    },
  },
} as const;
