import { type Api, ApiError } from "../api.ts";
import type { JobFilter } from "../job.ts";
import type { Access, Store } from "../state.ts";
import type { Line } from "./line.ts";

/** The history, and the one invalidation of it that is looked at. */
export interface History {
  /** From its beginning, as the filter says. */
  refresh(): Promise<void>;
  search(filter: JobFilter): Promise<void>;
  older(): Promise<void>;
  open(uuid: string | null): Promise<void>;
}

export function createHistory(api: Api, store: Store, line: Line): History {
  /** Runs with the key that is accepted now; what comes when another one is, is nobody's. */
  async function withKey(work: (key: string, isCurrent: () => boolean) => Promise<void>): Promise<void> {
    const { access, filter } = store.get();
    if (access.kind !== "accepted") return;
    const isCurrent = () => isSame(access) && store.get().filter === filter;
    try {
      await work(access.key, isCurrent);
    } catch (error) {
      if (isSame(access)) line.fail(error);
    }
  }

  function isSame(access: Access): boolean {
    return store.get().access === access;
  }

  const refresh = (): Promise<void> =>
    withKey(async (key, isCurrent) => {
      const { filter } = store.get();
      const newsBefore = line.news();
      const page = await api.jobs(key, filter, null);
      if (!isCurrent()) return;
      if (line.news() !== newsBefore) return refresh();
      line.isUp();
      store.set(page);
      line.follow(page.jobs);
      const { open } = store.get();
      const fresh = page.jobs.find(({ uuid }) => uuid === open?.uuid);
      if (fresh) line.learn(fresh);
      else if (open) await look(open.uuid);
    });

  const older = () =>
    withKey(async (key, isCurrent) => {
      const { filter, next } = store.get();
      if (next === null) return;
      const page = await api.jobs(key, filter, next);
      if (!isCurrent() || store.get().next !== next) return;
      const { jobs } = store.get();
      const known = new Set(jobs.map(({ uuid }) => uuid));
      store.set({ jobs: [...jobs, ...page.jobs.filter(({ uuid }) => !known.has(uuid))], next: page.next });
      line.follow(page.jobs);
    });

  const look = (uuid: string) =>
    withKey(async (key) => {
      const isWanted = () => store.get().open?.uuid === uuid;
      try {
        const job = await api.job(key, uuid);
        if (!isWanted()) return;
        line.learn(job);
        line.follow([job]);
      } catch (error) {
        if (!(error instanceof ApiError) || error.kind !== "order") throw error;
        if (isWanted()) store.set({ open: { uuid, job: null, problem: error.problem } });
      }
    });

  return {
    refresh,
    async search(filter) {
      store.set({ filter });
      await refresh();
    },
    older,
    async open(uuid) {
      const { open, jobs } = store.get();
      if (uuid === (open?.uuid ?? null)) return;
      const job = jobs.find((each) => each.uuid === uuid) ?? null;
      store.set({ open: uuid === null ? null : { uuid, job, problem: null } });
      if (uuid !== null) await look(uuid);
    },
  };
}
