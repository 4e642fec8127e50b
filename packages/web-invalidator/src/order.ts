import type { PurgeMode } from "@freshet/core";
import type { Scope } from "./job.ts";

/** The body of `POST /invalidate`. */
export interface Order {
  readonly scope: Scope;
  /** Absent for scope `all`. */
  readonly urls?: readonly string[];
  /** Absent for what purge-api does by itself. */
  readonly mode?: PurgeMode;
  /** Absent for v7. */
  readonly api?: "v6";
  /** How many pictures each server makes again before DONE; absent for none. */
  readonly rewarm?: number;
}

/**
 * The order as a command for a shell. The key is a variable there: what is copied ends up in chats and tickets.
 * @param base the page's own address: the API lies beside it
 */
export function curlCommand(order: Order, base: string): string {
  const body = JSON.stringify(order).replaceAll("'", "'\\''");
  return [
    `curl -X POST '${new URL("invalidate", base.replace(/[?#].*$/s, ""))}'`,
    `  -H "X-Client-Key: $FRESHET_CLIENT_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  -d '${body}'`,
  ].join(" \\\n");
}
