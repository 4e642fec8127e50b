import type { PurgeTarget } from "@freshet/core";
import type { Preview } from "./preview.ts";
import type { Texts } from "./texts/en.ts";

/** The sentence above the preview. Without a token nothing is claimed: aliases and short paths could mean anything. */
export function previewSummary(preview: Preview | null, text: string, texts: Texts): string {
  if (text.trim() === "") return texts.nothingYet;
  if (preview === null) return texts.keyFirst;
  if (preview.entries.length === 0) return texts.nothingFound;
  const parts = [
    targets(preview, texts),
    preview.problems > 0 && texts.unread(preview.problems),
    preview.duplicates > 0 && texts.folded(preview.duplicates),
    preview.leftOut > 0 && texts.leftOut(preview.leftOut),
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}

/** The same for those who listen: with the first problem, since the list itself is not read out. */
export function spokenSummary(preview: Preview, text: string, texts: Texts): string {
  const first = preview.entries.find((entry) => "problem" in entry);
  const summary = previewSummary(preview, text, texts);
  return first ? `${summary} ${first.line}: ${texts.sentence(first.problem)}.` : summary;
}

function targets({ entries }: Preview, { counted }: Texts): string {
  const kinds = Object.keys(counted) as PurgeTarget["kind"][];
  return kinds
    .map((kind) => ({ kind, many: entries.filter((entry) => "kind" in entry && entry.kind === kind).length }))
    .filter(({ many }) => many > 0)
    .map(({ kind, many }) => counted[kind](many))
    .join(", ");
}
