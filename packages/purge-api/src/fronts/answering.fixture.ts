/** What a front was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A server on loopback that writes down what it is asked and answers what a test says. */
export function answeringServer() {
  const asked: Asked[] = [];
  let answer = () => new Response(null, { status: 204 });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { method, url, headers } = request;
      asked.push({ method, path: new URL(url).pathname, headers, body: await request.text() });
      return answer();
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    answers(next: () => Response) {
      answer = next;
    },
    stop: () => server.stop(true),
  };
}
