import type { PurgeApi } from "@freshet/core";
import { type Api, ApiError, type PictureWish } from "./api.ts";
import type { Job } from "./job.ts";
import type { Order } from "./order.ts";
import type { PageClock } from "./page-clock.ts";
import type { Preview } from "./preview.ts";
import type { Problem } from "./problem.ts";
import type { Proof, State, Store } from "./state.ts";

/** What the image server shows for a line. */
export type Shown =
  | { readonly kind: "loading" }
  /** It was not there when the order went out, which waits for a moment only. */
  | { readonly kind: "late" }
  | { readonly kind: "none"; readonly problem: Problem }
  | {
      readonly kind: "picture";
      /** Of this page only: `blob:`. */
      readonly url: string;
      readonly bytes: number;
      readonly etag: string;
      readonly fetchedAt: string | null;
      readonly wasKept: boolean;
    };

/** Pictures of one order: enough to believe it, few enough for a phone. */
export const mostPictures = 4;

/** A person who pauses this long has finished typing. */
const pauseMs = 400;

/** How long an order waits for pictures of before: who is in a hurry wants the new one, not the old. */
const patienceMs = 1_000;

export interface Pictures {
  /** Before an order goes out: pictures of its first lines that are on their way are waited for, a little. */
  before(order: Order): Promise<void>;
  /** An order went out: what was kept belongs to it. */
  sent(uuid: string): void;
  /** A job ended: what is served now is looked at. */
  after(job: Job): void;
}

interface PicturesDeps {
  readonly api: Pick<Api, "picture">;
  readonly store: Store;
  readonly clock: PageClock;
  readonly previewOf: (state: State) => Preview | null;
  readonly makeUrl: (blob: Blob) => string;
  readonly freeUrl: (url: string) => void;
}

function createLook({ api, store, makeUrl }: Pick<PicturesDeps, "api" | "store" | "makeUrl">) {
  return async (wish: PictureWish): Promise<Shown> => {
    const { access } = store.get();
    if (access.kind !== "accepted") return { kind: "none", problem: { name: "noAnswer" } };
    try {
      const { blob, ...rest } = await api.picture(access.key, wish);
      return { kind: "picture", url: makeUrl(blob), bytes: blob.size, ...rest };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { kind: "none", problem: error.problem };
    }
  };
}

/** Replaces what is seen after a job, or begins to be. */
function createReplace({ store, freeUrl }: Pick<PicturesDeps, "store" | "freeUrl">) {
  /** @param from what stands there; if it does not any more, the job was run again meanwhile */
  return (uuid: string, key: string, from: Shown | null, after: Shown): void => {
    const { proofs, kept } = store.get();
    const old = proofs.get(uuid);
    if (!old?.some((proof) => proof.key === key && proof.after === from)) {
      if (after.kind === "picture") freeUrl(after.url);
      return;
    }
    const changed = old.map((proof) => (proof.key === key ? { ...proof, after } : proof));
    // What is served now is what is kept for the next order.
    const isKept = kept.has(key) && after.kind !== "loading";
    const now = after.kind === "picture" ? { ...after, wasKept: true } : after;
    store.set({
      proofs: new Map(proofs).set(uuid, changed),
      ...(isKept && { kept: new Map(kept).set(key, now) }),
    });
  };
}

