import { beforeEach, describe, expect, test } from "bun:test";
import type { Membership, Session } from "./membership.ts";

/** A log whose head moves, and who follows it. */
export interface Joining {
  readonly membership: Membership;
  readonly leaseMs: number;
  /** One more row is in the log. */
  append(): Promise<void>;
  head(): number;
  /** Time passes for whoever decides DONE. */
  advance(ms: number): void;
}

const node = { node: "n1", boot: "b1", fence: "revalidate" } as const;
const hello = { type: "hello", ...node, logId: "", applied: 0, job: "" } as const;

/** How a process comes to its first lease, for every membership. */
export function joiningSuite(name: string, setUp: () => Promise<Joining>): void {
  describe(`${name}: a process that joins`, () => {
    let setup: Joining;
    let session: Session;
    beforeEach(async () => {
      setup = await setUp();
      session = await setup.membership.hello(hello, 0);
    });

    const beat = (applied: number) => setup.membership.beat(session, applied, setup.head());
    /** What a job waits for whose row is the last one. */
    const state = async () => (await setup.membership.look())(setup.head())[0]?.state;

    /** A row arrives at the log for each that arrives at the process. @returns heartbeats until there is a lease */
    async function beatsUntilLease(most: number): Promise<number> {
      for (let beats = 1; beats <= most; beats++) {
        const applied = setup.head();
        await setup.append();
        if ((await beat(applied)) !== null) return beats;
      }
      return Number.POSITIVE_INFINITY;
    }

    test("gets its lease although it is behind the head whenever that is looked at", async () => {
      expect(await beatsUntilLease(10)).toBe(3);
    });

    test("is waited for before it gets the lease, not before it keeps pace", async () => {
      const seen: unknown[] = [];
      for (let at = 0; at < 3; at++) {
        const applied = setup.head();
        await setup.append();
        const leaseMs = await beat(applied);
        await setup.append();
        seen.push([leaseMs, await state()]);
      }
      expect(seen).toEqual([
        [null, "lapsed"],
        [null, "waiting"],
        [setup.leaseMs, "waiting"],
      ]);
    });

    test("keeps nobody waiting if it comes no further", async () => {
      for (let at = 0; at < 5; at++) {
        await setup.append();
        expect(await beat(0)).toBeNull();
        expect(await state()).toBe("lapsed");
      }
    });

    test("gets no lease at its goal if it was called lapsed on the way", async () => {
      await setup.append();
      await beat(0);
      await setup.append();
      await beat(1); // Its goal is 2.
      expect(await state()).toBe("waiting");
      setup.advance(setup.leaseMs * 1.2);
      await setup.append();
      expect(await state()).toBe("lapsed"); // So this row is DONE without it.
      // Its session may be over.
      expect(await beat(2).catch(() => null)).toBeNull();
      session = await setup.membership.hello(hello, 2);
      expect(await beat(2)).toBeNull();
    });

    test("gets no lease at a goal that it was given before it was waited for", async () => {
      await setup.append();
      await beat(0); // Its goal is 1.
      await setup.append();
      expect(await state()).toBe("lapsed");
      expect(await beat(1)).toBeNull();
    });

    test("is still waited for after a new hello, and then gets it at the head of its first heartbeat", async () => {
      expect(await beat(0)).toBe(setup.leaseMs);
      session = await setup.membership.hello(hello, 0);
      expect(await beatsUntilLease(10)).toBe(2);
    });
  });
}
