import type { Access } from "../state.ts";
import { createHistory, type History } from "./history.ts";
import { createLine, type LineDeps } from "./line.ts";
import { createOrders, type Orders, type Witness } from "./orders.ts";

/** What a person can do. Nothing here rejects because of the service: what goes wrong becomes part of the state. */
export interface Session extends History, Orders {
  signIn(key: string): Promise<void>;
  signOut(): void;
}

export function createSession(deps: Omit<LineDeps, "retry"> & Witness): Session {
  const { api, store, keys } = deps;
  const line = createLine({ ...deps, retry: () => history.refresh() });
  const history = createHistory(api, store, line);
  const orders = createOrders(api, store, line, deps);

  async function signIn(typed: string): Promise<void> {
    const key = typed.trim();
    if (key === "") return line.leave({ kind: "none" });
    const checking: Access = { kind: "checking" };
    store.set({ access: checking });
    try {
      const token = await api.token(key);
      if (store.get().access !== checking) return;
      keys.write(key);
      line.isUp();
      store.set({ access: { kind: "accepted", key, token } });
    } catch (error) {
      if (store.get().access === checking) line.fail(error, () => signIn(key));
      return;
    }
    await history.refresh();
  }

  return { ...history, ...orders, signIn, signOut: () => line.leave({ kind: "none" }) };
}
