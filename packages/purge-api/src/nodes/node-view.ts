import { type FencePolicy, FreshetError } from "@freshet/core";
import type { Member } from "./membership.ts";

/** A process of a node, for people. */
export interface NodeView {
  readonly node: string;
  readonly boot: string;
  readonly fence: FencePolicy;
  /** `serving`: it may hold a lease. `catching-up`: connected without one. `lapsed`: neither. */
  readonly state: "serving" | "catching-up" | "lapsed";
  readonly applied: number;
  /** How long the log still counts its lease, ms; 0 = not at all. */
  readonly leaseLeftMs: number;
  /** Since when it has been lapsed, ms since 1970; `null` if it is not. */
  readonly lapsedAt: number | null;
}

/** @param nowMs monotonic */
export function viewOf(member: Member, nowMs: number): NodeView {
  const { node, boot, fence, acked: applied, lapsedAt } = member;
  const leaseLeftMs = Math.max(0, Math.ceil(member.leaseUntilMs - nowMs));
  const without = member.session === null ? "lapsed" : "catching-up";
  return { node, boot, fence, state: leaseLeftMs > 0 ? "serving" : without, applied, leaseLeftMs, lapsedAt };
}

/**
 * @param processes of the node
 * @param nowMs monotonic
 * @throws FreshetError `node_unknown`, or `node_in_use` while one of them is connected or may hold a lease
 */
export function checkRemovable(node: string, processes: readonly Member[], nowMs: number): void {
  if (processes.length === 0) throw new FreshetError("node_unknown", `no node is called "${node}"`);
  for (const { session, leaseUntilMs } of processes) {
    if (session !== null) throw new FreshetError("node_in_use", `${node} is connected: stop it first`);
    const seconds = Math.ceil((leaseUntilMs - nowMs) / 1000);
    if (seconds <= 0) continue;
    throw new FreshetError("node_in_use", `${node} may answer from its cache for another ${seconds} s`);
  }
}
