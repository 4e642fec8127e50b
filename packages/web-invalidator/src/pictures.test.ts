import { expect, test } from "bun:test";
import { plainToken } from "@freshet/core";
import { ApiError, type PictureAnswer, type PictureWish } from "./api.ts";
import { type Job, jobFromReceipt } from "./job.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { createPictures } from "./pictures.ts";
import { createPreviewReader } from "./preview-reader.ts";
import { createStore, initialState, type State } from "./state.ts";
import { en } from "./texts/en.ts";

const access = { kind: "accepted", key: "k", token: plainToken("doc") } as const;

function jobOf(uuid: string, status: Job["status"] = "DONE"): Job {
  return jobFromReceipt({ uuid, status, added_at: "2026-11-23 13:39:52.636426" }, "original", ["/a.io/x"]);
}

function setUp(state: Partial<State> = {}) {
  const clock = createManualClock();
  const store = createStore({ ...initialState(en), access, ...state });
  const asked: string[] = [];
  const freed: string[] = [];
  const server = {
    etag: "old",
    gate: Promise.resolve() as Promise<void>,
    failure: null as ApiError | null,
  };
  async function picture(_: string, { line }: PictureWish): Promise<PictureAnswer> {
    asked.push(line);
    const { etag } = server;
    await server.gate;
    if (server.failure) throw server.failure;
    return { blob: new Blob([etag]), etag, fetchedAt: null, wasKept: false };
  }
  let made = 0;
  const pictures = createPictures({
    api: { picture },
    store,
    clock,
    previewOf: createPreviewReader(),
    makeUrl: () => `blob:${made++}`,
    freeUrl: (url) => freed.push(url),
  });
  const proofOf = (uuid: string) =>
    store
      .get()
      .proofs.get(uuid)
      ?.map(({ key, before, after }) => [key, etagOf(before), etagOf(after)]);
  return { clock, store, asked, freed, server, pictures, proofOf };
}

function etagOf(shown: { kind: string; etag?: string } | null): string | null {
  return shown === null ? null : (shown.etag ?? shown.kind);
}

const order = { scope: "original", urls: ["/a.io/x"] } as const;

test("createPictures looks at the first lines when typing pauses, and at each once", async () => {
  const { clock, store, asked } = setUp();
  store.set({ text: "/a.io/1\n/a.io/2" });
  await clock.advance(300);
  store.set({ text: "/a.io/1\n/a.io/2\n20\n/a.io/*\n/a.io/3\n/a.io/4\n/a.io/5" });
  await clock.advance(399);
  expect(asked).toEqual([]);
  await clock.advance(1);
  expect(asked).toEqual(["/a.io/1", "/a.io/2", "/a.io/3", "/a.io/4"]);
  store.set({ text: "/a.io/2\n/a.io/9" });
  await clock.advance(400);
  expect(asked.slice(4)).toEqual(["/a.io/9"]);
});

test("createPictures lets go of pictures of lines that are gone", async () => {
  const { clock, store, freed } = setUp({ text: "/a.io/1\n/a.io/2" });
  await clock.advance(400);
  store.set({ text: "/a.io/2" });
  await clock.advance(400);
  expect(freed).toEqual(["blob:0"]);
  expect([...store.get().kept.keys()]).toEqual(["v7 original /a.io/2"]);
});

test("createPictures looks at nothing of an original whose URLs are signed, but at signed URLs", async () => {
  const token = { ...plainToken("doc"), security: { kind: "signature", salts: [] } as const };
  const { clock, store, asked } = setUp({ access: { ...access, token }, text: "/a.io/1" });
  await clock.advance(400);
  store.set({ scope: "urls", text: "/a.io/1?ci_sign=abcdef" });
  await clock.advance(400);
  expect(asked).toEqual(["/a.io/1?ci_sign=abcdef"]);
});

test("createPictures puts before and after of a job side by side", async () => {
  const { clock, store, server, pictures, proofOf } = setUp({ text: "/a.io/x" });
  await clock.advance(400);
  await pictures.before(order);
  pictures.sent("u");
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "old", null]]);
  pictures.after(jobOf("u", "ERROR"));
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "old", null]]);
  server.etag = "new";
  pictures.after(jobOf("u"));
  await settled();
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "old", "new"]]);
  // What is served now is what is kept for the next order.
  expect(store.get().kept.get("v7 original /a.io/x")).toMatchObject({ etag: "new", wasKept: true });
});

test("createPictures takes what was served last for what was before when a job runs again", async () => {
  const { clock, server, pictures, proofOf } = setUp({ text: "/a.io/x" });
  await clock.advance(400);
  await pictures.before(order);
  pictures.sent("u");
  server.etag = "new";
  pictures.after(jobOf("u"));
  await settled();
  pictures.sent("u");
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "new", null]]);
});

test("createPictures keeps an order waiting for a picture for a second at most", async () => {
  const { clock, server, pictures, proofOf } = setUp({ text: "/a.io/x" });
  server.gate = new Promise(() => {});
  await clock.advance(400);
  let isReady = false;
  const ready = pictures.before(order).then(() => {
    isReady = true;
  });
  await clock.advance(999);
  expect(isReady).toBe(false);
  await clock.advance(1);
  await ready;
  pictures.sent("u");
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "late", null]]);
});

test("createPictures takes a picture that comes too late neither for what was before nor for what is kept", async () => {
  const { clock, store, server, pictures, proofOf, freed } = setUp({ text: "/a.io/x" });
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  await clock.advance(400);
  const ready = pictures.before(order);
  await clock.advance(1_000);
  await ready;
  pictures.sent("u");
  Object.assign(server, { etag: "new", gate: Promise.resolve() });
  pictures.after(jobOf("u"));
  await settled();
  gate.resolve();
  await settled();
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "late", "new"]]);
  expect(store.get().kept.get("v7 original /a.io/x")).toMatchObject({ etag: "new" });
  expect(freed).toEqual(["blob:1"]);
});

test("createPictures keeps what was before a job that failed when it runs again", async () => {
  const { clock, pictures, proofOf } = setUp({ text: "/a.io/x" });
  await clock.advance(400);
  await pictures.before(order);
  pictures.sent("u");
  pictures.after(jobOf("u", "ERROR"));
  pictures.sent("u");
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "old", null]]);
});

test("createPictures looks at once at what is sent before typing paused", async () => {
  const { store, asked, pictures, proofOf } = setUp();
  store.set({ text: "/a.io/x" });
  await pictures.before(order);
  pictures.sent("u");
  expect(asked).toEqual(["/a.io/x"]);
  expect(proofOf("u")).toEqual([["v7 original /a.io/x", "old", null]]);
});

test("createPictures says why there is no picture", async () => {
  const { clock, store, server } = setUp({ text: "/a.io/x" });
  server.failure = new ApiError("order", { name: "refused", detail: "its origin has no such picture (404)" });
  await clock.advance(400);
  expect(store.get().kept.get("v7 original /a.io/x")).toEqual({
    kind: "none",
    problem: server.failure.problem,
  });
});

test("createPictures brings nothing of a key that was taken back", async () => {
  const { clock, store, server, freed } = setUp({ text: "/a.io/x" });
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  await clock.advance(400);
  store.set({ access: { kind: "none" }, kept: new Map() });
  gate.resolve();
  await clock.advance(0);
  expect(store.get().kept.size).toBe(0);
  expect(freed).toEqual(["blob:0"]);
});
