import { expect, test } from "bun:test";
import { type JobStatus, plainToken } from "@freshet/core";
import { type Api, ApiError } from "../api.ts";
import { type Job, type JobPage, jobFromReceipt, noFilter } from "../job.ts";
import { createManualClock, settled } from "../manual-clock.ts";
import { createStore, initialState } from "../state.ts";
import { en } from "../texts/en.ts";
import { createSession } from "./session.ts";

const addedAt = "2026-11-23 13:39:52.636426";

function jobOf(uuid: string, status: JobStatus): Job {
  return jobFromReceipt({ uuid, status, added_at: addedAt }, "original", ["/sample.li/a.jpg"]);
}

/** A session with a service that knows one key, and whose jobs and failures the test decides. */
function setUp() {
  const service = {
    jobs: [] as Job[],
    next: null as string | null,
    failure: null as ApiError | null,
    reach: { originals: 2, variants: 9, bytes: 4711, at_least: false, sample: { originals: [], urls: [] } },
    calls: [] as string[],
  };
  async function answer<Body>(key: string, name: string, body: () => Body | Promise<Body>): Promise<Body> {
    service.calls.push(name);
    if (service.failure) throw service.failure;
    if (key !== "right") throw unknownKey;
    return body();
  }
  const unknownJob = new ApiError("order", { name: "unknownJob" });
  const api: Api = {
    token: (key) => answer(key, "token", () => plainToken("doc")),
    jobs: (key, { text }, before) =>
      answer(key, `jobs${text && ` ${text}`}${before === null ? "" : ` before ${before}`}`, () => ({
        jobs: service.jobs.filter(({ uuid }) => uuid.includes(text)),
        next: service.next,
      })),
    job: (key, uuid) =>
      answer(key, "job", () => {
        const found = service.jobs.find((job) => job.uuid === uuid);
        if (!found) throw unknownJob;
        return found;
      }),
    // Ends before it said anything: the session has to ask.
    async *stream() {},
    reach: (key) => answer(key, "reach", () => service.reach),
    restart: (key, uuid) =>
      answer(key, "restart", () => {
        service.jobs = service.jobs.map((job) => (job.uuid === uuid ? { ...job, status: "PREPARING" } : job));
        return { uuid, status: "RECEIVED", added_at: addedAt };
      }),
    picture: (key) => answer(key, "picture", () => Promise.reject(unknownJob)),
    invalidate: (key) =>
      answer(key, "invalidate", () => {
        service.jobs.unshift(jobOf(`u-${service.jobs.length + 1}`, "PREPARING"));
        return { uuid: `u-${service.jobs.length}`, status: "RECEIVED", added_at: addedAt };
      }),
  };
  const clock = createManualClock();
  const store = createStore(initialState(en));
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

const down = new ApiError("trouble", { name: "noAnswer" });
const unknownKey = new ApiError("key", { name: "unknownKey" });
const order = { scope: "original", urls: ["/sample.li/a.jpg"] } as const;

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
  expect(store.get().access).toEqual({ kind: "refused", problem: { name: "unknownKey" } });
  expect(stored.key).toBeNull();
});

test("createSession leaves nothing behind when the key is taken back", async () => {
  const { service, clock, store, stored, session } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  await settled();
  session.signOut();
  service.calls = [];
  await clock.advance(60_000);
  expect(service.calls).toEqual([]);
  expect(stored.key).toBeNull();
  expect(store.get()).toEqual(initialState(en));
});

test("createSession shows a new job at once, then follows it to its end", async () => {
  const { service, clock, store, session, statuses } = setUp();
  await session.signIn("right");
  await settled();
  await session.invalidate(order, "nothing");
  await settled();
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
  await settled();
  await Promise.all([session.invalidate(order, "nothing"), session.invalidate(order, "nothing")]);
  expect(service.calls.filter((call) => call === "invalidate")).toHaveLength(1);
});

