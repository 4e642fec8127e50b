import formFiles from "@freshet/web-invalidator/files" with { type: "json" };
import { type Answer, jsonAnswer, keyProblems, type Paths, problems, ref } from "./openapi.ts";

const tags = ["Operating"];
const nodeKey = [{ nodeKey: [] }] as const;
const anybody = [] as const;
const text = { type: "string" };
const answerOf = (description: string, type: string): Answer => ({
  description,
  content: { [type]: { schema: text } },
});

/** The form's files, each a path of its own. */
const formPaths: Paths = Object.fromEntries(
  Object.entries(formFiles).map(([path, { type }]) => {
    const operation = {
      operationId: `form_${path.replace(/\W+/g, "_")}`,
      tags: ["Form"],
      summary: path === "/" ? "The form" : "A file of the form",
      security: anybody,
      responses: { "200": answerOf("The file.", type.split(";", 1)[0] as string) },
    };
    return [path, { get: operation }];
  }),
);

export const operatorPaths: Paths = {
  "/nodes": {
    get: {
      operationId: "listNodes",
      tags,
      summary: "Every server process on record",
      security: nodeKey,
      responses: { "200": jsonAnswer("All of them.", ref("NodeList")), ...problems("key_wrong", "internal") },
    },
  },
  "/nodes/{id}": {
    delete: {
      operationId: "removeNode",
      tags,
      summary: "Takes a server off the record that will not come back",
      security: nodeKey,
      parameters: [
        { name: "id", in: "path", required: true, description: "Name of the server.", schema: text },
      ],
      responses: {
        "200": jsonAnswer("It is off the record.", ref("Done")),
        ...problems("key_wrong", "node_unknown", "node_in_use", "internal", "storage_full"),
      },
    },
  },
  "/metrics": {
    get: {
      operationId: "getMetrics",
      tags,
      summary: "Counters in the text format of Prometheus",
      security: [{ clientKey: [] }],
      responses: { "200": answerOf("Version 0.0.4 of it.", "text/plain"), ...problems(...keyProblems) },
    },
  },
  "/healthz": {
    get: {
      operationId: "getHealth",
      tags,
      summary: "The process runs",
      security: anybody,
      responses: { "200": answerOf("`ok`", "text/plain") },
    },
  },
  "/readyz": {
    get: {
      operationId: "getReadiness",
      tags,
      summary: "Whether purges can be accepted, and each thing that was looked at",
      security: anybody,
      responses: {
        "200": jsonAnswer("They can.", ref("Readiness")),
        "503": jsonAnswer("They cannot.", ref("Readiness")),
      },
    },
  },
  "/openapi": {
    get: {
      operationId: "getOpenapi",
      tags,
      summary: "This document",
      security: anybody,
      responses: { "200": jsonAnswer("OpenAPI 3.1.", { type: "object" }) },
    },
  },
  "/internal/usage": {
    post: {
      operationId: "tellUsage",
      tags,
      summary: "For image servers: what tokens used since they last told it",
      security: nodeKey,
      requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
      responses: {
        "200": jsonAnswer("It is counted, or was before.", ref("Done")),
        ...problems("key_wrong", "bad_json", "body_too_large", "too_busy", "internal", "storage_full"),
      },
    },
  },
  "/internal/log": {
    get: {
      operationId: "followLog",
      tags,
      summary: "For image servers: the purge log over a WebSocket",
      security: nodeKey,
      responses: { "101": { description: "The conversation begins." }, ...problems("key_wrong") },
    },
  },
  ...formPaths,
};
