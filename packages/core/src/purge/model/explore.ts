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
  /** The shortest way to a broken promise, `null` if there is none. */
  readonly counterexample: readonly string[] | null;
}

/**
 * Breadth first, so the first counterexample is a shortest one.
 * @throws RangeError beyond `maxStates`: the search was not exhaustive
 */
export function explore<S>(model: Model<S>, maxStates = 20_000_000): Explored {
  const seen = new Map<string, number>([[model.key(model.initial), 0]]);
  const cameFrom = [0];
  const cameBy = [""];
  let frontier: { readonly at: number; readonly state: S }[] = [{ at: 0, state: model.initial }];
  let transitions = 0;
  let depth = 0;
  let broken: readonly string[] | null = null;

  for (; frontier.length > 0; depth++) {
    const following: typeof frontier = [];
    for (const { at, state } of frontier) {
      model.next(state, (action, next) => {
        transitions++;
        if (next === null) broken ??= [...wayTo(at), action];
        else remember(next, at, action, following);
      });
      if (broken) return { states: seen.size, transitions, depth, counterexample: broken };
    }
    frontier = following;
  }
  return { states: seen.size, transitions, depth: depth - 1, counterexample: null };

  function remember(state: S, from: number, action: string, following: typeof frontier): void {
    const key = model.key(state);
    if (seen.has(key)) return;
    const at = seen.size;
    if (at >= maxStates) throw new RangeError(`more than ${maxStates} states`);
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
