/**
 * Runs work one at a time: what is asked for while it runs is one more run after this one, however often it is asked.
 *
 * @param work must not reject
 * @returns a function that asks for it, and resolves when a run that began after the call is over
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isAsked = false;

  async function runAsOftenAsAsked(): Promise<void> {
    try {
      while (isAsked) {
        isAsked = false;
        await work();
      }
    } finally {
      // In one step with the last question whether another run is asked for: who asks in between would be forgotten.
      running = null;
    }
  }

  return () => {
    isAsked = true;
    running ??= runAsOftenAsAsked();
    return running;
  };
}
