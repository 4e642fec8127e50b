import { sizeText } from "../amounts.ts";
import type { Session } from "../session/session.ts";
import type { Confirmation, State, Store } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { byId, element, setText } from "./element.ts";

/** Asks before an order goes out that reaches more than it names, with how much that is. */
export function mountConfirmView(store: Store, session: Session): void {
  const dialog = byId("confirm", HTMLDialogElement);
  const form = byId("confirm-form", HTMLFormElement);
  const heading = byId("confirm-heading", HTMLHeadingElement);
  const reach = byId("confirm-reach", HTMLParagraphElement);
  const sample = byId("confirm-sample", HTMLDivElement);
  const cost = byId("confirm-cost", HTMLParagraphElement);
  const type = byId("confirm-type", HTMLParagraphElement);
  const label = byId("confirm-label", HTMLLabelElement);
  const name = byId("confirm-name", HTMLInputElement);
  const go = byId("confirm-go", HTMLButtonElement);
  const cancel = byId("confirm-cancel", HTMLButtonElement);

  const isReady = ({ confirmation, access }: State) =>
    confirmation !== null &&
    access.kind === "accepted" &&
    (!confirmation.isAll || name.value.trim() === access.token.name);
  const showReady = () => go.setAttribute("aria-disabled", String(!isReady(store.get())));

  name.addEventListener("input", showReady);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => store.set({ confirmation: null }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isReady(store.get())) void session.confirm();
  });

  store.subscribe((state) => {
    const { confirmation, access, texts } = state;
    if (!confirmation || access.kind !== "accepted") {
      if (dialog.open) dialog.close();
      return;
    }
    const token = access.token.name;
    setText(heading, confirmation.isAll ? texts.confirm.all(token) : texts.confirm.folders);
    setText(reach, reachText(confirmation, texts));
    sample.replaceChildren(...sampleOf(confirmation, texts));
    setText(cost, texts.confirm.cost);
    setText(label, texts.confirm.type(token));
    setText(go, texts.confirm.go);
    type.hidden = !confirmation.isAll;
    if (!dialog.open) {
      name.value = "";
      dialog.showModal();
      (confirmation.isAll ? name : go).focus();
    }
    showReady();
  });
}

function reachText({ reach }: Confirmation, texts: Texts): string {
  if (reach === null) return texts.confirm.counting;
  if (reach === "unknown") return texts.confirm.unknown;
  if (reach.originals === 0 && !reach.at_least) return texts.confirm.nothing;
  return texts.confirm.reach(reach, sizeText(reach.bytes, texts));
}

function sampleOf({ reach }: Confirmation, texts: Texts): HTMLElement[] {
  if (reach === null || reach === "unknown" || reach.sample.originals.length === 0) return [];
  const items = reach.sample.originals.slice(0, 5).map((path) => element("li", { dir: "ltr" }, path));
  return [element("h3", {}, texts.confirm.among), element("ul", { class: "lines" }, ...items)];
}
