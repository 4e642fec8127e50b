import sharp from "sharp";

/** 16 squares of 8 pixels, four in a row: each is a bit of the version, white for one. */
const squares = 4;
const side = 32;

/**
 * An original that says which version of it a picture was made from, in squares that survive resizing and lossy formats.
 * It is the same under every path.
 * @param tag that it carries
 */
export function startVersionedOrigin(tag = "") {
  let version = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ headers }) => {
      const etag = `"${version}"`;
      const own = { etag, ...(tag && { "cache-tag": tag }) };
      if (headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: own });
      return new Response(bitmap(version) as Uint8Array<ArrayBuffer>, { headers: own });
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    /** From now on the original is another one; up to 65,535 times. */
    update: () => ++version,
    get version() {
      return version;
    },
    stop: () => server.stop(true),
  };
}

/** A bitmap that carries a version. Of 24 bits, whose rows go from the bottom up. */
export function bitmap(version: number): Uint8Array {
  const bytes = Buffer.alloc(54 + side * side * 3);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(side, 18);
  bytes.writeInt32LE(side, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const bit = squareAt(x, y, side);
      bytes.fill(
        version & (1 << bit) ? 255 : 0,
        54 + ((side - 1 - y) * side + x) * 3,
        57 + ((side - 1 - y) * side + x) * 3,
      );
    }
  }
  return bytes;
}

function squareAt(x: number, y: number, size: number): number {
  return Math.floor((y * squares) / size) * squares + Math.floor((x * squares) / size);
}

/** Reads the version out of a picture of any size and format, from the middle of each square. */
export async function versionIn(picture: Uint8Array): Promise<number> {
  const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
  let version = 0;
  for (let bit = 0; bit < squares * squares; bit++) {
    const x = Math.floor((((bit % squares) + 0.5) * info.width) / squares);
    const y = Math.floor(((Math.floor(bit / squares) + 0.5) * info.height) / squares);
    if ((data[(y * info.width + x) * info.channels] as number) >= 128) version |= 1 << bit;
  }
  return version;
}
