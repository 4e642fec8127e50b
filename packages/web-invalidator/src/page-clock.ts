/** Time as the page sees it, passed in so that tests can move it by hand. */
export interface PageClock {
  nowMs(): number;
  /** Calls back once, not before the time is over; the function that is returned calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * Timers that hold still while the page is hidden: a tab in the background asks nothing of the service, and what came
 * due in the meantime happens when it is looked at again.
 */
export function createPageClock(page: Pick<Document, "hidden" | "addEventListener">): PageClock {
  const due = new Set<() => void>();
  page.addEventListener("visibilitychange", () => {
    if (page.hidden) return;
    const held = [...due];
    due.clear();
    for (const run of held) run();
  });
  return {
    nowMs: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(() => (page.hidden ? void due.add(run) : run()), delayMs);
      return () => {
        clearTimeout(timer);
        due.delete(run);
      };
    },
  };
}
