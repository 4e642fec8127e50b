import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { AuditEntry, AuditStore } from "../audit/audit.ts";
import type { Authorize } from "./authorize.ts";
import { formatTime } from "./job-body.ts";
import { hasNodeKey } from "./node-key.ts";
import { readAuditQuery } from "./read-audit-query.ts";

/**
 * `GET /audit`: who did what, newest first. A client key sees its token's entries; the node key those of all tokens, and
 * what belongs to none: keys that are not known, and nodes that were removed.
 */
export function auditRoutes(deps: { authorize: Authorize; audit: AuditStore; nodeKey: string | null }) {
  const { authorize, audit, nodeKey } = deps;
  return new Elysia().get("/audit", async ({ request, query: { token, ...query } }) => {
    const isOperator = hasNodeKey(request, nodeKey);
    const own = isOperator ? (token ?? null) : authorize(request).token.name;
    if (token !== undefined && token !== own) {
      throw new FreshetError("bad_query", "token is for the node key: a client key belongs to one");
    }
    const asked = readAuditQuery(query);
    const entries = await audit.list({ token: own, ...asked });
    const next = entries.length === asked.limit ? String(entries.at(-1)?.number) : null;
    return Response.json({ status: "success", entries: entries.map(entryBody), next });
  });
}

function entryBody({ at, endedAt, ...entry }: AuditEntry) {
  const { number, action, token, key, address, job, scope, mode, targets, count, outcome } = entry;
  return {
    ...{ number, at: formatTime(at), action, token, key, address, job, scope, mode, targets, count, outcome },
    ended_at: endedAt === null ? null : formatTime(endedAt),
    duration_ms: endedAt === null ? null : (endedAt - at) / 1000,
  };
}
