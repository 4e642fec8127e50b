import { type ErrorCode, limits } from "@freshet/core";
import { jsonAnswer, keyProblems, type Paths, problems, ref } from "./openapi.ts";

const tags = ["Hooks"];

const hookProblems = [
  ...[
    "bad_json",
    "bad_hook",
    "bad_urls",
    "bad_tags",
    "bad_scope",
    "bad_mode",
    "bad_api",
    "bad_transformations",
    "bad_rewarm",
  ],
  ...[
    "body_too_large",
    "too_busy",
    "key_scope",
    "quota_exceeded",
    "key_in_use",
    "key_reused",
    "hook_refused",
    "internal",
    "storage_full",
  ],
] as ErrorCode[];

export const hookPaths: Paths = {
  "/hooks/s3": {
    post: {
      operationId: "tellBucketEvents",
      tags,
      summary: "Notifications of a bucket, alone or by SNS: what changed is purged",
      security: [{ clientKey: [] }, { clientKeyBearer: [] }, { clientKeyBasic: [] }],
      parameters: [
        {
          name: "prefix",
          in: "query",
          description:
            "Put before each object's name: `_media_/`. By default the alias that is called like the bucket.",
          schema: { type: "string" },
        },
        {
          name: "rewarm",
          in: "query",
          description: "Pictures that each server makes again, as in `POST /invalidate`.",
          schema: { type: "integer", minimum: 0, maximum: limits.rewarm, default: 0 },
        },
      ],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { type: "object" } },
          "text/plain": { schema: { type: "string", description: "The same: SNS calls it so." } },
        },
      },
      responses: {
        "200": jsonAnswer("Nothing was to be purged, or the subscription was confirmed.", ref("HookAnswer")),
        "201": jsonAnswer("A purge was accepted.", ref("Received")),
        ...problems(...keyProblems, ...hookProblems),
      },
    },
  },
  "/hooks/signed": {
    post: {
      operationId: "tellChange",
      tags,
      summary: "A purge that is signed with a secret instead of carrying a key",
      security: [{ signature: [] }],
      requestBody: {
        required: true,
        description: "As for `POST /invalidate`, also with `rewarm`; scope `original` if it says none.",
        content: { "application/json": { schema: { type: "object" } } },
      },
      responses: {
        "201": jsonAnswer("A purge was accepted.", ref("Received")),
        ...problems(...hookProblems),
      },
    },
  },
};
