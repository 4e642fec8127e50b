import type { Session } from "../session.ts";
import type { State, Store } from "../state.ts";
import { byId, setText } from "./element.ts";
import { createJobRow, type JobRow } from "./job-row.ts";

/** The latest invalidations, newest first. Rows stay the same elements, so that open ones stay open. */
export function mountJobListView(store: Store, session: Session): void {
  const list = byId("jobs", HTMLOListElement);
  const empty = byId("jobs-empty", HTMLParagraphElement);
  const refresh = byId("jobs-refresh", HTMLButtonElement);
  const rows = new Map<string, JobRow>();

  refresh.addEventListener("click", () => void session.refresh());

  store.subscribe((state) => {
    const { jobs, trouble, access } = state;
    refresh.hidden = access.kind !== "accepted";
    setText(empty, emptyText(state));
    empty.hidden = jobs.length > 0;

    const uuids = new Set(jobs.map(({ uuid }) => uuid));
    for (const [uuid, row] of rows) {
      if (uuids.has(uuid)) continue;
      row.item.remove();
      rows.delete(uuid);
    }
    for (const [at, job] of jobs.entries()) {
      const row = rows.get(job.uuid) ?? createJobRow();
      rows.set(job.uuid, row);
      row.update(job, trouble !== null);
      // Moving an element would take the focus from it: only what stands in the wrong place is moved.
      if (list.children[at] !== row.item) list.insertBefore(row.item, list.children[at] ?? null);
    }
  });
}

function emptyText({ access }: State): string {
  return access.kind === "accepted" ? "None so far." : "They are listed here once your key is accepted.";
}
