import { expect, test } from "bun:test";
import type { JobStatus } from "@freshet/core";
import { ApiError } from "../api.ts";
import { type Job, jobFromReceipt } from "../job.ts";
import { createManualClock, settled } from "../manual-clock.ts";
import { createFollower } from "./follow.ts";

function jobOf(uuid: string, status: JobStatus): Job {
  return jobFromReceipt({ uuid, status, added_at: "2026-11-23 13:39:52.636426" }, "all", null);
}

/** A stream that the test feeds; it ends with `end`, breaks with `fail`, or when it is called off. */
function createFeed(signal: AbortSignal) {
  const queue: (Job | null | Error | "end")[] = [];
  let wake = () => {};
  const put = (item: Job | null | Error | "end") => {
    queue.push(item);
    wake();
  };
  signal.addEventListener("abort", () => put(new DOMException("over", "AbortError")));
  async function* read() {
    for (;;) {
      const item = queue.shift();
      if (item === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (item === "end") return;
      else if (item instanceof Error) throw item;
      else yield item;
    }
  }
  return { put, read, signal };
}

function setUp() {
  const clock = createManualClock();
  const feeds = new Map<string, ReturnType<typeof createFeed>>();
  const heard: string[] = [];
  const asked: string[] = [];
  const failures: unknown[] = [];
  const service = { status: "PREPARING" as JobStatus };
  const follower = createFollower({
    clock,
    stream(uuid, signal) {
      const feed = createFeed(signal);
      feeds.set(uuid, feed);
      return feed.read();
    },
    async load(uuid) {
      asked.push(uuid);
      return jobOf(uuid, service.status);
    },
    onJob: ({ uuid, status }) => heard.push(`${uuid} ${status}`),
    onFailure: (error) => failures.push(error),
  });
  return { clock, feeds, heard, asked, failures, service, follower };
}

test("createFollower tells what a stream tells, and asks nothing beside it", async () => {
  const { clock, feeds, heard, asked, follower } = setUp();
  follower.watch("u");
  follower.watch("u");
  feeds.get("u")?.put(jobOf("u", "PREPARING"));
  feeds.get("u")?.put(jobOf("u", "DONE"));
  feeds.get("u")?.put("end");
  await clock.advance(60_000);
  expect(heard).toEqual(["u PREPARING", "u DONE"]);
  expect(asked).toEqual([]);
});

const breaks: [name: string, how: Error | "end"][] = [
  ["ends too early", "end"],
  ["breaks", new TypeError("network")],
  ["is refused", new ApiError("trouble", { name: "broken", detail: "200 are open already" })],
];

for (const [name, how] of breaks) {
  test(`createFollower asks again and again where the stream ${name}`, async () => {
    const { clock, feeds, heard, service, follower, failures } = setUp();
    follower.watch("u");
    feeds.get("u")?.put(how);
    await settled();
    await clock.advance(250);
    service.status = "DONE";
    await clock.advance(60_000);
    expect(heard).toEqual(["u PREPARING", "u DONE"]);
    expect(failures).toEqual([]);
  });
}

test("createFollower gives a stream up that is silent for too long, but not one that gives signs of life", async () => {
  const { clock, feeds, asked, follower } = setUp();
  follower.watch("u");
  await clock.advance(20_000);
  feeds.get("u")?.put(null);
  await settled();
  await clock.advance(20_000);
  expect(asked).toEqual([]);
  await clock.advance(6_000);
  expect(asked).toContain("u");
});

test("createFollower listens to three at a time, and asks for the others", async () => {
  const { clock, feeds, asked, follower } = setUp();
  for (const uuid of ["a", "b", "c", "d"]) follower.watch(uuid);
  await clock.advance(200);
  expect([...feeds.keys()]).toEqual(["a", "b", "c"]);
  expect(asked).toEqual(["d"]);
});

test("createFollower tells of a key that is not known any more, and goes on no further", async () => {
  const { clock, feeds, asked, failures, follower } = setUp();
  follower.watch("u");
  feeds.get("u")?.put(new ApiError("key", { name: "unknownKey" }));
  await clock.advance(60_000);
  expect(failures).toHaveLength(1);
  expect(asked).toEqual([]);
});

test("createFollower passes nothing on after clear, and calls its streams off", async () => {
  const { clock, feeds, heard, asked, follower } = setUp();
  follower.watch("u");
  follower.clear();
  feeds.get("u")?.put(jobOf("u", "DONE"));
  await clock.advance(60_000);
  await settled();
  expect([heard, asked, feeds.get("u")?.signal.aborted]).toEqual([[], [], true]);
});
