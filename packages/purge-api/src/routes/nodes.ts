import { type Clock, FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { AddressOf } from "../audit/address-of.ts";
import type { AuditStore } from "../audit/audit.ts";
import { cutShort } from "../audit/entry.ts";
import type { Membership } from "../nodes/membership.ts";
import { hasNodeKey } from "./node-key.ts";

/**
 * `GET /nodes`: every server process on record. `DELETE /nodes/:id`: takes a node off the record that will not come
 * back, after its lease.
 *
 * Both need the node key, not a client key: nodes serve all tokens, and a client key belongs to one of them. Whoever
 * has the node key can speak as any node anyway, so this gives nobody a power that they did not have.
 */
export function nodesRoutes(deps: {
  membership: Membership;
  nodeKey: string | null;
  audit: Pick<AuditStore, "add">;
  addressOf: AddressOf;
  clock: Clock;
}) {
  const { membership, nodeKey, audit, addressOf, clock } = deps;

  function authorizeOperator(request: Request): void {
    if (hasNodeKey(request, nodeKey)) return;
    throw new FreshetError("key_wrong", "send the node key in the header Authorization: Bearer");
  }

  return new Elysia()
    .get("/nodes", async ({ request }) => {
      authorizeOperator(request);
      const nodes = (await membership.list()).map(({ node, leaseLeftMs, lapsedAt, ...view }) => ({
        id: node,
        ...view,
        lease_left_ms: leaseLeftMs,
        lapsed_at: lapsedAt === null ? null : new Date(lapsedAt).toISOString(),
      }));
      return Response.json({ status: "success", nodes });
    })
    .delete("/nodes/:id", async ({ request, params }) => {
      authorizeOperator(request);
      await membership.remove(params.id);
      const at = Math.round(clock.wallMs() * 1000);
      await audit.add({
        ...{
          action: "remove_node",
          key: "node key",
          address: addressOf(request),
          targets: [cutShort(params.id)],
        },
        ...{ at, endedAt: at, count: 1, outcome: "OK", token: null, job: null, scope: null, mode: null },
      });
      return Response.json({ status: "success" });
    });
}
