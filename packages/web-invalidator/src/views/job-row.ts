import { isFinal, jobStatuses } from "@freshet/core";
import type { Job } from "../job.ts";
import { jobTitle, lostText, readTime, statusText, waitingText } from "../job-words.ts";
import { element, setText } from "./element.ts";
import { jobDetail } from "./job-detail.ts";

export interface JobRow {
  readonly item: HTMLLIElement;
  /** @param isLost the service does not answer: a job that is not final must not look as if it went on */
  update(job: Job, isLost: boolean): void;
}

const lastStep = jobStatuses.indexOf("DONE");

/** One line of the list: what, how far, since when; more of it when it is opened. */
export function createJobRow(): JobRow {
  const title = element("span", { class: "job-title" });
  const status = element("span", { class: "job-status" });
  const progress = element("progress", {
    class: "job-progress",
    max: String(lastStep),
    "aria-hidden": "true",
  });
  const note = element("span", { class: "job-note" });
  const time = element("time", { class: "job-time" });
  const summary = element("summary", {}, title, status, time, progress, note);
  const detail = element("div");
  const details = element("details", { class: "job" }, summary, detail);
  const item = element("li", {}, details);
  let shown: Job | null = null;
  let drawn: Job | null = null;

  /** Lists of up to ten thousand addresses are made only for those who look. */
  function drawDetail(): void {
    if (!details.open || !shown || drawn === shown) return;
    drawn = shown;
    detail.replaceChildren(jobDetail(shown));
  }
  details.addEventListener("toggle", drawDetail);

  return {
    item,
    update(job, isLost) {
      shown = job;
      const isRunning = !isFinal(job.status);
      item.dataset.state = isRunning ? (isLost ? "lost" : "running") : job.status.toLowerCase();
      setText(title, jobTitle(job));
      setText(status, isRunning && isLost ? lostText(job) : statusText(job));
      setText(note, noteOf(job, isLost));
      progress.value = Math.min(jobStatuses.indexOf(job.status), lastStep);
      progress.hidden = !isRunning || isLost;
      const added = readTime(job.added_at);
      if (added) time.dateTime = added.toISOString();
      setText(time, added ? timeText(added) : job.added_at);
      drawDetail();
    },
  };
}

function noteOf(job: Job, isLost: boolean): string {
  if (job.error !== null) return job.error;
  if (job.problems.length === 1) return "1 address could not be read";
  if (job.problems.length > 1) return `${job.problems.length} addresses could not be read`;
  return isLost ? "" : waitingText(job);
}

/** In the person's own time zone and notation; the day only where it is not today. */
function timeText(added: Date): string {
  const time = { hour: "numeric", minute: "2-digit", second: "2-digit" } as const;
  const isToday = added.toDateString() === new Date().toDateString();
  return added.toLocaleString(undefined, isToday ? time : { ...time, month: "short", day: "numeric" });
}
