import { isFinal } from "@freshet/core";
import { jobTitle, lostText, statusText, waitingText } from "../job-words.ts";
import type { State, Store } from "../state.ts";
import { byId, setText } from "./element.ts";

/** Next to the button: what became of the invalidation that was sent last. On a phone the list is out of sight. */
export function mountResultView(store: Store): void {
  const result = byId("result", HTMLParagraphElement);
  store.subscribe((state) => {
    const { text, tone } = outcome(state);
    setText(result, text);
    result.classList.toggle("notice-good", tone === "good");
    result.classList.toggle("notice-bad", tone === "bad");
  });
}

function outcome({ refusal, latest, jobs, trouble }: State): {
  text: string;
  tone: "good" | "bad" | "plain";
} {
  if (refusal !== null) return { text: refusal, tone: "bad" };
  const job = jobs.find(({ uuid }) => uuid === latest);
  if (!job) return { text: "", tone: "plain" };
  if (!isFinal(job.status) && trouble !== null)
    return { text: `${jobTitle(job)}: ${lostText(job)}`, tone: "bad" };
  const text = [`${jobTitle(job)}: ${statusText(job)}`, job.error ?? waitingText(job)]
    .filter(Boolean)
    .join(". ");
  if (job.status === "ERROR") return { text, tone: "bad" };
  return { text, tone: job.status === "DONE" ? "good" : "plain" };
}
