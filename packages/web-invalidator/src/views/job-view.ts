import { isFinal, looksLikeV6 } from "@freshet/core";
import { durationText, readTime, sizeText, timeText } from "../amounts.ts";
import { hashOfJob } from "../deep-link.ts";
import type { FrontProgress, Job } from "../job.ts";
import { jobTitle, lostText, statusText } from "../job-words.ts";
import type { Session } from "../session/session.ts";
import type { State, Store } from "../state.ts";
import type { Texts } from "../texts/en.ts";
import { problemText } from "./clock-text.ts";
import { copyOnClick } from "./copy-button.ts";
import { byId, element } from "./element.ts";
import { proofParts } from "./proof-parts.ts";

/** Addresses that are drawn of one list. */
const shownLines = 50;

/** The invalidation that is looked at: how far it is, by server and cache, what it renewed, and what to do about it. */
export function mountJobView(store: Store, session: Session): void {
  const card = byId("job", HTMLElement);
  let drawn: readonly unknown[] = [];
  let drawnUuid: string | null = null;

  store.subscribe((state) => {
    const { open, texts, trouble, access, proofs } = state;
    const shown = access.kind === "accepted" ? open : null;
    card.hidden = shown === null;
    const next = [shown, texts, trouble === null, shown && proofs.get(shown.uuid)];
    if (next.every((value, at) => value === drawn[at])) return;
    drawn = next;
    const focused = card.contains(document.activeElement) ? document.activeElement?.id : "";
    const isNews = shown !== null && shown.uuid !== drawnUuid;
    const isChosen = document.activeElement?.closest("#jobs") != null;
    card.replaceChildren(
      ...(shown ? parts(state, closeButton(state, session), actions(state, store, session)) : []),
    );
    // Drawn anew, it must not take the focus away from who stands in it; who chose it goes there.
    document.getElementById(isNews && isChosen ? "job-title" : (focused ?? ""))?.focus();
    if (isNews) card.scrollIntoView({ block: "nearest" });
    drawnUuid = shown?.uuid ?? null;
  });
}

function parts(state: State, close: HTMLElement, buttons: HTMLElement): HTMLElement[] {
  const { open, texts, trouble } = state;
  const job = open?.job;
  const title = element(
    "h2",
    { id: "job-title", tabindex: "-1", dir: "auto" },
    job ? jobTitle(job, texts) : texts.job.number,
  );
  if (!open || !job) {
    const text = open?.problem ? problemText(open.problem, texts) : texts.job.loading;
    return [close, title, element("p", { class: open?.problem ? "notice bad" : "hint" }, text)];
  }
  const isLost = !isFinal(job.status) && trouble !== null;
  const status = element(
    "p",
    { class: "status", "data-state": stateOf(job, isLost) },
    isLost ? lostText(job, texts) : statusText(job, texts),
  );
  const error = job.error === null ? [] : [element("p", { class: "notice bad" }, job.error)];
  return [
    close,
    title,
    status,
    ...error,
    ...proofParts(state, open.uuid),
    ...steps(texts.job.servers, job.nodes.map(nodeStep(texts, isLost))),
    ...rewarmParts(job, texts),
    ...steps(texts.job.fronts, job.fronts.map(frontStep(texts, isLost))),
    buttons,
    details(job, texts),
  ];
}

/** For colors: `running`, `lost`, `done`, `error`. */
export function stateOf({ status }: Job, isLost: boolean): string {
  return isFinal(status) ? status.toLowerCase() : isLost ? "lost" : "running";
}

interface Step {
  readonly state: "done" | "running" | "error" | "waiting";
  readonly name: string;
  readonly text: string;
}

const frontStates = {
  waiting: "waiting",
  purging: "running",
  rebounding: "running",
  purged: "done",
  failed: "error",
} as const satisfies Record<FrontProgress["state"], Step["state"]>;

function nodeStep(texts: Texts, isLost: boolean) {
  return ({ id, state, erased, duration_ms: ms }: Job["nodes"][number]): Step => ({
    state: state !== "waiting" ? "done" : isLost ? "waiting" : "running",
    name: id,
    text: [
      texts.nodes[state] + (ms === null ? "" : texts.after(durationText(ms, texts))),
      erased && texts.erased(erased, sizeText(erased.bytes, texts)),
    ]
      .filter(Boolean)
      .join("; "),
  });
}

function frontStep(texts: Texts, isLost: boolean) {
  return ({ id, state, attempts, duration_ms: ms }: Job["fronts"][number]): Step => ({
    state: isLost && frontStates[state] === "running" ? "waiting" : frontStates[state],
    name: id,
    text: [
      texts.fronts[state],
      attempts > 1 && texts.attempts(attempts),
      ms !== null && durationText(ms, texts),
    ]
      .filter(Boolean)
      .join(" · "),
  });
}