test("createSession says why an invalidation was refused, and stays signed in", async () => {
  const { service, store, session } = setUp();
  await session.signIn("right");
  await settled();
  service.failure = new ApiError("order", { name: "refused", detail: "no path can be read" });
  await session.invalidate(order, "nothing");
  await settled();
  expect(store.get()).toMatchObject({ refusal: { name: "refused" }, trouble: null, sending: false });
});

test("createSession takes up unfinished jobs of the list", async () => {
  const { service, clock, session, statuses } = setUp();
  service.jobs = [jobOf("u-1", "FLUSHINGCDNSERVERS")];
  await session.signIn("right");
  await settled();
  service.jobs = [jobOf("u-1", "DONE")];
  await clock.advance(200);
  expect(statuses()).toEqual(["DONE"]);
});

test("createSession says that the service does not answer, tries every 3 s, and goes on when it is back", async () => {
  const { service, clock, store, session, statuses } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  await settled();
  service.failure = down;
  await clock.advance(200);
  expect(store.get().trouble).toEqual(down.problem);

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
  await settled();
  expect(store.get()).toMatchObject({ access: { kind: "checking" }, trouble: down.problem });
  service.failure = null;
  await clock.advance(3_000);
  expect(store.get()).toMatchObject({ access: { kind: "accepted" }, trouble: null });
});

test("createSession does not claim to know what became of an invalidation that met no answer", async () => {
  const { service, store, session } = setUp();
  await session.signIn("right");
  await settled();
  service.failure = down;
  await session.invalidate({ scope: "all" }, "nothing");
  expect(store.get().refusal).toEqual({ name: "unsure" });
  expect(store.get().trouble).toEqual(down.problem);
});

test("createSession ends when the key is revoked, whatever was going on", async () => {
  const { service, clock, store, session } = setUp();
  service.jobs = [jobOf("u-1", "PREPARING")];
  await session.signIn("right");
  await settled();
  service.failure = unknownKey;
  await clock.advance(200);
  expect(store.get()).toEqual({
    ...initialState(en),
    access: { kind: "refused", problem: { name: "unknownKey" } },
  });
});

test("createSession asks for the list again if a job was sent while it was on its way", async () => {
  const { api, store, session, statuses } = setUp();
  await session.signIn("right");
  await settled();
  const slow = Promise.withResolvers<JobPage>();
  const { jobs } = api;
  api.jobs = () => slow.promise;
  const refreshed = session.refresh();
  await session.invalidate({ scope: "all" }, "nothing");
  api.jobs = jobs;
  slow.resolve({ jobs: [], next: null });
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
  await settled();
  slow.reject(unknownKey);
  await first;
  await settled();
  expect(store.get().access.kind).toBe("accepted");
});

test("createSession asks what a folder reaches, and sends it only when it was confirmed", async () => {
  const { service, store, session } = setUp();
  await session.signIn("right");
  await settled();
  await session.invalidate(order, "yes");
  expect(store.get().confirmation).toEqual({ order, isAll: false, reach: service.reach });
  expect(service.calls).not.toContain("invalidate");
  await session.confirm();
  expect(service.calls.filter((call) => call === "invalidate")).toHaveLength(1);
  expect(store.get().confirmation).toBeNull();
  await session.confirm();
  expect(service.calls.filter((call) => call === "invalidate")).toHaveLength(1);
});

test("createSession lets an order be confirmed that cannot be counted", async () => {
  const { api, store, session } = setUp();
  await session.signIn("right");
  await settled();
  api.reach = () => Promise.reject(down);
  await session.invalidate({ scope: "all" }, "name");
  expect(store.get()).toMatchObject({ confirmation: { isAll: true, reach: "unknown" }, trouble: null });
});

