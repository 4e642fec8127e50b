import type { Store } from "../state.ts";
import { byId, setText } from "./element.ts";

/** Says across the page that the service is out of reach, as long as it is. */
export function mountTroubleView(store: Store): void {
  const bar = byId("trouble", HTMLDivElement);
  store.subscribe(({ trouble }) => {
    bar.classList.toggle("trouble-on", trouble !== null);
    setText(
      bar,
      trouble === null ? "" : `${trouble} What you see may be out of date. Trying again every few seconds.`,
    );
  });
}
