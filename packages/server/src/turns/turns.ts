import { FreshetError } from "@freshet/core";
import { createFairLine, type FairLine, type Party } from "./fair-line.ts";

/** Bounds of one kind of work. */
export interface Kind {
  /** So many of it run at once. */
  readonly running: number;
  /** So many of it wait. */
  readonly waiting: number;
  /** It begins only when nothing of any other kind waits. */
  readonly isLast?: boolean;
}

export interface TurnsOptions<Name extends string> {
  /** What runs at once, of all kinds. */
  readonly running: number;
  /** What runs at once for one origin. */
  readonly perOrigin?: number;
  readonly kinds: Readonly<Record<Name, Kind>>;
  /** Nobody waits longer: who asked has gone by then, or asks again. */
  readonly waitMs: number;
  /** What is done, for who is turned away: "pictures to be made". */
  readonly what: string;
  /** Whether something more may begin, as of now. @param running what does already */
  hasRoom?(running: number): boolean;
}

export interface Wish<Name extends string> extends Party {
  readonly kind: Name;
  /** By which {@link Turns.hurry} finds it. */
  readonly key?: string;
}

/** Bounds how much work runs at once and how much waits for it, and shares both out fairly. */
export interface Turns<Name extends string> {
  /** @throws FreshetError `overloaded` if there is no room in the line, or its turn does not come in time */
  run<T>(wish: Wish<Name>, work: () => Promise<T>): Promise<T>;
  /** What waits under this key goes on as another kind. */
  hurry(key: string, kind: Name): void;
  /** Begins what may begin by now: room may have come from elsewhere. To be called some times a second. */
  advance(): void;
  readonly running: number;
  waiting(kind: Name): number;
}

interface Ticket<Name extends string> {
  readonly party: Party;
  kind: Name;
  begin(): void;
  refuse(error: FreshetError): void;
}

/**
 * Kinds take turns, and within a kind tokens, and within a token its origins; one origin's work is done in the order in
 * which it came. When a line is full, who has most of it loses the newest: nobody can fill it for the others.
 */
export function createTurns<Name extends string>(options: TurnsOptions<Name>): Turns<Name> {
  const { kinds, perOrigin = Number.POSITIVE_INFINITY, waitMs, what } = options;
  const { lineOf, take } = createLines<Name, Ticket<Name>>(kinds);
  const running = { all: createCounts(), kinds: createCounts(), origins: createCounts() };
  const keyed = new Map<string, Ticket<Name>>();

  const isFree = (name: Name) => running.kinds.of(name) < kinds[name].running;
  const mayHave = ({ origin }: Party) => running.origins.of(origin) < perOrigin;
  const hasRoom = () => {
    const count = running.all.of("");
    return count < options.running && (options.hasRoom?.(count) ?? true);
  };

  function advance(): void {
    while (hasRoom()) {
      const ticket = take(isFree, mayHave);
      if (!ticket) return;
      mark(ticket, 1);
      ticket.begin();
    }
  }

  function mark({ kind, party }: Ticket<Name>, by: 1 | -1): void {
    running.all.add("", by);
    running.kinds.add(kind, by);
    running.origins.add(party.origin, by);
  }

  /** @returns when its turn has come */
  async function queue({ kind, key, token, origin }: Wish<Name>): Promise<Ticket<Name>> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const party = { token, origin };
    const ticket: Ticket<Name> = { party, kind, begin: resolve, refuse: reject };
    enter(ticket);
    if (key !== undefined) keyed.set(key, ticket);
    const timer = setTimeout(() => {
      if (lineOf(ticket.kind).remove(party, ticket))
        reject(overloaded(`its turn did not come within ${waitMs} ms`));
    }, waitMs);
    try {
      advance();
      await promise;
      return ticket;
    } finally {
      clearTimeout(timer);
      if (key !== undefined && keyed.get(key) === ticket) keyed.delete(key);
    }
  }

  /** @throws FreshetError */
  function enter(ticket: Ticket<Name>): void {
    const line = lineOf(ticket.kind);
    if (line.size >= kinds[ticket.kind].waiting && !mayBeginAtOnce(ticket)) {
      const error = overloaded(`${line.size} ${what} wait already`);
      const other = line.crowdOut(ticket.party);
      if (!other) throw error;
      other.refuse(error);
    }
    line.add(ticket.party, ticket);
  }

  function mayBeginAtOnce({ kind, party }: Ticket<Name>): boolean {
    return hasRoom() && isFree(kind) && mayHave(party) && lineOf(kind).size === 0;
  }

  return {
    advance,
    async run(wish, work) {
      const ticket = await queue(wish);
      try {
        return await work();
      } finally {
        mark(ticket, -1);
        advance();
      }
    },
    hurry(key, kind) {
      const ticket = keyed.get(key);
      if (!ticket || ticket.kind === kind || !lineOf(ticket.kind).remove(ticket.party, ticket)) return;
      ticket.kind = kind;
      try {
        enter(ticket);
      } catch (error) {
        ticket.refuse(error as FreshetError);
      }
      advance();
    },
    get running() {
      return running.all.of("");
    },
    waiting: (kind) => lineOf(kind).size,
  };
}

function overloaded(why: string): FreshetError {
  return new FreshetError("overloaded", `${why}; try again in a moment`);
}

/** A line for each kind, which take turns. */
function createLines<Name extends string, T>(kinds: Readonly<Record<Name, Kind>>) {
  const names = Object.keys(kinds) as Name[];
  const lines = new Map(names.map((name) => [name, createFairLine<T>()]));
  const lineOf = (name: Name) => lines.get(name) as FairLine<T>;
  /** Whose turn is next stands first. */
  let order = names.filter((name) => !kinds[name].isLast);
  const last = names.filter((name) => kinds[name].isLast);

  /** @returns the next one of a kind and an origin that may begin */
  function take(isFree: (name: Name) => boolean, mayHave: (party: Party) => boolean): T | null {
    const isWaiting = order.some((name) => lineOf(name).size > 0);
    for (const name of isWaiting ? order : last) {
      const item = isFree(name) ? lineOf(name).take(mayHave) : null;
      if (item === null) continue;
      if (isWaiting) order = [...order.filter((other) => other !== name), name];
      return item;
    }
    return null;
  }

  return { lineOf, take };
}

/** How many there are by name; a name of which there is none takes no place. */
function createCounts() {
  const counts = new Map<string, number>();
  return {
    of: (name: string) => counts.get(name) ?? 0,
    add(name: string, by: number) {
      const now = (counts.get(name) ?? 0) + by;
      if (now === 0) counts.delete(name);
      else counts.set(name, now);
    },
  };
}
