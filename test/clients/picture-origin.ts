/** An origin on loopback that has every picture that it is asked for, of a size and format that follow from the name. */
import { quadrants, toJpeg, toPng, toWebp } from "../../packages/server/src/engine/test-pictures.ts";

/** What a path names, if nothing else is said: 4 to 3. */
export const usualSize = { width: 1600, height: 1200 };
const markSize = { width: 120, height: 40 };

export interface PictureOrigin extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Path and query of each request since the last call, in order. */
  takeAsked(): string[];
  /** Answers with other pictures of the same sizes from now on, as after an upload. */
  replaceAll(): void;
}

/**
 * Names that contain `mark` or `standard` are small PNGs, other names ending in .png are PNGs, .webp WebPs, .html pages,
 * and everything else is a JPEG; `3000x3000` in a name is its size.
 */
export async function startPictureOrigin(): Promise<PictureOrigin> {
  let asked: string[] = [];
  let edition = 0;
  const made = new Map<string, Promise<Uint8Array>>();

  function picture(path: string): Promise<Uint8Array> {
    const name = path.toLowerCase();
    const isMark = /mark|standard/.test(name);
    const [, width, height] = /(\d+)x(\d+)/.exec(name) ?? [];
    const sized = width ? { width: Number(width), height: Number(height) } : usualSize;
    const size = isMark ? markSize : sized;
    const write = isMark || name.endsWith(".png") ? toPng : name.endsWith(".webp") ? toWebp : toJpeg;
    const key = `${edition} ${write.name} ${size.width}x${size.height}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const drawn = quadrants(size.width, size.height);
    // Editions differ in how bright their first rows are.
    drawn.rgba.fill((edition * 85) % 256, 0, size.width * 4 * 16);
    const bytes = write(drawn);
    made.set(key, bytes);
    return bytes;
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
      if (pathname.endsWith(".html")) {
        return new Response("<p>a page", { headers: { "content-type": "text/html" } });
      }
      return new Response(await picture(pathname));
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    takeAsked() {
      const taken = asked;
      asked = [];
      return taken;
    },
    replaceAll() {
      edition += 1;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
