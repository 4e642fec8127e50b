import { hashOfJob, jobOfHash } from "./deep-link.ts";
import type { Session } from "./session/session.ts";
import type { Store } from "./state.ts";

/** Keeps the page's address and the invalidation that is looked at the same, both ways. */
export function followLink(store: Store, session: Session): void {
  const read = () => void session.open(jobOfHash(location.hash));
  addEventListener("hashchange", read);
  read();
  store.subscribe(({ open }) => {
    const shown = jobOfHash(location.hash);
    if ((open?.uuid ?? null) === shown) return;
    const bare = location.pathname + location.search;
    // A step of its own, so that "back" leads to where one was.
    history.pushState(null, "", open ? hashOfJob(open.uuid) : bare);
  });
}
