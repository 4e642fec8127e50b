import { type Shown, wishOf } from "../pictures.ts";
import type { Proof, State } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { problemText } from "./clock-text.ts";
import { element } from "./element.ts";
import { pictureFacts } from "./picture-facts.ts";

/** What was served before an invalidation and what is served now, side by side. */
export function proofParts({ proofs, texts }: State, uuid: string): HTMLElement[] {
  // One that shows nothing, and of which nothing is to come, would only take room.
  const all = (proofs.get(uuid) ?? []).filter(
    ({ before, after }) => before.kind === "picture" || after !== null,
  );
  if (all.length === 0) return [];
  return [element("h3", {}, texts.proof.heading), ...all.map((proof) => pair(proof, texts))];
}

function pair({ key, before, after }: Proof, texts: Texts): HTMLElement {
  const { line } = wishOf(key);
  const verdict = verdictOf(before, after, texts);
  return element(
    "div",
    { class: "proof" },
    figure(texts.proof.before, before, line, texts),
    figure(texts.proof.now, after, line, texts),
    element(
      "p",
      { class: "verdict", role: "status", "data-verdict": verdict?.name ?? "" },
      verdict?.text ?? "",
    ),
  );
}

function figure(when: string, shown: Shown | null, line: string, texts: Texts): HTMLElement {
  const caption = element("figcaption", {}, when);
  if (shown?.kind !== "picture")
    return element("figure", {}, caption, element("p", { class: "blank" }, blankText(shown, texts)));
  const facts = pictureFacts(shown, texts).flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
  return element(
    "figure",
    {},
    caption,
    element("img", { src: shown.url, alt: texts.proof.alt(when, line) }),
    element("dl", { class: "facts" }, ...facts),
  );
}

function blankText(shown: Exclude<Shown, { kind: "picture" }> | null, texts: Texts): string {
  const { proof } = texts;
  if (shown === null) return proof.later;
  if (shown.kind === "late") return proof.late;
  return shown.kind === "loading" ? proof.loading : problemText(shown.problem, texts);
}

/** Pictures with one ETag are one picture, byte for byte. */
function verdictOf(
  before: Shown,
  after: Shown | null,
  { proof }: Texts,
): { name: "changed" | "same" | "gone"; text: string } | null {
  if (after?.kind === "none") return before.kind === "picture" ? { name: "gone", text: proof.gone } : null;
  if (after?.kind !== "picture" || before.kind === "loading" || before.kind === "late") return null;
  const isSame = before.kind === "picture" && before.etag === after.etag;
  return isSame ? { name: "same", text: proof.same } : { name: "changed", text: proof.changed };
}
