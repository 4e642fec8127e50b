import type { Hub } from "./hub.ts";

/** Asks processes that are connected to another replica of purge-api. */
export interface Relay {
  /** @see Hub.ask; `null` as well if the connection ends meanwhile, or if it is connected nowhere */
  readonly ask: Hub["ask"];
  /** From now on answers what other replicas ask. */
  serve(hub: Pick<Hub, "ask" | "isConnected">): void;
}

/** For a purge-api that is alone: who is not connected to it is connected nowhere. */
export const noRelay: Relay = { ask: async () => null, serve() {} };
