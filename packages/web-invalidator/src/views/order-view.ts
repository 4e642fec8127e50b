import type { Scope } from "../job.ts";
import type { Preview } from "../preview.ts";
import { needsConfirmation, readiness } from "../readiness.ts";
import type { Session } from "../session.ts";
import type { State, Store } from "../state.ts";
import { byId, setText } from "./element.ts";

const pathHints: Record<Scope, string> = {
  original:
    "One on each line, or with commas between. A star at the end takes a whole folder: /sample.li/folder/*",
  urls: "One on each line, as they stand in your page, sizes included: /sample.li/flat.jpg?w=500",
  all: "",
};

const pathHintsV6: Record<Scope, string> = {
  original: "One on each line. What stands before the original is left out: /width/500/n/sample.li/flat.jpg",
  urls: "One on each line, as they stand in your page: /width/500/n/sample.li/flat.jpg",
  all: "",
};

/** Scope, addresses, confirmation and the button. */
export function mountOrderView(
  store: Store,
  session: Session,
  previewOf: (state: State) => Preview | null,
): void {
  const form = byId("order-form", HTMLFormElement);
  const scope = byId("scope", HTMLFieldSetElement);
  const pathsSection = byId("paths-section", HTMLElement);
  const paths = byId("paths", HTMLTextAreaElement);
  const hint = byId("paths-hint", HTMLParagraphElement);
  const confirmRow = byId("confirm-row", HTMLLabelElement);
  const confirm = byId("confirm", HTMLInputElement);
  const confirmText = byId("confirm-text", HTMLSpanElement);
  const v6 = byId("v6", HTMLInputElement);
  const v6Row = byId("v6-row", HTMLLabelElement);
  const button = byId("invalidate", HTMLButtonElement);
  const reason = byId("invalidate-reason", HTMLParagraphElement);

  // What was confirmed is what was shown at the time, and the last outcome is that of another order.
  const changed = { confirmed: false, latest: null, refusal: null };
  scope.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement)
      store.set({ scope: event.target.value as Scope, ...changed });
  });
  paths.addEventListener("input", () => store.set({ text: paths.value, ...changed }));
  confirm.addEventListener("change", () => store.set({ confirmed: confirm.checked }));
  v6.addEventListener("change", () => store.set({ isV6: v6.checked, ...changed }));
  paths.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const state = store.get();
    const ready = readiness(state, previewOf(state));
    if ("order" in ready) void session.invalidate(ready.order);
  });

  store.subscribe((state) => {
    const preview = previewOf(state);
    const ready = readiness(state, preview);
    // Browsers bring back what was chosen before a reload; the state begins anew, and what is shown must be what is sent.
    for (const radio of scope.querySelectorAll("input")) radio.checked = radio.value === state.scope;
    pathsSection.hidden = state.scope === "all";
    v6Row.hidden = state.scope === "all";
    v6.checked = state.isV6;
    setText(hint, (state.isV6 ? pathHintsV6 : pathHints)[state.scope]);
    if (paths.value !== state.text) paths.value = state.text;
    confirmRow.hidden = !needsConfirmation(state, preview);
    confirm.checked = state.confirmed;
    setText(confirmText, confirmation(state));
    // Not `disabled`: the button stays in reach of the keyboard, so that its reason can be read out.
    button.setAttribute("aria-disabled", String("reason" in ready));
    setText(reason, "reason" in ready ? ready.reason : "");
  });
}

function confirmation({ access }: State): string {
  const whose = access.kind === "accepted" ? `of ${access.token.name}` : "of this key";
  return `Yes, renew every picture ${whose}. Each is looked up at its website again when it is next asked for.`;
}