/** What was made again before DONE, by server, and what could not be. */
function rewarmParts({ rewarm }: Job, texts: Texts): HTMLElement[] {
  if (!rewarm) return [];
  const { state, nodes } = rewarm;
  const words = texts.rewarm;
  if (state !== "done") {
    const text = state === "skipped" ? words.skipped : words.pending;
    return [element("h3", {}, words.heading), element("p", { class: "hint" }, text)];
  }
  const made = nodes.map(({ id, rendered, there, failed, problem, duration_ms: ms }): Step => {
    const text = problem === null ? words.made(rendered + there, failed) : words.silent;
    const isBad = problem !== null || failed > 0;
    return { state: isBad ? "error" : "done", name: id, text: text + texts.after(durationText(ms, texts)) };
  });
  const failures = nodes.flatMap(({ pictures }) =>
    pictures.filter((picture) => picture.state === "failed").map(({ url, reason }) => `${url}: ${reason}`),
  );
  return [...steps(words.heading, made), ...list(words.failures, [...new Set(failures)], texts)];
}

function steps(heading: string, all: readonly Step[]): HTMLElement[] {
  if (all.length === 0) return [];
  const items = all.map(({ state, name, text }) =>
    element("li", { "data-state": state }, element("strong", { dir: "ltr" }, name), ` ${text}`),
  );
  return [element("h3", {}, heading), element("ul", { class: "steps" }, ...items)];
}

function actions({ open, texts }: State, store: Store, session: Session): HTMLElement {
  const { job } = texts;
  const row = element("div", { class: "row" });
  const add = (id: string, text: string, act: (() => void) | null) => {
    const button = element("button", { type: "button", id, class: id === "job-again" ? "" : "quiet" }, text);
    if (act) button.addEventListener("click", act);
    row.append(button);
    return button;
  };
  const shown = open?.job;
  if (open && shown && isFinal(shown.status)) {
    add("job-again", shown.status === "ERROR" ? job.retry : job.again, () => void session.restart(open.uuid));
  }
  if (shown && shown.scope !== "tag") add("job-reuse", job.reuse, () => reuse(shown, store));
  if (open && shown) {
    copyOnClick(
      add("job-link", job.link, null),
      store,
      () => new URL(hashOfJob(open.uuid), location.href).href,
    );
  }
  return row;
}

function closeButton({ texts }: State, session: Session): HTMLElement {
  const button = element("button", { type: "button", id: "job-close", "aria-label": texts.job.close }, "×");
  button.addEventListener("click", () => {
    void session.open(null);
    byId("history-heading", HTMLElement).focus();
  });
  return button;
}

/** Puts what was sent back into the form, to be changed and sent again. */
function reuse({ scope, urls }: Job, store: Store): void {
  if (scope === "tag") return;
  const lines = urls.received ?? [];
  const isV6 =
    lines.length > 0 &&
    lines.every((line) =>
      looksLikeV6(line.replace(/^(?:https?:)?\/\/[^/]*/i, "").split("?", 1)[0] as string),
    );
  store.set({ scope, text: lines.join("\n"), isV6, latest: null, refusal: null });
  byId("paths", HTMLTextAreaElement).focus();
}

function details(job: Job, texts: Texts): HTMLElement {
  const { urls, problems } = job;
  const words = texts.job;
  const time = (text: string | null) => {
    const at = text === null ? null : readTime(text);
    return at ? timeText(at, texts) : words.notYet;
  };
  const rows: [name: string, value: string][] = [
    [words.what, texts.scopes[job.scope]],
    [words.received, time(job.added_at)],
    [words.ended, time(job.done_at)],
    [words.number, job.uuid],
  ];
  const cells = rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element(
    "div",
    { class: "details" },
    element("dl", { class: "facts" }, ...cells),
    ...list(
      job.status === "DONE" ? words.renewed : words.sent,
      urls.invalidated.length > 0 ? urls.invalidated : (urls.received ?? []),
      texts,
    ),
    ...list(
      words.unreadable,
      problems.map(({ url, reason }) => `${url}: ${texts.sentence(reason)}`),
      texts,
    ),
  );
}

function list(heading: string, lines: readonly string[], texts: Texts): HTMLElement[] {
  if (lines.length === 0) return [];
  const items = lines.slice(0, shownLines).map((line) => element("li", { dir: "auto" }, line));
  const rest = lines.length - items.length;
  if (rest > 0) items.push(element("li", { class: "hint" }, texts.more(rest)));
  return [element("h3", {}, heading), element("ul", { class: "lines" }, ...items)];
}
