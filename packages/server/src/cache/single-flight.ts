/** Joins equal work that runs at the same time: whoever comes while it runs gets the same result. */
export interface SingleFlight<T> {
  /** @returns the result, and whether it was somebody else who began the work */
  join(key: string, start: () => Promise<T>): Promise<{ readonly value: T; readonly joined: boolean }>;
  readonly running: number;
}

/** Only for work whose result is the same whenever it is begun, such as renders, which are named by their content. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>();
  return {
    async join(key, start) {
      const running = flights.get(key);
      if (running !== undefined) return { value: await running, joined: true };
      const flight = start().finally(() => flights.delete(key));
      flights.set(key, flight);
      return { value: await flight, joined: false };
    },
    get running() {
      return flights.size;
    },
  };
}
