import { readTime, timeText } from "../amounts.ts";
import { hashOfJob } from "../deep-link.ts";
import type { Job, JobFilter } from "../job.ts";
import { jobTitle, lostText, statusText } from "../job-words.ts";
import type { Session } from "../session/session.ts";
import type { State, Store } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { byId, element, setText } from "./element.ts";
import { stateOf } from "./job-view.ts";

/** A person who pauses this long has finished typing. */
const pauseMs = 300;

/** Past invalidations, newest first, with search, filters and pages. Rows stay the same elements: one may have the focus. */
export function mountHistoryView(store: Store, session: Session): void {
  const list = byId("jobs", HTMLOListElement);
  const empty = byId("jobs-empty", HTMLParagraphElement);
  const refresh = byId("refresh", HTMLButtonElement);
  const older = byId("older", HTMLButtonElement);
  const filter = byId("filter", HTMLElement);
  const text = byId("filter-text", HTMLInputElement);
  const status = byId("filter-status", HTMLSelectElement);
  const scope = byId("filter-scope", HTMLSelectElement);
  const rows = new Map<string, Row>();
  let pausing: ReturnType<typeof setTimeout> | undefined;

  const search = () => {
    clearTimeout(pausing);
    const wanted = { text: text.value.trim(), status: status.value, scope: scope.value } as JobFilter;
    void session.search(wanted);
  };
  refresh.addEventListener("click", () => void session.refresh());
  older.addEventListener("click", () => void session.older());
  status.addEventListener("change", search);
  scope.addEventListener("change", search);
  text.addEventListener("input", () => {
    clearTimeout(pausing);
    pausing = setTimeout(search, pauseMs);
  });

  store.subscribe((state) => {
    const { jobs, next, access } = state;
    const isIn = access.kind === "accepted";
    refresh.hidden = filter.hidden = !isIn;
    if (!isIn) text.value = status.value = scope.value = "";
    older.hidden = next === null;
    setText(empty, jobs.length > 0 ? "" : emptyText(state));

    const uuids = new Set(jobs.map(({ uuid }) => uuid));
    for (const [uuid, row] of rows) {
      if (uuids.has(uuid)) continue;
      row.item.remove();
      rows.delete(uuid);
    }
    for (const [at, job] of jobs.entries()) {
      const row = rows.get(job.uuid) ?? createRow(job.uuid);
      rows.set(job.uuid, row);
      row.update(job, state);
      // Moving an element would take the focus from it: only what stands in the wrong place is moved.
      if (list.children[at] !== row.item) list.insertBefore(row.item, list.children[at] ?? null);
    }
  });
}

interface Row {
  readonly item: HTMLLIElement;
  update(job: Job, state: State): void;
}

function createRow(uuid: string): Row {
  const title = element("span", { class: "title", dir: "auto" });
  const status = element("span", { class: "status" });
  const time = element("time");
  const link = element("a", { href: hashOfJob(uuid) }, title, status, time);
  const item = element("li", {}, link);
  return {
    item,
    update(job, { texts, trouble, open }) {
      const isLost = trouble !== null;
      const state = stateOf(job, isLost);
      status.dataset.state = state;
      setText(title, jobTitle(job, texts));
      setText(status, state === "lost" ? lostText(job, texts) : noted(job, texts));
      if (open?.uuid === job.uuid) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      const added = readTime(job.added_at);
      if (added) time.dateTime = added.toISOString();
      setText(time, added ? timeText(added, texts) : job.added_at);
    },
  };
}

function noted(job: Job, texts: Texts): string {
  const unread = job.problems.length === 0 ? [] : [texts.unreadMany(job.problems.length)];
  return [statusText(job, texts), ...unread].join(" · ");
}

function emptyText({ access, filter, texts }: State): string {
  if (access.kind !== "accepted") return texts.afterKey;
  return filter.text || filter.status || filter.scope ? texts.noneFound : texts.noneSoFar;
}
