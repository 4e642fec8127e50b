import { type Column, eq, notInArray, or, type SQL } from "drizzle-orm";
import { finalStatuses, type JobFilter } from "./log.ts";

/**
 * What a job must meet to be in a filtered list; the same for both databases.
 *
 * @param holds whether a column holds a text; each database has a function of its own for it
 */
export function jobConditions(
  jobs: Readonly<Record<"uuid" | "status" | "scope" | "received" | "invalidated", Column>>,
  { status, scope, text }: JobFilter,
  holds: (column: Column, text: string) => SQL,
): (SQL | undefined)[] {
  return [
    status === "running" ? notInArray(jobs.status, finalStatuses) : undefined,
    status === "DONE" || status === "ERROR" ? eq(jobs.status, status) : undefined,
    scope === undefined ? undefined : eq(jobs.scope, scope),
    text === undefined ? undefined : contains(text),
  ];

  /** Lists are stored as JSON, so what is looked for is spelled as in JSON. That leaves all that a uuid is made of. */
  function contains(text: string): SQL | undefined {
    const inJson = JSON.stringify(text).slice(1, -1);
    return or(...[jobs.received, jobs.invalidated, jobs.uuid].map((column) => holds(column, inJson)));
  }
}
