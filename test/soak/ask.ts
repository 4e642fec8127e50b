/** A client that notes what must not be. */
export function createAsk(url: string) {
  const byStatus: Record<string, number> = {};
  const wrong: string[] = [];
  const known = new Map<string, bigint>();

  /** The same request has the same bytes for ever, as long as its original does not change. */
  function compare(target: string, bytes: Uint8Array): void {
    const hash = Bun.hash.wyhash(bytes);
    if ((known.get(target) ?? hash) !== hash) wrong.push(`other bytes: ${target}`);
    if (known.size < 50_000) known.set(target, hash);
  }

  return {
    byStatus,
    /** Requests without an answer, errors of ours, and bytes that are not what they were. */
    wrong,
    /** @returns the bytes of a picture, and how long it took; `null` for any other answer */
    async ask(target: string, isSame: boolean): Promise<{ ms: number; bytes: Uint8Array } | null> {
      const startMs = performance.now();
      try {
        const response = await fetch(url + target, { signal: AbortSignal.timeout(40_000) });
        const bytes = await response.bytes();
        const { status } = response;
        byStatus[status] = (byStatus[status] ?? 0) + 1;
        const isOurs = status >= 500 && ![502, 503, 504].includes(status);
        if (isOurs) wrong.push(`${status} ${target} ${new TextDecoder().decode(bytes)}`);
        if (status !== 200) return null;
        if (isSame) compare(target, bytes);
        return { ms: performance.now() - startMs, bytes };
      } catch (error) {
        wrong.push(`no answer: ${target}: ${error}`);
        return null;
      }
    },
  };
}
