import { type Language, loadTexts } from "../languages.ts";
import type { Store } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { byId } from "./element.ts";

const prefix = "data-t-";

/** Texts that index.html names (`data-t`, and `data-t-placeholder` and the like for attributes), and their language. */
export function mountStaticView(store: Store): void {
  const select = byId("language", HTMLSelectElement);
  const english = readPage();
  let shown: Texts | null = null;

  select.addEventListener("change", async () => {
    const language = select.value as Language;
    const url = new URL(location.href);
    url.searchParams.set("lang", language);
    // In the address, so that a link to the page speaks the same, and nothing of anybody is stored.
    history.replaceState(history.state, "", url);
    store.set({ texts: await loadTexts(language) });
  });

  store.subscribe(({ texts }) => {
    if (texts === shown) return;
    shown = texts;
    document.documentElement.lang = texts.language;
    select.value = texts.language;
    const page: Readonly<Record<string, string>> = texts.page ?? english;
    for (const [each, attribute, name] of places()) {
      const text = page[name] ?? "";
      if (attribute === null) each.textContent = text;
      else each.setAttribute(attribute, text);
    }
  });
}

/** What the page says as it came, by name. */
function readPage(): Readonly<Record<string, string>> {
  const found = [...places()].map(([each, attribute, name]) => [
    name,
    (attribute === null ? each.textContent : each.getAttribute(attribute)) ?? "",
  ]);
  return Object.fromEntries(found);
}

/** Where a text stands: in an element, or in one of its attributes. */
function* places(): Generator<[element: Element, attribute: string | null, name: string]> {
  for (const each of document.querySelectorAll(
    "[data-t],[data-t-content],[data-t-aria-label],[data-t-placeholder]",
  )) {
    for (const { name, value } of each.attributes) {
      if (name === "data-t") yield [each, null, value];
      else if (name.startsWith(prefix)) yield [each, name.slice(prefix.length), value];
    }
  }
}
