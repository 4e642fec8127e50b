import sharp from "sharp";

/**
 * An original that says which version of it a picture was made from: one pixel whose color is the version's number. It
 * survives resizing, and a lossless format.
 */
export function startVersionedOrigin() {
  let version = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ headers }) => {
      const etag = `"${version}"`;
      if (headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
      return new Response(bitmap(version) as Uint8Array<ArrayBuffer>, { headers: { etag } });
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    /** From now on the original is another one. */
    update: () => ++version,
    stop: () => server.stop(true),
  };
}

/** A bitmap of one pixel, 24 bits: blue, green, red. */
function bitmap(version: number): Uint8Array {
  const header =
    "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000";
  return new Uint8Array([
    ...Buffer.from(header, "hex"),
    version & 255,
    (version >> 8) & 255,
    (version >> 16) & 255,
    0,
  ]);
}

/** Reads the version out of a picture of one pixel. */
export async function versionIn(picture: Uint8Array): Promise<number> {
  const [red = 0, green = 0, blue = 0] = await sharp(picture)
    .removeAlpha()
    .toColorspace("srgb")
    .raw()
    .toBuffer();
  return blue | (green << 8) | (red << 16);
}
