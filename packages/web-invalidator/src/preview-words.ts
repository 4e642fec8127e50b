import type { PurgeTarget } from "@freshet/core";
import { count } from "./job-words.ts";
import type { Preview } from "./preview.ts";

const nouns = {
  original: ["original", "originals"],
  prefix: ["folder", "folders"],
  variants: ["choice of pictures", "choices of pictures"],
  url: ["URL", "URLs"],
  tag: ["tag", "tags"],
  all: ["whole token", "whole tokens"],
} satisfies Record<PurgeTarget["kind"], [string, string]>;

/** The sentence above the preview. Without a token nothing is claimed: aliases and short paths could mean anything. */
export function previewSummary(preview: Preview | null, text: string): string {
  if (preview === null) {
    return text.trim() === ""
      ? "Nothing pasted yet."
      : "Enter your client key to see how these lines will be read.";
  }
  if (preview.entries.length === 0) return "Nothing pasted yet.";
  const parts = [targets(preview)];
  if (preview.problems > 0)
    parts.push(`${count(preview.problems, "line")} cannot be read and will not be sent`);
  if (preview.duplicates > 0) parts.push(`${count(preview.duplicates, "duplicate")} folded`);
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

/** The same for those who listen: with the first problem, since the list itself is not read out. */
export function spokenSummary(preview: Preview): string {
  const first = preview.entries.find((entry) => "problem" in entry);
  const summary = previewSummary(preview, "");
  return first ? `${summary} ${first.line}: ${first.problem}.` : summary;
}

function targets({ entries }: Preview): string {
  const kinds = Object.keys(nouns) as PurgeTarget["kind"][];
  return kinds
    .map((kind) => ({ kind, many: entries.filter((entry) => "kind" in entry && entry.kind === kind).length }))
    .filter(({ many }) => many > 0)
    .map(({ kind, many }) => count(many, ...nouns[kind]))
    .join(", ");
}
