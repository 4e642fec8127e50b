import { dueOf, type Mark } from "./marks.ts";
import type { PurgedAt } from "./stamp.ts";

/** Gathers the newest of the purges that concern one request: lookups are on the way of every hit, and make one object. */
export class Found implements PurgedAt {
  any = 0;
  hard = 0;
  due = 0;

  add(mark: Mark | undefined, settled: number): void {
    if (mark === undefined) return;
    if (mark.any > this.any) this.any = mark.any;
    if (mark.hard > this.hard) this.hard = mark.hard;
    const due = dueOf(mark, settled);
    if (due > this.due) this.due = due;
  }
}
