/** A system whose every behavior is looked at. States are values: `next` hands out new ones and never changes its own. */
export interface Model<S> {
  readonly initial: S;
  /** Hands everything that can happen in a state to `emit`; `null` instead of a state is a broken promise. */
  next(state: S, emit: (action: string, next: S | null) => void): void;
  /** Equal for states that need not be told apart. */
  key(state: S): string;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** Steps of the shortest way to the state that is farthest away. */
  readonly depth: number;
  /** Whether everything was looked at, or a broken promise was found; else it was up to `depth` steps. */
  readonly isComplete: boolean;
  /** The shortest way to a broken promise, `null` if none was found. */
  readonly counterexample: readonly string[] | null;
}

/** States after which it is asked whether to go on, and more than can follow from one. */
const turnsPerQuestion = 1_000;
const statesPerTurn = 1_000;

/** What a map may hold; also some gigabytes. */
const maxStates = 16_000_000;

/**
 * Breadth first, so the first counterexample is a shortest one.
 * @param mayGoOn asked now and then with the number of states; the search ends if not
 */
export function explore<S>(model: Model<S>, mayGoOn: (states: number) => boolean = () => true): Explored {
  const seen = new Map<string, number>([[model.key(model.initial), 0]]);
  const cameFrom = [0];
  const cameBy = [""];
  let frontier: { readonly at: number; readonly state: S }[] = [{ at: 0, state: model.initial }];
  let transitions = 0;
  let depth = 0;
  let broken: readonly string[] | null = null;

  for (; frontier.length > 0; depth++) {
    const following: typeof frontier = [];
    for (const [turn, { at, state }] of frontier.entries()) {
      const hasRoom = seen.size < maxStates - statesPerTurn;
      const isOver = !hasRoom || (turn % turnsPerQuestion === 0 && !mayGoOn(seen.size));
      if (isOver) return { states: seen.size, transitions, depth, isComplete: false, counterexample: null };
      model.next(state, (action, next) => {
        transitions++;
        if (next === null) broken ??= [...wayTo(at), action];
        else remember(next, at, action, following);
      });
      if (broken) return { states: seen.size, transitions, depth, isComplete: true, counterexample: broken };
    }
    frontier = following;
  }
  return { states: seen.size, transitions, depth: depth - 1, isComplete: true, counterexample: null };

  function remember(state: S, from: number, action: string, following: typeof frontier): void {
    const key = model.key(state);
    if (seen.has(key)) return;
    const at = seen.size;
    seen.set(key, at);
    cameFrom.push(from);
    cameBy.push(action);
    following.push({ at, state });
  }

  function wayTo(state: number): string[] {
    const way: string[] = [];
    for (let at = state; at > 0; at = cameFrom[at] as number) way.unshift(cameBy[at] as string);
    return way;
  }
}
