import type { Mend } from "../mends.ts";
import { keyOf, type Shown } from "../pictures.ts";
import {
  mendedText,
  type Preview,
  type PreviewEntry,
  type ProblemEntry,
  type ReadEntry,
} from "../preview.ts";
import { previewSummary, spokenSummary } from "../preview-words.ts";
import type { State, Store } from "../state.ts";
import { byId, element, setText } from "./element.ts";
import { pictureFacts } from "./picture-facts.ts";

/** Entries that are drawn: nobody reads more, and ten thousand would make typing slow. */
const shownEntries = 100;

/** Entries that are seen without scrolling. */
const entriesInSight = 6;

/** How long a person must pause before changes are read out. */
const speakAfterMs = 700;

/** Shows how each line will be read, while it is typed. */
export function mountPreviewView(store: Store, previewOf: (state: State) => Preview | null): void {
  const summary = byId("preview-summary", HTMLParagraphElement);
  const list = byId("preview-list", HTMLUListElement);
  const spoken = byId("preview-spoken", HTMLParagraphElement);
  let drawn: readonly unknown[] = [];
  let speaking: ReturnType<typeof setTimeout> | undefined;

  function apply(mend: Mend): void {
    const state = store.get();
    const preview = previewOf(state);
    if (!preview) return;
    const changed = { latest: null, refusal: null };
    if ("line" in mend) store.set({ text: mendedText(preview, mend.kind), ...changed });
    else store.set({ ...("scope" in mend ? { scope: mend.scope } : { isV6: mend.isV6 }), ...changed });
    byId("paths", HTMLTextAreaElement).focus();
  }

  store.subscribe((state) => {
    const preview = previewOf(state);
    const { text, texts, kept } = state;
    setText(summary, previewSummary(preview, text, texts));
    if (drawn[0] === preview && drawn[1] === texts && drawn[2] === kept) return;
    const isNews = drawn[0] !== preview;
    drawn = [preview, texts, kept];
    list.replaceChildren(...(preview ? rows(preview, state, apply) : []));
    // A box that scrolls must be in reach of the keyboard; one that does not would only be in the way.
    if (list.scrollHeight > list.clientHeight) list.tabIndex = 0;
    else list.removeAttribute("tabindex");
    if (!isNews) return;
    clearTimeout(speaking);
    speaking = setTimeout(
      () => setText(spoken, preview && text.trim() !== "" ? spokenSummary(preview, text, texts) : ""),
      speakAfterMs,
    );
  });
}

/** In the order in which they were pasted; where not all are in sight, those that need attention come first. */
function rows(preview: Preview, state: State, apply: (mend: Mend) => void): HTMLElement[] {
  const { entries } = preview;
  const problems = entries.filter((entry) => "problem" in entry);
  const others = entries.filter((entry) => !("problem" in entry));
  const sorted = entries.length <= entriesInSight ? entries : [...problems, ...others];
  const shown = sorted.slice(0, shownEntries);
  const rest = entries.length - shown.length;
  const more = rest > 0 ? [element("li", { class: "hint" }, state.texts.more(rest))] : [];
  const counts = countMends(entries);
  const draw = (entry: PreviewEntry) =>
    "problem" in entry ? problemRow(entry, state, counts, apply) : readRow(entry, state);
  return [...shown.map(draw), ...more];
}

function countMends(entries: readonly PreviewEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    if ("problem" in entry && entry.mend) counts.set(entry.mend.kind, (counts.get(entry.mend.kind) ?? 0) + 1);
  }
  return counts;
}

function problemRow(
  { line, problem, mend, times }: ProblemEntry,
  { texts }: State,
  counts: ReadonlyMap<string, number>,
  apply: (mend: Mend) => void,
): HTMLElement {
  const words = [texts.sentence(problem), ...(times > 1 ? [texts.times(times)] : [])].join("; ");
  const parts: HTMLElement[] = [badge(texts.unreadable), address(line), element("p", {}, words)];
  if (mend) {
    const button = element("button", { type: "button" }, texts.mend[mend.kind](counts.get(mend.kind) ?? 1));
    button.addEventListener("click", () => apply(mend));
    parts.push(button);
  }
  return element("li", { class: "unread" }, element("div", {}, ...parts));
}

function readRow(
  { line, kind, target, notes, times }: ReadEntry,
  { texts, access, isV6, kept, scope }: State,
): HTMLElement {
  const token = access.kind === "accepted" ? access.token.name : "";
  const words = [
    texts.readAs(token, isV6 ? "v6" : "v7"),
    ...notes.map(texts.sentence),
    ...(times > 1 ? [texts.times(times)] : []),
  ];
  const text = element(
    "div",
    {},
    badge(texts.kinds[kind]),
    address(target),
    element("p", {}, words.join(" · ")),
  );
  const shown = scope === "all" ? undefined : kept.get(keyOf({ line, scope, api: isV6 ? "v6" : "v7" }));
  if (!shown) return element("li", {}, text);
  if (shown.kind === "picture") {
    const when = shown.wasKept ? texts.proof.keptNow : texts.proof.notKept;
    text.append(
      element(
        "p",
        { class: "kept" },
        [when, ...pictureFacts(shown, texts).map(([, value]) => value)].join(" · "),
      ),
    );
  }
  return element("li", {}, thumbnail(shown, texts.proof.alt(texts.proof.keptNow, target)), text);
}

function thumbnail(shown: Shown, alt: string): HTMLElement {
  if (shown.kind !== "picture")
    return element("span", { class: `thumb ${shown.kind}`, "aria-hidden": "true" });
  return element("img", { class: "thumb", src: shown.url, alt });
}

function badge(text: string): HTMLElement {
  return element("strong", {}, text);
}

function address(text: string): HTMLElement {
  return element("code", { dir: "ltr" }, text);
}
