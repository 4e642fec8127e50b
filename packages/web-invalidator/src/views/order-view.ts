import type { PurgeMode } from "@freshet/core";
import type { Scope } from "../job.ts";
import { curlCommand } from "../order.ts";
import type { Preview } from "../preview.ts";
import { readiness } from "../readiness.ts";
import type { Session } from "../session/session.ts";
import type { State, Store } from "../state.ts";
import { copyOnClick } from "./copy-button.ts";
import { byId, setText } from "./element.ts";

/** Addresses, scope, mode and the button. */
export function mountOrderView(
  store: Store,
  session: Session,
  previewOf: (state: State) => Preview | null,
): void {
  const form = byId("order-form", HTMLFormElement);
  const scope = byId("scope", HTMLFieldSetElement);
  const mode = byId("mode", HTMLFieldSetElement);
  const pathsSection = byId("paths-section", HTMLElement);
  const paths = byId("paths", HTMLTextAreaElement);
  const hint = byId("paths-hint", HTMLParagraphElement);
  const v6 = byId("v6", HTMLInputElement);
  const rewarm = byId("rewarm", HTMLInputElement);
  const button = byId("invalidate", HTMLButtonElement);
  const reason = byId("invalidate-reason", HTMLParagraphElement);
  const curl = byId("curl", HTMLPreElement);

  // The last outcome is that of another order.
  const changed = { latest: null, refusal: null };
  scope.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) store.set({ scope: target.value as Scope, ...changed });
  });
  mode.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement)
      store.set({ mode: (target.value || null) as PurgeMode | null, ...changed });
  });
  paths.addEventListener("input", () => store.set({ text: paths.value, ...changed }));
  v6.addEventListener("change", () => store.set({ isV6: v6.checked, ...changed }));
  rewarm.addEventListener("change", () => store.set({ rewarm: rewarm.checked }));
  paths.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  paths.addEventListener("paste", (event) => pasteMarkup(event, paths));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const state = store.get();
    const ready = readiness(state, previewOf(state));
    if ("order" in ready) void session.invalidate(ready.order, ready.needs);
  });
  copyOnClick(
    byId("curl-copy", HTMLButtonElement),
    store,
    () => curl.textContent ?? "",
    () => curl,
  );

  store.subscribe((state) => {
    const ready = readiness(state, previewOf(state));
    // Browsers bring back what was chosen before a reload; the state begins anew, and what is shown must be what is sent.
    for (const radio of scope.querySelectorAll("input")) radio.checked = radio.value === state.scope;
    for (const radio of mode.querySelectorAll("input")) radio.checked = radio.value === (state.mode ?? "");
    pathsSection.hidden = state.scope === "all";
    v6.checked = state.isV6;
    rewarm.checked = state.rewarm;
    setText(hint, hintText(state));
    if (paths.value !== state.text) paths.value = state.text;
    // Not `disabled`: the button stays in reach of the keyboard, so that its reason can be read out.
    button.setAttribute("aria-disabled", String("reason" in ready));
    setText(reason, "reason" in ready ? ready.reason : "");
    setText(curl, "order" in ready ? curlCommand(ready.order, location.href) : "");
    curl.parentElement?.classList.toggle("no-curl", "reason" in ready);
  });
}

function hintText({ scope, isV6, texts: { hints } }: State): string {
  if (scope === "all") return "";
  if (isV6) return scope === "urls" ? hints.urlsV6 : hints.originalV6;
  return hints[scope];
}

/**
 * A piece of a web page is on the clipboard as text, in which its pictures are missing, and as markup: where only that
 * names any, it is what was meant.
 */
function pasteMarkup(event: ClipboardEvent, paths: HTMLTextAreaElement): void {
  const html = event.clipboardData?.getData("text/html") ?? "";
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/<img\b/i.test(html) || /[/<]/.test(text)) return;
  event.preventDefault();
  paths.setRangeText(html, paths.selectionStart, paths.selectionEnd, "end");
  paths.dispatchEvent(new Event("input"));
}
