const header = Buffer.from(
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000",
  "hex",
);

/** A bitmap of one pixel whose color is a version number, 0 to 255: the smallest file that is an image. */
export function picture(version: number): Uint8Array {
  return new Uint8Array([...header, version, 0, 0, 0]);
}