/** Looks at the first pictures of what was pasted, and again when they were renewed. */
export function createPictures(deps: PicturesDeps): Pictures {
  const { store, clock, previewOf, freeUrl } = deps;
  const look = createLook(deps);
  const replace = createReplace(deps);
  let cancelPause = () => {};
  let lookNow = () => {};
  let wanted = "";
  let running: Promise<unknown> = Promise.resolve();
  let pending: readonly Proof[] = [];

  async function keep(wish: PictureWish): Promise<void> {
    const put = (shown: Shown) => store.set({ kept: new Map(store.get().kept).set(keyOf(wish), shown) });
    const loading = { kind: "loading" } as const;
    put(loading);
    const shown = await look(wish);
    // One that comes after the order that it was waited for is not what is kept now.
    if (store.get().kept.get(keyOf(wish)) === loading) put(shown);
    else if (shown.kind === "picture") freeUrl(shown.url);
  }

  function keepAll(wishes: readonly PictureWish[]): void {
    const { kept, proofs } = store.get();
    const keys = new Set(wishes.map(keyOf));
    const inProofs = new Set([...proofs.values()].flat().flatMap(({ before, after }) => [before, after]));
    const next = new Map([...kept].filter(([key]) => keys.has(key)));
    for (const [key, shown] of kept) {
      if (!next.has(key) && shown.kind === "picture" && !inProofs.has(shown)) freeUrl(shown.url);
    }
    if (next.size !== kept.size) store.set({ kept: next });
    lookNow = () => {};
    running = Promise.all([running, ...wishes.filter((wish) => !next.has(keyOf(wish))).map(keep)]);
  }

  store.subscribe((state) => {
    const wishes = wishesOf(state, previewOf(state));
    const names = wishes.map(keyOf).join("\n");
    if (names === wanted) return;
    wanted = names;
    cancelPause();
    const cancel = clock.after(wishes.length === 0 ? 0 : pauseMs, () => keepAll(wishes));
    cancelPause = cancel;
    lookNow = () => {
      cancel();
      keepAll(wishes);
    };
  });

  return {
    async before({ scope, urls = [], api: version = "v7" as PurgeApi }) {
      lookNow();
      let cancel = () => {};
      const patience = new Promise<void>((resolve) => {
        cancel = clock.after(patienceMs, resolve);
      });
      await Promise.race([running, patience]);
      cancel();
      const { kept } = store.get();
      const sent = new Set(scope === "all" ? [] : urls.map((line) => keyOf({ line, scope, api: version })));
      pending = [...kept]
        .filter(([key]) => sent.has(key))
        .map(([key, shown]) => ({ key, before: inTime(shown), after: null }));
    },
    sent(uuid) {
      const { proofs } = store.get();
      // Run again: what was served since is what was before.
      const again =
        proofs
          .get(uuid)
          ?.map(({ key, before, after }) => ({ key, before: inTime(after ?? before), after: null })) ?? [];
      const proof = pending.length > 0 ? pending : again;
      pending = [];
      if (proof.length > 0) store.set({ proofs: new Map(proofs).set(uuid, proof) });
    },
    after({ uuid, status }) {
      const proofs = store.get().proofs.get(uuid);
      if (!proofs || status !== "DONE" || proofs.some(({ after }) => after !== null)) return;
      for (const { key } of proofs) {
        const loading = { kind: "loading" } as const;
        replace(uuid, key, null, loading);
        void look(wishOf(key)).then((shown) => replace(uuid, key, loading, shown));
      }
    },
  };
}

function inTime(shown: Shown): Shown {
  return shown.kind === "loading" ? { kind: "late" } : shown;
}

function wishesOf({ scope, isV6, access }: State, preview: Preview | null): PictureWish[] {
  if (!preview || scope === "all" || access.kind !== "accepted") return [];
  // A small picture of an original would have to be signed first; an exact URL is signed already.
  if (scope === "original" && access.token.security.kind !== "open") return [];
  const api: PurgeApi = isV6 ? "v6" : "v7";
  const lines = preview.entries.flatMap((entry) =>
    "target" in entry && (entry.kind === "original" || entry.kind === "url") ? [entry.line] : [],
  );
  return lines.slice(0, mostPictures).map((line) => ({ line, scope, api }));
}

/** A line with how it is read, in one text: the same line of another scope is another picture. */
export function keyOf({ line, scope, api }: PictureWish): string {
  return `${api} ${scope} ${line}`;
}

export function wishOf(key: string): PictureWish {
  const [api, scope, ...line] = key.split(" ") as [PictureWish["api"], PictureWish["scope"], ...string[]];
  return { line: line.join(" "), scope, api };
}
