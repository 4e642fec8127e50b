import { busy, toJpeg } from "../../packages/server/src/engine/test-pictures.ts";

/** Some 12.5 MB; decoded in some 100 ms, and takes some 60 MB then. */
const photo = await toJpeg(busy(3_200, 2_400));
/** Bytes behind the end of a JPEG mean nothing, and make of each original another one. */
const nameBytes = 100;
const pieceBytes = 65_536;

/** How an original comes, in turns: most of them at once. */
const kinds = ["quick", "quick", "quick", "unannounced", "slow", "never"] as const;

/** An origin of large originals, as many as are asked for. */
export function startLargeOrigin() {
  const serve = () =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: ({ url }) => answer(new URL(url).pathname),
    });
  // What is slow is not on the same host: an origin that fails is let alone, with everything on it.
  const [well, ill] = [serve(), serve()];
  const [quick, slow] = [`127.0.0.1:${well.port}`, `127.0.0.1:${ill.port}`];
  return {
    quick,
    slow,
    /** What to ask a server for: another original each time. */
    next(serial: number): string {
      const kind = kinds[serial % kinds.length] as (typeof kinds)[number];
      const host = kind === "slow" || kind === "never" ? slow : quick;
      return `/http://${host}/${kind}/${serial}.jpg?w=300`;
    },
    stop: () => Promise.all([well.stop(true), ill.stop(true)]),
  };
}

function answer(pathname: string): Response | Promise<Response> {
  const bytes = new Uint8Array(photo.length + nameBytes);
  bytes.set(photo);
  bytes.set(new TextEncoder().encode(pathname), photo.length);
  if (pathname.startsWith("/quick/")) return new Response(bytes);
  if (pathname.startsWith("/unannounced/")) return new Response(inPieces(bytes, 0));
  if (pathname.startsWith("/slow/")) return new Response(inPieces(bytes, 50));
  return new Promise(() => {});
}

function inPieces(bytes: Uint8Array, everyMs: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (everyMs > 0) await Bun.sleep(everyMs);
      controller.enqueue(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
      if (at >= bytes.length) controller.close();
    },
  });
}
