/** Names of files that were to be forgotten lately. */
export interface ForgottenNames {
  add(name: string): void;
  has(name: string): boolean;
}

/** @param nowMs monotonic */
export function createForgottenNames(lastMs: number, nowMs: () => number): ForgottenNames {
  // In the order in which they were added: those before the first that counts do not count either.
  const addedMs = new Map<string, number>();
  const counts = (name: string) => nowMs() - (addedMs.get(name) ?? Number.NEGATIVE_INFINITY) < lastMs;

  return {
    add(name) {
      addedMs.delete(name);
      addedMs.set(name, nowMs());
      for (const old of addedMs.keys()) {
        if (counts(old)) break;
        addedMs.delete(old);
      }
    },
    has: counts,
  };
}
