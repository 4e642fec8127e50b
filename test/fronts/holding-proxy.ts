/** Stands between a front and a server: it can hold an answer back that the server has given already. */
export function startHoldingProxy(serverUrl: string) {
  let held: { arrived: PromiseWithResolvers<void>; gate: PromiseWithResolvers<void> } | null = null;
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.delete("host");
      headers.set("accept-encoding", "identity");
      const answer = await fetch(serverUrl + pathname + search, { headers, redirect: "manual" });
      const body = await answer.bytes();
      // Whole here: whatever is purged from now on, these bytes are on their way.
      const mine = held;
      held = null;
      mine?.arrived.resolve();
      await mine?.gate.promise;
      return new Response(body, { status: answer.status, headers: answer.headers });
    },
  });
  return {
    port: proxy.port as number,
    /** The next answer is held. @returns when it has come so far, and how to let it go */
    holdNext(): { readonly arrived: Promise<void>; release(): void } {
      held = { arrived: Promise.withResolvers(), gate: Promise.withResolvers() };
      const { arrived, gate } = held;
      return { arrived: arrived.promise, release: gate.resolve };
    },
    stop: () => proxy.stop(true),
  };
}
