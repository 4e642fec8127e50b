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
