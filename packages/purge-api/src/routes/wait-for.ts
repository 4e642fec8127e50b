/** Resolves when the promise does, or when the time is over. */
export async function waitFor(event: Promise<void>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([event, over]);
  clearTimeout(timer);
}
