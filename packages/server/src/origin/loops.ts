import { hostname } from "node:os";
import { resolve } from "node:path";
import { FreshetError } from "@freshet/core";
import { hashText } from "../hash.ts";

/** By this a server tells origins who asks, and knows its own requests again: one name for all processes on a folder. */
export function loopNameOf(dataDir: string): string {
  return `freshet-${hashText(`${hostname()} ${resolve(dataDir)}`).slice(0, 16)}`;
}

/**
 * Refuses what this server has asked itself, by whatever name or address it reached itself.
 * @param loop the request's `CDN-Loop` header (RFC 8586)
 * @throws FreshetError `origin_refused`
 */
export function refuseLoop(loop: string | null, name: string): void {
  if (loop === null || !loop.split(/[,;\s]+/).includes(name)) return;
  throw new FreshetError("origin_refused", "this server was to fetch from itself: name the original");
}
