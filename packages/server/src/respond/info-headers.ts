import { canonicalPlan, type ParsedRequest } from "@freshet/core";
import type { Pointer } from "../origin/pointer-table.ts";

/** Characters of one header: intermediaries refuse long ones. */
const valueChars = 1_000;

/**
 * What `ci_info` has an answer tell about itself; 2 tells what was understood as well. Where the original lies is never
 * told: an alias may be there to hide it.
 * @see reference/cloudimage.md row 29 of section 17
 */
export function infoHeaders(
  { delivery, token, version, plan, notes }: ParsedRequest,
  pointer: Pointer | null,
  bytes: number,
): Record<string, string> {
  if (delivery.info === 0) return {};
  const brief = {
    "x-ci-token": token,
    "x-ci-source-format": pointer?.format ?? "none",
    "x-ci-fetched": pointer ? new Date(pointer.fetchedAtMs).toISOString() : "never",
    "x-ci-bytes": String(bytes),
  };
  if (delivery.info === 1) return brief;
  const ignored = notes.map(({ parameter, text }) => `${parameter}: ${text}`).join("; ");
  return {
    ...brief,
    "x-ci-version": printable(version),
    "x-ci-plan": printable(delivery.kind === "proxy" ? "proxy" : canonicalPlan(plan)),
    "x-ci-notes": printable(ignored),
  };
}

/** Visible ASCII: a client chose some of these words. */
function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/gu, (char) => encodeURIComponent(char.toWellFormed()))
    .slice(0, valueChars);
}
