import type { Asking } from "./source.ts";

/** Test-only: asks without a token's headers, and follows redirects anywhere. */
export const freely: Asking = { headers: {}, checkRedirect: () => {} };

/** Test-only: an origin on loopback that tells what it was asked. */
export interface TestOrigin extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Path and query of each request, in order. */
  readonly asked: readonly string[];
  readonly headers: readonly Headers[];
}

export type Handler = (request: Request) => Response | Promise<Response>;

/** @param pages by path, without the query; anything else is 404 */
export function startOrigin(
  pages: Readonly<Record<string, Handler>>,
  tls?: { readonly key: string; readonly cert: string },
): TestOrigin {
  const asked: string[] = [];
  const headers: Headers[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    ...(tls && { tls }),
    fetch(request) {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
      // Copied: Bun lets go of a request's headers once it is answered.
      headers.push(new Headers(request.headers));
      return pages[pathname]?.(request) ?? new Response("nothing here", { status: 404 });
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    asked,
    headers,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** A promise to be settled from outside: what holds a test's origin still until everybody is where they should be. */
export function barrier(): { readonly passed: Promise<void>; pass(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, pass: resolve };
}
