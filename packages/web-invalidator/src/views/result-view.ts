import { isFinal } from "@freshet/core";
import { jobTitle, lostText, statusText, waitingText } from "../job-words.ts";
import type { State, Store } from "../state.ts";
import { problemText } from "./clock-text.ts";
import { byId, setText } from "./element.ts";

/** Next to the button: what became of the invalidation that was sent last. */
export function mountResultView(store: Store): void {
  const result = byId("result", HTMLParagraphElement);
  store.subscribe((state) => {
    const { text, tone } = outcome(state);
    setText(result, text);
    result.classList.toggle("good", tone === "good");
    result.classList.toggle("bad", tone === "bad");
  });
}

function outcome({ refusal, latest, jobs, trouble, texts }: State): {
  text: string;
  tone: "good" | "bad" | "plain";
} {
  if (refusal !== null) return { text: problemText(refusal, texts), tone: "bad" };
  const job = jobs.find(({ uuid }) => uuid === latest);
  if (!job) return { text: "", tone: "plain" };
  const title = jobTitle(job, texts);
  if (!isFinal(job.status) && trouble !== null)
    return { text: `${title}: ${lostText(job, texts)}`, tone: "bad" };
  const text = [`${title}: ${statusText(job, texts)}`, job.error ?? waitingText(job, texts)]
    .filter(Boolean)
    .join(". ");
  if (job.status === "ERROR") return { text, tone: "bad" };
  return { text, tone: job.status === "DONE" ? "good" : "plain" };
}
