import type { ErrorCode } from "@freshet/core";
import { auditActions } from "../audit/audit.ts";
import {
  jsonAnswer,
  keyProblems,
  type Parameter,
  type Paths,
  problems,
  quotaHeaders,
  ref,
} from "./openapi.ts";

const clientKey = [{ clientKey: [] }] as const;
const tags = ["Purging"];
const text = { type: "string" };

const uuid: Parameter = {
  name: "uuid",
  in: "path",
  required: true,
  description: "What the job was accepted with.",
  schema: text,
};

const wait: Parameter = {
  name: "Prefer",
  in: "header",
  description:
    "`wait=N`: hold the answer back until the job has ended, at most N seconds, and no longer than 60 (RFC 7240).",
  schema: text,
};

const preferenceApplied = {
  "Preference-Applied": { description: "`wait=N`, if it was asked for.", schema: text },
};

const limit = (fallback: number, max: number): Parameter => ({
  name: "limit",
  in: "query",
  description: `How many; ${fallback} without it.`,
  schema: { type: "integer", minimum: 1, maximum: max },
});

const before: Parameter = {
  name: "before",
  in: "query",
  description: "`next` of the page before.",
  schema: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
};

const query = (
  name: string,
  description: string,
  schema: object = { ...text, maxLength: 500 },
): Parameter => ({
  ...{ name, in: "query", description },
  schema: { ...schema },
});

const statsDay = { ...text, pattern: "^\\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])$" };

const moment = {
  ...text,
  pattern:
    "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d))?$",
};

/** What may be wrong with what is to be purged. */
const orderProblems = [
  ...[
    "bad_json",
    "bad_scope",
    "bad_mode",
    "bad_api",
    "bad_dry_run",
    "bad_rewarm",
    "bad_transformations",
    "bad_urls",
    "bad_tags",
  ],
  ...["key_scope", "body_too_large", "too_busy", "quota_exceeded"],
] as ErrorCode[];

const received = (description: string) =>
  jsonAnswer(description, ref("Received"), { ...quotaHeaders(), ...preferenceApplied });

const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description: "A text in quotes: all requests with it and the same body are one.",
  schema: text,
};

