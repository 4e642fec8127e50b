import { type Clock, FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import { generalStats } from "../stats/general.ts";
import type { UsageStore } from "../stats/usage-store.ts";
import type { Authorize } from "./authorize.ts";

const dayMs = 86_400_000;

/** Days without `from`, today included. */
const usualDays = 30;

/**
 * `GET /stats/general?from=yyyymmdd&to=yyyymmdd`: what the key's token used, in Cloudimage's shape. The key may also
 * travel as `client_key`, as Cloudimage has it.
 */
export function statsRoutes(deps: { authorize: Authorize; usage: Pick<UsageStore, "sum">; clock: Clock }) {
  const { authorize, usage, clock } = deps;
  return new Elysia().get("/stats/general", async ({ request, query }) => {
    const { token } = authorize(request, request.headers.get("x-client-key") ?? query.client_key ?? null);
    const today = Math.floor(clock.wallMs() / dayMs);
    const to = readDay(query.to, "to") ?? today;
    const from = readDay(query.from, "from") ?? to - usualDays + 1;
    if (from > to) throw new FreshetError("bad_query", "from is after to");
    const msg = `Stats for token: ${token.name} between ${nameOf(from)} and ${nameOf(to)}`;
    const stats = await generalStats(usage, token.name, from, to);
    return Response.json({ status: "success", msg, stats }, { headers: { "cache-control": "no-store" } });
  });
}

/** @returns days since 1970 */
function readDay(raw: string | undefined, name: string): number | null {
  if (raw === undefined || raw === "") return null;
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(raw) ?? [];
  const iso = `${year}-${month}-${day}`;
  const ms = Date.parse(`${iso}T00:00:00Z`);
  // A day that there is not may be read as one of the next month.
  if (!Number.isFinite(ms) || new Date(ms).toISOString().slice(0, 10) !== iso) {
    throw new FreshetError("bad_query", `${name} is a day such as 20261125`);
  }
  return ms / dayMs;
}

/** `13 May 2020` */
function nameOf(day: number): string {
  const date = new Date(day * dayMs);
  const month = date.toLocaleString("en-US", { month: "long", timeZone: "UTC" });
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}
