import type { Job } from "../job.ts";
import { count, nodeWords, statusText } from "../job-words.ts";
import { element } from "./element.ts";

/** Addresses that are drawn of one list. */
const shownLines = 50;

const scopeWords = {
  original: "Originals, with every size of them",
  urls: "Exact URLs",
  all: "Everything",
} satisfies Record<Job["scope"], string>;

/** All that is known of one invalidation. */
export function jobDetail(job: Job): HTMLElement {
  const { urls, problems, nodes } = job;
  const parts = [
    facts(job),
    part("Sent", urls.received ?? []),
    part("Renewed", urls.invalidated),
    part(
      "Not readable",
      problems.map(({ url, reason }) => `${url}: ${reason}`),
    ),
    part(
      "Image servers",
      nodes.map(({ id, state }) => `${id} ${nodeWords[state]}`),
    ),
  ];
  return element("div", { class: "job-detail" }, ...parts.flat());
}

function facts(job: Job): HTMLElement {
  const rows: [name: string, value: string][] = [
    ["Status", statusText(job)],
    ["What", scopeWords[job.scope]],
    ["Received", `${job.added_at} UTC`],
    ["Ended", job.done_at === null ? "not yet" : `${job.done_at} UTC`],
    ["Number", job.uuid],
  ];
  const cells = rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("dl", { class: "facts" }, ...cells);
}

function part(heading: string, lines: readonly string[]): HTMLElement[] {
  if (lines.length === 0) return [];
  const items = lines.slice(0, shownLines).map((line) => element("li", {}, line));
  const rest = lines.length - items.length;
  if (rest > 0) items.push(element("li", { class: "hint" }, `and ${count(rest, "more", "more")}`));
  return [element("h3", {}, heading), element("ul", { class: "lines" }, ...items)];
}
