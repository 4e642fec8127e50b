import { expect, test } from "bun:test";
import { type JobStatus, plainToken } from "@freshet/core";
import { type Api, ApiError } from "./api.ts";
import { type Job, jobFromReceipt } from "./job.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { createSession } from "./session.ts";
import { createStore, initialState } from "./state.ts";

const addedAt = "2026-11-23 13:39:52.636426";

function jobOf(uuid: string, status: JobStatus): Job {
  return jobFromReceipt({ uuid, status, added_at: addedAt }, "original", ["/sample.li/a.jpg"]);
}

/** A session with a service that knows one key, and whose jobs and failures the test decides. */
function setUp() {
  const service = { jobs: [] as Job[], failure: null as ApiError | null, calls: [] as string[] };
  async function answer<Body>(key: string, name: string, body: () => Body): Promise<Body> {
    service.calls.push(name);
    if (service.failure) throw service.failure;
    if (key !== "right") throw new ApiError("key", "not known");
    return body();
  }
  const api: Api = {
    token: (key) => answer(key, "token", () => plainToken("doc")),
    jobs: (key) => answer(key, "jobs", () => [...service.jobs]),
    job: (key, uuid) => answer(key, "job", () => service.jobs.find((job) => job.uuid === uuid) as Job),
    invalidate: (key) =>
      answer(key, "invalidate", () => {
        service.jobs.unshift(jobOf(`u-${service.jobs.length + 1}`, "PREPARING"));
        return { uuid: `u-${service.jobs.length}`, status: "RECEIVED", added_at: addedAt };
      }),
  };
  const clock = createManualClock();
  const store = createStore(initialState);
  const stored: { key: string | null } = { key: null };
  const keys = {
    read: () => stored.key,
    write(key: string) {
      stored.key = key;
    },
    clear() {
      stored.key = null;
    },
  };
  const session = createSession({ api, store, clock, keys });
  const statuses = () => store.get().jobs.map(({ status }) => status);
  return { api, service, clock, store, stored, session, statuses };
}

const down = new ApiError("trouble", "The purge service does not answer.");

test("createSession accepts a key, keeps it for the tab and loads the jobs", async () => {
  const { service, store, stored, session, statuses } = setUp();
  service.jobs = [jobOf("u-1", "DONE")];
  await session.signIn("  right ");
  expect(store.get().access).toMatchObject({ kind: "accepted", token: { name: "doc" } });
  expect(stored.key).toBe("right");
  expect(statuses()).toEqual(["DONE"]);
});

test("createSession says why a key is refused, and does not keep it", async () => {
  const { store, stored, session } = setUp();
  await session.signIn("wrong");
  expect(store.get().access).toEqual({ kind: "refused", reason: "not known" });
  expect(stored.key).toBeNull();
});

test("createSession leaves nothing behind when the key is taken back", async () => {
  const { service, clock, store, stored, session } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  session.signOut();
  service.calls = [];
  await clock.advance(60_000);
  expect(service.calls).toEqual([]);
  expect(stored.key).toBeNull();
  expect(store.get()).toEqual(initialState);
});

test("createSession shows a new job at once, then follows it to its end", async () => {
  const { service, clock, store, session, statuses } = setUp();
  await session.signIn("right");
  await session.invalidate({ scope: "original", urls: ["/sample.li/a.jpg"] });
  expect(statuses()).toEqual(["RECEIVED"]);
  expect(store.get()).toMatchObject({ latest: "u-1", sending: false });
  await clock.advance(200);
  expect(statuses()).toEqual(["PREPARING"]);
  service.jobs = [jobOf("u-1", "DONE")];
  await clock.advance(200);
  expect(statuses()).toEqual(["DONE"]);
});

test("createSession sends an invalidation once, however often the button is pressed", async () => {
  const { service, session } = setUp();
  await session.signIn("right");
  const order = { scope: "all" } as const;
  await Promise.all([session.invalidate(order), session.invalidate(order)]);
  expect(service.calls.filter((call) => call === "invalidate")).toHaveLength(1);
});

test("createSession says why an invalidation was refused, and stays signed in", async () => {
  const { service, store, session } = setUp();
  await session.signIn("right");
  service.failure = new ApiError("order", "No path can be read.");
  await session.invalidate({ scope: "original", urls: ["x"] });
  expect(store.get()).toMatchObject({ refusal: "No path can be read.", trouble: null, sending: false });
});

test("createSession takes up unfinished jobs of the list", async () => {
  const { service, clock, session, statuses } = setUp();
  service.jobs = [jobOf("u-1", "FLUSHINGCDNSERVERS")];
  await session.signIn("right");
  service.jobs = [jobOf("u-1", "DONE")];
  await clock.advance(200);
  expect(statuses()).toEqual(["DONE"]);
});

test("createSession says that the service does not answer, tries every 3 s, and goes on when it is back", async () => {
  const { service, clock, store, session, statuses } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  service.failure = down;
  await clock.advance(200);
  expect(store.get().trouble).toBe(down.message);

  service.calls = [];
  await clock.advance(9_000);
  expect(service.calls).toEqual(["jobs", "jobs", "jobs"]);

  service.failure = null;
  service.jobs = [jobOf("u-1", "DONE")];
  await clock.advance(3_000);
  expect(store.get().trouble).toBeNull();
  expect(statuses()).toEqual(["DONE"]);
});

test("createSession checks the key again by itself when the service comes up after the page", async () => {
  const { service, clock, store, session } = setUp();
  service.failure = down;
  await session.signIn("right");
  expect(store.get()).toMatchObject({ access: { kind: "checking" }, trouble: down.message });
  service.failure = null;
  await clock.advance(3_000);
  expect(store.get()).toMatchObject({ access: { kind: "accepted" }, trouble: null });
});

test("createSession does not claim to know what became of an invalidation that met no answer", async () => {
  const { service, store, session } = setUp();
  await session.signIn("right");
  service.failure = down;
  await session.invalidate({ scope: "all" });
  expect(store.get().refusal).toStartWith("It is not known whether");
  expect(store.get().trouble).toBe(down.message);
});

test("createSession ends when the key is revoked, whatever was going on", async () => {
  const { service, clock, store, session } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  service.failure = new ApiError("key", "not known");
  await clock.advance(200);
  expect(store.get()).toEqual({ ...initialState, access: { kind: "refused", reason: "not known" } });
});

test("createSession asks for the list again if a job was sent while it was on its way", async () => {
  const { api, store, session, statuses } = setUp();
  await session.signIn("right");
  const slow = Promise.withResolvers<readonly Job[]>();
  const { jobs } = api;
  api.jobs = () => slow.promise;
  const refreshed = session.refresh();
  await session.invalidate({ scope: "all" });
  api.jobs = jobs;
  slow.resolve([]);
  await refreshed;
  expect(statuses()).toEqual(["PREPARING"]);
  expect(store.get().latest).toBe("u-1");
});

test("createSession drops the answers for a key that was replaced meanwhile", async () => {
  const { api, store, session } = setUp();
  const slow = Promise.withResolvers<never>();
  const { token } = api;
  api.token = () => slow.promise;
  const first = session.signIn("wrong");
  api.token = token;
  await session.signIn("right");
  slow.reject(new ApiError("key", "not known"));
  await first;
  await settled();
  expect(store.get().access.kind).toBe("accepted");
});
