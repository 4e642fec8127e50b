/**
 * Test-only: puts properties into an AVIF of one picture, as libvips writes it, and says that they belong to the picture.
 * Unlike libvips' own, which have the same in EXIF, they say it in one place only.
 *
 * @param properties whole boxes, as of `heicProperties`: they are applied in this order
 * @see ISO/IEC 23008-12, section 9.3 (item properties); 14496-12, section 8.11.3 (iloc)
 */
export function withProperties(avif: Uint8Array, properties: readonly Uint8Array[]): Uint8Array {
  const file = Buffer.from(avif);
  const find = (name: string) => {
    const at = file.indexOf(name, 0, "latin1");
    if (at < 0) throw new Error(`no ${name} in the AVIF`);
    return at - 4;
  };
  const boxes = Buffer.concat(properties);
  const ends = (name: string) => find(name) + file.readUInt32BE(find(name));
  const [ipcoEnd, ipmaEnd] = [ends("ipco"), ends("ipma")];
  // Header, version and flags, number of items, number of the item: then how many properties it has, a byte for each.
  const countAt = find("ipma") + 18;
  const count = file.readUInt8(countAt);
  const grown = boxes.length + properties.length;
  for (const name of ["meta", "iprp"]) file.writeUInt32BE(file.readUInt32BE(find(name)) + grown, find(name));
  file.writeUInt32BE(file.readUInt32BE(find("ipco")) + boxes.length, find("ipco"));
  file.writeUInt32BE(file.readUInt32BE(find("ipma")) + properties.length, find("ipma"));
  file.writeUInt8(count + properties.length, countAt);
  // Header, version and flags, sizes of fields, number of items, the item, its reference: then where its data begins.
  const placeAt = find("iloc") + 20;
  file.writeUInt32BE(file.readUInt32BE(placeAt) + grown, placeAt);
  // 0x80: a reader that does not know the property must not show the picture.
  const numbers = properties.map(
    (_, index) => 0x80 | (propertiesOf(file, find("ipco"), ipcoEnd) + 1 + index),
  );
  return Buffer.concat([
    file.subarray(0, ipcoEnd),
    boxes,
    file.subarray(ipcoEnd, ipmaEnd),
    Buffer.from(numbers),
    file.subarray(ipmaEnd),
  ]);
}

function propertiesOf(file: Buffer, ipco: number, end: number): number {
  let count = 0;
  for (let at = ipco + 8; at < end; at += file.readUInt32BE(at)) count++;
  return count;
}

/** A coded picture of an AVIF, and what is said about how it is coded, to be put into others. */
export interface CodedAv1 {
  readonly type: "av01";
  readonly bytes: Uint8Array;
  readonly config: Uint8Array;
}

/** A picture of an AVIF as libvips writes it: the colors are the first, the alpha is the second. */
export function codedPicture(avif: Uint8Array, index = 0): CodedAv1 {
  const file = Buffer.from(avif);
  const at = (name: string, from = 0) => file.indexOf(name, from, "latin1");
  const first = at("av1C");
  const config = (index === 0 ? first : at("av1C", first + 1)) - 4;
  const place = at("iloc") + 16 + 18 * index;
  const [start, length] = [file.readUInt32BE(place), file.readUInt32BE(place + 10)];
  return {
    type: "av01",
    bytes: file.subarray(start, start + length),
    config: file.subarray(config, config + file.readUInt32BE(config)),
  };
}

/** What says how colors are written (ITU-T H.273), in the sequence header of a coded picture. */
export interface CodedColors {
  readonly matrix: number;
  readonly isFullRange: boolean;
}

/** Says so in the coded picture, which is left as it is otherwise: its colors turn out others. */
export function withCodedColors(
  { bytes, ...rest }: CodedAv1,
  { matrix, isFullRange }: CodedColors,
): CodedAv1 {
  const changed = Buffer.from(bytes);
  const bit = (at: number) => ((changed[at >> 3] as number) >> (7 - (at & 7))) & 1;
  const number = (at: number) => Array.from({ length: 24 }, (_, index) => bit(at + index)).join("");
  // As libvips writes it: primaries of sRGB, its transfer, and the matrix of BT.601.
  const written = [1, 13, 6].map((value) => value.toString(2).padStart(8, "0")).join("");
  const found = Array.from({ length: 200 }, (_, at) => at).find((at) => number(at) === written);
  if (found === undefined) throw new Error("the picture does not say what its colors are");
  const bits = matrix.toString(2).padStart(8, "0") + (isFullRange ? "1" : "0");
  for (const [index, value] of [...bits].entries()) {
    const at = found + 16 + index;
    const mask = 1 << (7 - (at & 7));
    changed[at >> 3] = ((changed[at >> 3] as number) & ~mask) | (value === "1" ? mask : 0);
  }
  return { ...rest, bytes: changed };
}
