/** Resolves when the promise does, when the time is over, or when the signal says so. */
export async function waitFor(event: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", stop);
  await Promise.race([event, over]);
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
