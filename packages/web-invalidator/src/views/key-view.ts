import type { Session } from "../session.ts";
import type { State, Store } from "../state.ts";
import { byId, setText } from "./element.ts";

/** The key: typed or pasted, checked, and folded away once it is accepted. */
export function mountKeyView(store: Store, session: Session): void {
  const form = byId("key-form", HTMLFormElement);
  const input = byId("key", HTMLInputElement);
  const show = byId("key-show", HTMLButtonElement);
  const accepted = byId("key-accepted", HTMLDivElement);
  const token = byId("key-token", HTMLElement);
  const change = byId("key-change", HTMLButtonElement);
  const status = byId("key-status", HTMLParagraphElement);

  function reveal(visible: boolean): void {
    input.type = visible ? "text" : "password";
    show.textContent = visible ? "Hide" : "Show";
    show.setAttribute("aria-pressed", String(visible));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void session.signIn(input.value);
  });
  show.addEventListener("click", () => reveal(input.type === "password"));
  change.addEventListener("click", () => {
    session.signOut();
    input.focus();
  });

  store.subscribe(({ access, trouble }) => {
    const isAccepted = access.kind === "accepted";
    const hadFocus = form.contains(document.activeElement);
    form.hidden = isAccepted;
    accepted.hidden = !isAccepted;
    setText(token, isAccepted ? access.token.name : "");
    setText(status, statusText(access, trouble));
    status.classList.toggle("notice-bad", access.kind === "refused");
    input.setAttribute("aria-invalid", String(access.kind === "refused"));
    if (!isAccepted) return;
    input.value = "";
    reveal(false);
    // The field that had the focus is gone: go on where the work goes on.
    if (hadFocus) byId("paths", HTMLTextAreaElement).focus();
  });
}

function statusText(access: State["access"], trouble: string | null): string {
  if (access.kind === "refused") return access.reason;
  if (access.kind !== "checking") return "";
  return trouble === null ? "Checking the key." : "The key will be checked as soon as the service answers.";
}
