import type { Store } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { type TranslatedLine, translateLines } from "../translate-words.ts";
import { copyOnClick } from "./copy-button.ts";
import { byId, element } from "./element.ts";

/** Old URLs in, new URLs out, while they are typed. It needs no key: nothing is sent. */
export function mountTranslateView(store: Store): void {
  const old = byId("old-urls", HTMLTextAreaElement);
  const output = byId("new-urls", HTMLOutputElement);
  const actions = byId("translate-actions", HTMLParagraphElement);
  const use = byId("translate-use", HTMLButtonElement);
  let lines: readonly TranslatedLine[] = [];
  let drawn: Texts | null = null;

  const urls = () => lines.flatMap(({ url }) => url ?? []).join("\n");
  function draw(): void {
    drawn = store.get().texts;
    output.replaceChildren(...lines.map((line) => translated(line, store.get().texts)));
    actions.hidden = urls() === "";
  }

  old.addEventListener("input", () => {
    lines = translateLines(old.value);
    draw();
  });
  copyOnClick(byId("translate-copy", HTMLButtonElement), store, urls, () => output);
  use.addEventListener("click", () => {
    // What was translated names pictures of certain sizes.
    store.set({ text: urls(), scope: "urls", isV6: false, latest: null, refusal: null });
    byId("paths", HTMLTextAreaElement).focus();
  });
  store.subscribe(({ texts }) => {
    if (drawn !== null && texts !== drawn) draw();
  });
}

function translated({ url, notes }: TranslatedLine, texts: Texts): HTMLElement {
  const address = url === null ? [] : [element("code", { dir: "ltr" }, url)];
  const words = notes.map((note) => element("p", {}, texts.sentence(note)));
  return element("div", url === null ? { class: "unread" } : {}, ...address, ...words);
}
