import type { Store } from "../state.ts";

/** How long a button says that it has copied. */
const saysSoMs = 1_500;

/**
 * Lets a button copy a text. Where the browser gives no clipboard, as on a page without TLS, the text is selected for
 * the person to copy.
 * @param shown where the text stands, if it does
 */
export function copyOnClick(
  button: HTMLButtonElement,
  store: Store,
  text: () => string,
  shown: () => Node | null = () => null,
): void {
  button.addEventListener("click", async () => {
    const { texts } = store.get();
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = texts.copied;
    } catch {
      const node = shown();
      if (node) getSelection()?.selectAllChildren(node);
      button.textContent = node ? texts.copyByHand : text();
    }
    setTimeout(() => {
      button.textContent = before;
    }, saysSoMs);
  });
}
