import { count } from "../job-words.ts";
import type { Preview, PreviewEntry } from "../preview.ts";
import { previewSummary, spokenSummary } from "../preview-words.ts";
import type { State, Store } from "../state.ts";
import { byId, element, setText } from "./element.ts";

/** Entries that are drawn: nobody reads more, and ten thousand would make typing slow. */
const shownEntries = 100;

/** Entries that are seen without scrolling. */
const entriesInSight = 6;

/** How long a person must pause before changes are read out. */
const speakAfterMs = 700;

const kinds = {
  original: "Original",
  prefix: "Folder",
  variants: "Some pictures",
  url: "One URL",
  tag: "Tag",
  all: "Everything",
} as const;

/** Shows how each line will be read, while it is typed. */
export function mountPreviewView(store: Store, previewOf: (state: State) => Preview | null): void {
  const summary = byId("preview-summary", HTMLParagraphElement);
  const repair = byId("preview-repair", HTMLButtonElement);
  const list = byId("preview-list", HTMLUListElement);
  const spoken = byId("preview-spoken", HTMLParagraphElement);
  let drawn: Preview | null | undefined;
  let speaking: ReturnType<typeof setTimeout> | undefined;

  repair.addEventListener("click", () => {
    const repaired = previewOf(store.get())?.repair;
    if (repaired) store.set({ text: repaired.text, confirmed: false });
    byId("paths", HTMLTextAreaElement).focus();
  });

  store.subscribe((state) => {
    const preview = previewOf(state);
    setText(summary, previewSummary(preview, state.text));
    if (preview === drawn) return;
    drawn = preview;
    list.replaceChildren(...(preview ? rows(preview) : []));
    // A box that scrolls must be in reach of the keyboard; one that does not would only be in the way.
    if (list.scrollHeight > list.clientHeight) list.tabIndex = 0;
    else list.removeAttribute("tabindex");
    repair.hidden = !preview?.repair;
    if (preview?.repair) setText(repair, `Leave the query out of ${count(preview.repair.lines, "line")}`);
    clearTimeout(speaking);
    speaking = setTimeout(() => setText(spoken, preview ? spokenSummary(preview) : ""), speakAfterMs);
  });
}

/** In the order in which they were pasted; where not all are in sight, those that need attention come first. */
function rows({ entries }: Preview): HTMLElement[] {
  if (entries.length <= entriesInSight) return entries.map(row);
  const problems = entries.filter((entry) => "problem" in entry);
  const others = entries.filter((entry) => !("problem" in entry));
  const shown = [...problems, ...others].slice(0, shownEntries);
  const rest = entries.length - shown.length;
  const more = rest > 0 ? [element("li", { class: "hint" }, `and ${count(rest, "more", "more")}`)] : [];
  return [...shown.map(row), ...more];
}

function row(entry: PreviewEntry): HTMLElement {
  const times = entry.times > 1 ? [`pasted ${entry.times} times`] : [];
  if ("problem" in entry) {
    const details = element("p", { class: "entry-problem" }, [entry.problem, ...times].join("; "));
    return element("li", { class: "entry entry-bad" }, badge("Not readable"), address(entry.line), details);
  }
  const notes = [...entry.notes, ...times];
  const details = notes.length > 0 ? [element("p", { class: "entry-notes" }, notes.join(" · "))] : [];
  return element("li", { class: "entry" }, badge(kinds[entry.kind]), address(entry.target), ...details);
}

function badge(text: string): HTMLElement {
  return element("span", { class: "badge" }, text);
}

function address(text: string): HTMLElement {
  return element("code", { class: "address" }, text);
}
