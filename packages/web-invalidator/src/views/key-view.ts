import type { Session } from "../session/session.ts";
import type { State, Store } from "../state.ts";
import { problemText } from "./clock-text.ts";
import { byId, setText } from "./element.ts";

/** The key: typed or pasted, checked, and out of the way once it is accepted. */
export function mountKeyView(store: Store, session: Session): void {
  const form = byId("key-form", HTMLFormElement);
  const input = byId("key", HTMLInputElement);
  const show = byId("key-show", HTMLButtonElement);
  const accepted = byId("key-accepted", HTMLDivElement);
  const keyOf = byId("key-of", HTMLSpanElement);
  const token = byId("key-token", HTMLElement);
  const change = byId("key-change", HTMLButtonElement);
  const status = byId("key-status", HTMLParagraphElement);

  function reveal(visible: boolean): void {
    const { texts } = store.get();
    input.type = visible ? "text" : "password";
    setText(show, visible ? texts.hide : texts.show);
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

  store.subscribe((state) => {
    const { access, texts } = state;
    const isAccepted = access.kind === "accepted";
    const hadFocus = form.contains(document.activeElement);
    form.hidden = isAccepted;
    accepted.hidden = !isAccepted;
    setText(keyOf, texts.accepted);
    setText(token, isAccepted ? access.token.name : "");
    setText(status, statusText(state));
    status.classList.toggle("bad", access.kind === "refused");
    input.setAttribute("aria-invalid", String(access.kind === "refused"));
    if (isAccepted) input.value = "";
    reveal(!isAccepted && input.type === "text");
    // The field that had the focus is gone: go on where the work goes on.
    if (isAccepted && hadFocus) byId("paths", HTMLTextAreaElement).focus();
  });
}

function statusText({ access, trouble, texts }: State): string {
  if (access.kind === "refused") return problemText(access.problem, texts);
  if (access.kind !== "checking") return "";
  return trouble === null ? texts.checking : texts.checkingLater;
}