export const purgePaths: Paths = {
  "/warmup/urls": {
    post: {
      operationId: "warmUp",
      tags,
      summary: "Have pictures ready before they are asked for",
      description: "Every server makes each of them, below everything that somebody waits for.",
      security: clientKey,
      parameters: [idempotencyKey],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: ref("WarmupOrder") },
          "text/csv": { schema: { type: "string" } },
          "multipart/form-data": {
            schema: { type: "object", properties: { file: { type: "string" } }, required: ["file"] },
          },
        },
      },
      responses: {
        "201": jsonAnswer("It is on disk.", ref("WarmupReceipt"), quotaHeaders()),
        ...problems(
          ...keyProblems,
          ...([
            "bad_json",
            "bad_warmup",
            "body_too_large",
            "too_busy",
            "key_scope",
            "quota_exceeded",
          ] as const),
          ...(["bad_idempotency_key", "key_reused", "storage_full"] as const),
        ),
      },
    },
  },
  "/warmup/{uuid}": {
    get: {
      operationId: "getWarmup",
      tags,
      summary: "How far a warm-up is",
      security: clientKey,
      parameters: [uuid],
      responses: {
        "200": jsonAnswer("As it is now.", ref("WarmupAnswer")),
        ...problems(...keyProblems, "warmup_unknown"),
      },
    },
  },
  "/invalidate": {
    post: {
      operationId: "invalidate",
      tags,
      summary: "Purge",
      description:
        "It is on disk before it is answered. DONE means that no server answers with old bytes any more.",
      security: clientKey,
      parameters: [
        wait,
        {
          name: "Idempotency-Key",
          in: "header",
          description: "A text in quotes: for a day, all requests with it and the same body are one.",
          schema: text,
        },
      ],
      requestBody: { required: true, content: { "application/json": { schema: ref("Order") } } },
      responses: {
        "200": jsonAnswer("Of a dry run: nothing was purged.", ref("DryRunAnswer"), quotaHeaders()),
        "201": received("It was accepted."),
        ...problems(
          ...keyProblems,
          ...orderProblems,
          ...(["bad_idempotency_key", "key_in_use", "key_reused", "storage_full"] as const),
        ),
      },
    },
    get: {
      operationId: "listInvalidations",
      tags,
      summary: "Invalidations of the key's token, newest first",
      security: clientKey,
      parameters: [
        limit(20, 100),
        before,
        query("status", "`running`: neither DONE nor ERROR.", {
          ...text,
          enum: ["running", "DONE", "ERROR"],
        }),
        query("scope", "Only of this scope.", { ...text, enum: ["original", "urls", "all", "tag"] }),
        query("text", "Stands in what was received or invalidated, or in the uuid."),
      ],
      responses: {
        "200": jsonAnswer("A page.", ref("InvalidationPage")),
        ...problems(...keyProblems, "bad_query"),
      },
    },
  },
  "/invalidate/{uuid}": {
    get: {
      operationId: "getInvalidation",
      tags,
      summary: "How far an invalidation is",
      security: clientKey,
      parameters: [uuid, wait],
      responses: {
        "200": jsonAnswer("The job.", ref("InvalidationAnswer"), preferenceApplied),
        ...problems(...keyProblems, "job_unknown"),
      },
    },
  },
  "/invalidate/{uuid}/restart": {
    post: {
      operationId: "restartInvalidation",
      tags,
      summary: "Purge again what an invalidation purged that has ended",
      security: clientKey,
      parameters: [uuid, wait],
      responses: {
        "201": received("It runs again, under the same uuid."),
        ...problems(
          ...keyProblems,
          "job_unknown",
          "job_running",
          "job_too_old",
          "key_scope",
          "quota_exceeded",
          "storage_full",
        ),
      },
    },
  },
  "/invalidate/{uuid}/events": {
    get: {
      operationId: "followInvalidation",
      tags,
      summary: "Progress per server and per front as server-sent events",
      description:
        "Each event `progress`, and the last one, `end`, holds the job as `GET /invalidate/{uuid}` shows it. A stream that ends without `end` was cut off: come back with `Last-Event-ID`.",
      security: clientKey,
      parameters: [
        uuid,
        {
          name: "Last-Event-ID",
          in: "header",
          description: "The last event that is known: what is in it is not told again.",
          schema: text,
        },
      ],
      responses: {
        "200": {
          description: "Events until the job has ended.",
          content: { "text/event-stream": { schema: text } },
        },
        ...problems(...keyProblems, "job_unknown", "too_many_streams"),
      },
    },
  },
  "/audit": {
    get: {
      operationId: "listAudit",
      tags: ["Operating"],
      summary: "Who did what, newest first",
      description:
        "A client key sees its token's entries; the node key those of all, and what belongs to none: keys that are not known, and servers that were taken off the record.",
      security: [{ clientKey: [] }, { nodeKey: [] }],
      parameters: [
        limit(50, 500),
        before,
        query("action", "Only of this kind.", { ...text, enum: auditActions }),
        query("outcome", "Only with this end: `DONE`, `ERROR`, `RECEIVED`, or the code of a refusal."),
        query("key", "Only of the key of this name."),
        query("address", "Only from this address."),
        query("job", "Only of the job of this uuid."),
        query("token", "Only of this token: with the node key."),
        query("from", "From this day or time on.", moment),
        query("to", "Before this day or time.", moment),
      ],
      responses: { "200": jsonAnswer("A page.", ref("AuditPage")), ...problems(...keyProblems, "bad_query") },
    },
  },
  "/stats/general": {
    get: {
      operationId: "getGeneralStats",
      tags: ["Operating"],
      summary: "What the key's token used, in Cloudimage's shape",
      description:
        "Servers tell it every ten seconds; days are those of UTC, and a year and a month is kept.",
      security: [{ clientKey: [] }, { clientKeyInQuery: [] }],
      parameters: [
        query("from", "First day, `yyyymmdd`; 29 days before `to` without it.", statsDay),
        query("to", "Last day; today without it.", statsDay),
      ],
      responses: {
        "200": jsonAnswer("The sums.", ref("StatsAnswer")),
        ...problems(...keyProblems, "bad_query"),
      },
    },
  },
  "/token": {
    get: {
      operationId: "getToken",
      tags,
      summary: "The token of the key, as its lines are read",
      security: clientKey,
      responses: { "200": jsonAnswer("The token.", ref("TokenAnswer")), ...problems(...keyProblems) },
    },
  },
  "/picture": {
    get: {
      operationId: "getPicture",
      tags,
      summary: "What the image server shows for a line of a purge now",
      security: clientKey,
      parameters: [
        { ...query("path", "A line of a purge.", text), required: true },
        query("scope", "`original` without it.", { ...text, enum: ["original", "urls"] }),
        query("api", "`v7` without it.", { ...text, enum: ["v7", "v6"] }),
      ],
      responses: {
        "200": {
          description: "The picture.",
          content: { "image/*": { schema: { type: "string", format: "binary" } } },
        },
        ...problems(...keyProblems, "bad_query", "key_scope", "no_picture", "picture_failed", "overloaded"),
      },
    },
  },
};
