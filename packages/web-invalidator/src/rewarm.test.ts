import { expect, test } from "bun:test";
import { plainToken } from "@freshet/core";
import { ApiError } from "./api.ts";
import { jobFromReceipt, type Warmup } from "./job.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { createRewarm, readyOf } from "./rewarm.ts";
import { createStore, initialState } from "./state.ts";
import { en } from "./texts/en.ts";

const access = { kind: "accepted", key: "k", token: plainToken("doc") } as const;
const urls = { scope: "urls", urls: ["/a.io/x?w=1"] } as const;
const folder = { scope: "original", urls: ["/a.io/*"] } as const;

function jobOf(uuid: string, status: "DONE" | "ERROR") {
  return jobFromReceipt({ uuid, status, added_at: "2026-11-23 13:39:52.636426" }, "urls", null);
}

function setUp(rewarmed = true) {
  const clock = createManualClock();
  const store = createStore({ ...initialState(en), access, rewarm: rewarmed });
  const calls: unknown[] = [];
  const service = {
    failure: null as ApiError | null,
    warmup: { total: 2, waiting: 2, failed: 0, done_at: null } as Warmup,
  };
  async function answer<Body>(call: unknown, body: () => Body): Promise<Body> {
    calls.push(call);
    if (service.failure) throw service.failure;
    return body();
  }
  const sample = { originals: ["a.io/x"], urls: ["/v7/a.io/x?w=1", "/v7/a.io/x?w=2"] };
  const rewarm = createRewarm({
    api: {
      reach: () => answer("reach", () => ({ originals: 1, variants: 2, bytes: 3, at_least: false, sample })),
      warm: (_, list) => answer(list, () => "w"),
      warmup: () => answer("ask", () => service.warmup),
    },
    store,
    clock,
  });
  return { clock, store, calls, service, rewarm };
}

test("createRewarm has exact URLs made again when they are gone, and tells how far that is until it is over", async () => {
  const { clock, store, calls, service, rewarm } = setUp();
  await rewarm.onSend(urls);
  rewarm.onSent("u");
  expect(calls).toEqual([]);
  rewarm.onEnd(jobOf("u", "DONE"));
  await settled();
  expect(calls).toEqual([urls.urls, "ask"]);
  expect(store.get().warmups.get("u")).toEqual(service.warmup);
  service.warmup = { total: 2, waiting: 0, failed: 0, done_at: "2026-11-23 13:39:53.000000" };
  await clock.advance(10_000);
  expect(calls).toEqual([urls.urls, "ask", "ask"]);
  expect(store.get().warmups.get("u")).toEqual(service.warmup);
});

test("createRewarm asks the servers which pictures of a folder they keep, before these are gone", async () => {
  const { calls, rewarm } = setUp();
  await rewarm.onSend(folder);
  rewarm.onSent("u");
  expect(calls).toEqual(["reach"]);
  rewarm.onEnd(jobOf("u", "DONE"));
  await settled();
  expect(calls.slice(1)).toEqual([["/v7/a.io/x?w=1", "/v7/a.io/x?w=2"], "ask"]);
});

test("createRewarm makes nothing again that was not wished for, nor of another job, nor of one that failed", async () => {
  const without = setUp(false);
  await without.rewarm.onSend(urls);
  without.rewarm.onSent("u");
  without.rewarm.onEnd(jobOf("u", "DONE"));
  const { calls, rewarm } = setUp();
  await rewarm.onSend(urls);
  rewarm.onSent("u");
  rewarm.onEnd(jobOf("other", "DONE"));
  rewarm.onEnd(jobOf("u", "ERROR"));
  rewarm.onEnd(jobOf("u", "DONE"));
  await settled();
  expect([without.calls, calls]).toEqual([[], []]);
});

test("createRewarm keeps no order from being sent where it fails", async () => {
  const { store, service, rewarm } = setUp();
  service.failure = new ApiError("trouble", { name: "noAnswer" });
  await rewarm.onSend(folder);
  rewarm.onSent("u");
  rewarm.onEnd(jobOf("u", "DONE"));
  await settled();
  expect(store.get().warmups.size).toBe(0);
});

test("readyOf counts what neither waits nor failed", () => {
  expect(readyOf({ total: 10, waiting: 3, failed: 1, done_at: null })).toBe(6);
  // Failures are counted once for each server.
  expect(readyOf({ total: 1, waiting: 0, failed: 3, done_at: "x" })).toBe(0);
});
