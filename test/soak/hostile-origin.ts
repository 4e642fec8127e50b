import { busy, toJpeg } from "../../packages/server/src/engine/test-pictures.ts";

/** Versions of the one original that changes: more than are there at once. */
const versions = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((at) => toJpeg(busy(64 + 8 * at, 64))));
const photos = await Promise.all([0, 1, 2, 3].map((at) => toJpeg(busy(700 + 100 * at, 500))));

/** An origin of which some pages are well, and others do what origins do at their worst. */
export function startHostileOrigin() {
  let version = 0;
  const pages: Readonly<Record<string, () => Response | Promise<Response>>> = {
    "/drip": () => new Response(drip()),
    "/silent": () => new Promise<Response>(() => {}),
    "/error": () => new Response("", { status: 500 }),
    "/busy": () => new Response("", { status: 503 }),
    "/missing": () => new Response("", { status: 404 }),
    "/short": () => new Response((photos[0] as Uint8Array<ArrayBuffer>).slice(0, 9_000)),
    "/garbage": () => new Response(crypto.getRandomValues(new Uint8Array(50_000))),
    "/page": () => new Response("<script>alert(1)</script>", { headers: { "content-type": "text/html" } }),
    "/loop": () => new Response(null, { status: 302, headers: { location: "/loop" } }),
    "/large": () => new Response(new Uint8Array(6_000_000)),
  };
  const serve = () =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch({ url }) {
        const { pathname } = new URL(url);
        const photo = /^\/photo\/(\d+)\.jpg$/.exec(pathname);
        if (photo) return new Response(photos[Number(photo[1]) % photos.length] as Uint8Array<ArrayBuffer>);
        if (pathname === "/changing.jpg") return new Response(current() as Uint8Array<ArrayBuffer>);
        return pages[pathname]?.() ?? new Response("", { status: 404 });
      },
    });
  const current = () => versions[version % versions.length] as Uint8Array;
  // What is well is not on the same host: an origin that is down is let alone, with everything on it.
  const [well, ill] = [serve(), serve()];
  return {
    well: `127.0.0.1:${well.port}`,
    ill: `127.0.0.1:${ill.port}`,
    illPages: Object.keys(pages),
    /** The one that changes, as it is now. */
    current,
    change: () => void version++,
    stop: () => Promise.all([well.stop(true), ill.stop(true)]),
  };
}

/** A byte every 100 ms, without end. */
function drip(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(100);
      controller.enqueue(new Uint8Array([0xff]));
    },
  });
}
