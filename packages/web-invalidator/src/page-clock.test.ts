import { expect, test } from "bun:test";
import { createPageClock } from "./page-clock.ts";

function fakePage() {
  const listeners: (() => void)[] = [];
  const page = {
    hidden: false,
    addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
  };
  const show = (visible: boolean) => {
    page.hidden = !visible;
    for (const listener of listeners) listener();
  };
  return { page: page as unknown as Document, show };
}

/** Timers of one delay fire in the order in which they were set. */
function afterOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

test("createPageClock holds timers back while the page is hidden, and runs them when it is shown", async () => {
  const { page, show } = fakePage();
  const runs: string[] = [];
  show(false);
  createPageClock(page).after(0, () => runs.push("run"));
  await afterOthers();
  expect(runs).toEqual([]);
  show(true);
  show(true);
  expect(runs).toEqual(["run"]);
});

test("createPageClock does not run what was called off, held back or not", async () => {
  const { page, show } = fakePage();
  const runs: string[] = [];
  const clock = createPageClock(page);
  clock.after(0, () => runs.push("visible"))();
  show(false);
  const cancel = clock.after(0, () => runs.push("hidden"));
  await afterOthers();
  cancel();
  show(true);
  expect(runs).toEqual([]);
});

test("createPageClock runs a timer of a visible page when it is due", async () => {
  const runs: string[] = [];
  createPageClock(fakePage().page).after(0, () => runs.push("run"));
  await afterOthers();
  expect(runs).toEqual(["run"]);
});