test("createSession drops the count of an order that was called off meanwhile", async () => {
  const { api, store, session, service } = setUp();
  await session.signIn("right");
  await settled();
  const slow = Promise.withResolvers<typeof service.reach>();
  api.reach = () => slow.promise;
  const asked = session.invalidate(order, "yes");
  store.set({ confirmation: null });
  slow.resolve(service.reach);
  await asked;
  expect(store.get().confirmation).toBeNull();
});

test("createSession goes through the history page by page, each job once", async () => {
  const { service, store, session } = setUp();
  service.jobs = [jobOf("u-2", "DONE")];
  service.next = "7";
  await session.signIn("right");
  await settled();
  service.jobs = [jobOf("u-2", "DONE"), jobOf("u-1", "DONE")];
  service.next = null;
  await session.older();
  expect(service.calls.at(-1)).toBe("jobs before 7");
  expect(store.get().jobs.map(({ uuid }) => uuid)).toEqual(["u-2", "u-1"]);
  service.calls = [];
  await session.older();
  expect(service.calls).toEqual([]);
});

test("createSession shows what the last search found, in whatever order the answers come", async () => {
  const { api, service, store, session } = setUp();
  service.jobs = [jobOf("u-1", "DONE"), jobOf("u-2", "DONE")];
  await session.signIn("right");
  await settled();
  const slow = Promise.withResolvers<JobPage>();
  const { jobs } = api;
  api.jobs = () => slow.promise;
  const first = session.search({ ...noFilter, text: "u-1" });
  api.jobs = jobs;
  await session.search({ ...noFilter, text: "u-2" });
  slow.resolve({ jobs: [jobOf("u-1", "DONE")], next: null });
  await first;
  expect(store.get().jobs.map(({ uuid }) => uuid)).toEqual(["u-2"]);
});

test("createSession looks at the job that a link names, once there is a key, and follows it", async () => {
  const { service, clock, store, session } = setUp();
  service.jobs = [jobOf("u-9", "PREPARING")];
  await session.open("u-9");
  expect(store.get().open).toEqual({ uuid: "u-9", job: null, problem: null });
  await session.signIn("right");
  await settled();
  expect(store.get().open?.job?.status).toBe("PREPARING");
  service.jobs = [jobOf("u-9", "DONE")];
  await clock.advance(200);
  expect(store.get().open?.job?.status).toBe("DONE");
});

test("createSession says that there is no such job, and is not in trouble for it", async () => {
  const { store, session } = setUp();
  await session.signIn("right");
  await settled();
  await session.open("u-404");
  expect(store.get()).toMatchObject({ open: { problem: { name: "unknownJob" } }, trouble: null });
});

test("createSession runs a job again, and shows it as the one that runs", async () => {
  const { service, clock, store, session, statuses } = setUp();
  service.jobs = [jobOf("u-2", "DONE"), jobOf("u-1", "ERROR")];
  await session.signIn("right");
  await settled();
  await session.open("u-1");
  await session.restart("u-1");
  await settled();
  expect(store.get()).toMatchObject({ latest: "u-1", open: { uuid: "u-1", job: { status: "RECEIVED" } } });
  await clock.advance(200);
  expect(statuses()).toEqual(["PREPARING", "DONE"]);
});

test("createSession tells those who look at pictures what is sent and what ended", async () => {
  const { api, service, clock, store, session } = setUp();
  const told: string[] = [];
  const keys = { read: () => null, write() {}, clear() {} };
  const watched = createSession({
    api,
    store,
    clock,
    keys,
    onSend: async ({ scope }) => void told.push(`send ${scope}`),
    onSent: (uuid) => told.push(`sent ${uuid}`),
    onEnd: ({ uuid }) => told.push(`end ${uuid}`),
  });
  session.signOut();
  await watched.signIn("right");
  await settled();
  await watched.invalidate(order, "nothing");
  await settled();
  expect(told).toEqual(["send original", "sent u-1"]);
  service.jobs = [jobOf("u-1", "DONE")];
  await clock.advance(200);
  expect(told).toEqual(["send original", "sent u-1", "end u-1"]);
});
