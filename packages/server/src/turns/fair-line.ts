/** Who wants something done: places in a line are shared out between tokens, and within a token between its origins. */
export interface Party {
  readonly token: string;
  /** Scheme and host of the original, or the name of its storage. */
  readonly origin: string;
}

/** What waits, in an order in which nobody is held up by how much others want. */
export interface FairLine<T> {
  readonly size: number;
  add(party: Party, item: T): void;
  /** Takes out the next one, of an origin that may have it: each token in turn, of it each origin in turn, its oldest. */
  take(mayHave: (party: Party) => boolean): T | null;
  /** Takes out that one. @returns whether it was there */
  remove(party: Party, item: T): boolean;
  /**
   * Makes room for somebody: takes out the newest of who has most of the line.
   * @returns `null` if that is the party itself: then there is no room for it
   */
  crowdOut(party: Party): T | null;
}

/** Looks through all of the line at worst: it is for some hundreds. */
export function createFairLine<T>(): FairLine<T> {
  /** Whose turn is next stands first, in both. */
  const tokens = new Map<string, Map<string, T[]>>();
  let size = 0;

  /** After it has lost one: to the end of the line, or out of it. */
  function leave({ token, origin }: Party, items: readonly T[], isTurnOver: boolean): void {
    const origins = tokens.get(token) as Map<string, T[]>;
    size--;
    if (isTurnOver || items.length === 0) origins.delete(origin);
    if (isTurnOver && items.length > 0) origins.set(origin, items as T[]);
    if (isTurnOver || origins.size === 0) tokens.delete(token);
    if (isTurnOver && origins.size > 0) tokens.set(token, origins);
  }

  return {
    get size() {
      return size;
    },
    add({ token, origin }, item) {
      const origins = tokens.get(token) ?? new Map<string, T[]>();
      const items = origins.get(origin) ?? [];
      items.push(item);
      origins.set(origin, items);
      tokens.set(token, origins);
      size++;
    },
    take(mayHave) {
      for (const [token, origins] of tokens) {
        for (const [origin, items] of origins) {
          if (!mayHave({ token, origin })) continue;
          const item = items.shift() as T;
          leave({ token, origin }, items, true);
          return item;
        }
      }
      return null;
    },
    remove(party, item) {
      const items = tokens.get(party.token)?.get(party.origin) ?? [];
      const at = items.indexOf(item);
      if (at < 0) return false;
      items.splice(at, 1);
      leave(party, items, false);
      return true;
    },
    crowdOut({ token, origin }) {
      const most = largest(tokens, countAll, token);
      const origins = tokens.get(most);
      if (!origins) return null;
      const busiest = largest(origins, (items) => items.length, most === token ? origin : null);
      if (most === token && busiest === origin) return null;
      const items = origins.get(busiest) as T[];
      const item = items.pop() as T;
      leave({ token: most, origin: busiest }, items, false);
      return item;
    },
  };
}

function countAll(origins: ReadonlyMap<string, readonly unknown[]>): number {
  let count = 0;
  for (const items of origins.values()) count += items.length;
  return count;
}

/** @param newcomer who counts with one more than there is */
function largest<V>(
  map: ReadonlyMap<string, V>,
  sizeOf: (value: V) => number,
  newcomer: string | null,
): string {
  let [name, most] = [newcomer ?? "", newcomer !== null && !map.has(newcomer) ? 1 : 0];
  for (const [key, value] of map) {
    const size = sizeOf(value) + (key === newcomer ? 1 : 0);
    if (size > most || (size === most && key === newcomer)) [name, most] = [key, size];
  }
  return name;
}
