import type { Store } from "../state.ts";
import { problemText } from "./clock-text.ts";
import { byId, setText } from "./element.ts";

/** Says across the page that the service is out of reach, as long as it is. */
export function mountTroubleView(store: Store): void {
  const bar = byId("trouble", HTMLDivElement);
  store.subscribe(({ trouble, texts }) => {
    bar.classList.toggle("on", trouble !== null);
    if (trouble === null) return setText(bar, "");
    const sentence = navigator.onLine ? problemText(trouble, texts) : texts.offline;
    setText(bar, texts.trouble(sentence));
  });
}
