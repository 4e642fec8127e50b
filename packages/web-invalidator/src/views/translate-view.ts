import { type TranslatedLine, translateLines } from "../translate-words.ts";
import { byId, element } from "./element.ts";

/** Old URLs in, new URLs out, while they are typed. It needs no key: nothing is sent. */
export function mountTranslateView(): void {
  const old = byId("old-urls", HTMLTextAreaElement);
  const output = byId("new-urls", HTMLOutputElement);
  old.addEventListener("input", () => output.replaceChildren(...translateLines(old.value).map(draw)));
}

function draw({ url, notes }: TranslatedLine): HTMLElement {
  const address = url === null ? [] : [element("code", { class: "address" }, url)];
  const kind = url === null ? "entry-problem" : "entry-notes";
  const words = notes.map((note) => element("p", { class: kind }, note));
  return element("div", { class: "translated-line" }, ...address, ...words);
}
