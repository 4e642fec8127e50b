import { createHash } from "node:crypto";
import { type Clock, FreshetError } from "@freshet/core";
import ipaddr from "ipaddr.js";

/** Wrong keys that an address may send at once: a script with an old key, somebody who pastes the wrong thing. */
const free = 10;
/** After those, keys from there are looked at so often. */
const everyMs = 250;
/** One of the free ones comes back after so long without a wrong key. */
const forgetMs = 6_000;
/** Nobody waits longer for a key to be looked at: who would have to is turned away. */
const longestMs = 2_000;
/** Addresses from which wrong keys came, and keys that were right: those of the longest ago are forgotten. */
const rememberedAddresses = 10_000;
const rememberedKeys = 10_000;

/** Keeps keys from being guessed. */
export interface Guesses {
  /**
   * To be waited for before a key is looked at. A key that was right before is never held up, whoever else sends wrong ones
   * from the same address; one that nobody has sent since the start waits for two seconds at most.
   * @param address `null` where nobody knows it: then it is not held up
   * @throws FreshetError `too_many_guesses`
   */
  pause(address: string | null, key: string): Promise<void>;
  right(key: string): void;
  wrong(address: string | null): void;
}

interface Address {
  /** Wrong keys, which become less by and by. */
  wrong: number;
  atMs: number;
  /** When the next key may be looked at. */
  nextMs: number;
}

/** @param wait resolves after that many milliseconds */
export function createGuesses(
  clock: Pick<Clock, "monotonicMs">,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Guesses {
  /** Those that sent a wrong key last stand last. */
  const addresses = new Map<string, Address>();
  /** Hashes: a key itself is kept nowhere. */
  const known = new Set<string>();

  function lookUp(address: string): Address {
    const nowMs = clock.monotonicMs();
    const before = addresses.get(neighborhood(address));
    if (!before) return { wrong: 0, atMs: nowMs, nextMs: nowMs };
    const wrong = Math.max(0, before.wrong - (nowMs - before.atMs) / forgetMs);
    return { ...before, wrong, atMs: nowMs };
  }

  function keep(address: string, state: Address): void {
    const name = neighborhood(address);
    addresses.delete(name);
    addresses.set(name, state);
    if (addresses.size > rememberedAddresses) addresses.delete(addresses.keys().next().value as string);
  }

  return {
    async pause(address, key) {
      if (address === null || known.has(hashOf(key))) return;
      const state = lookUp(address);
      if (state.wrong < free) return;
      const nowMs = clock.monotonicMs();
      const atMs = Math.max(nowMs, state.nextMs);
      if (atMs - nowMs > longestMs) {
        throw new FreshetError("too_many_guesses", "too many wrong keys came from this address", {
          retryAfterSeconds: Math.ceil(longestMs / 1000),
        });
      }
      keep(address, { ...state, nextMs: atMs + everyMs });
      if (atMs > nowMs) await wait(atMs - nowMs);
    },
    right(key) {
      const hash = hashOf(key);
      known.delete(hash);
      known.add(hash);
      if (known.size > rememberedKeys) known.delete(known.values().next().value as string);
    },
    wrong(address) {
      if (address === null) return;
      const state = lookUp(address);
      keep(address, { ...state, wrong: Math.min(free * 2, state.wrong + 1) });
    },
  };
}

/** Who has one address of IPv6 has all of its network. */
function neighborhood(address: string): string {
  if (!address.includes(":")) return address;
  return ipaddr.parse(address).toByteArray().slice(0, 8).join(".");
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64");
}
