/** Test-only: the boxes around coded pictures, for HEIC and AVIF alike (ISO/IEC 14496-12, section 8.11; 23008-12, section 9.3). */

export interface HeifItem {
  readonly id: number;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly properties?: readonly Uint8Array[];
  readonly isHidden?: boolean;
  /** Of an item of type `mime`. */
  readonly contentType?: string;
}

export interface HeifParts {
  readonly type: Uint8Array;
  /** The first of them is the one that is shown. */
  readonly items: readonly HeifItem[];
  readonly references?: readonly Uint8Array[];
  /** Further boxes of the header. */
  readonly others?: readonly Uint8Array[];
}

export function makeHeif({ type, items, references = [], others = [] }: HeifParts): Uint8Array {
  const meta = (start: number) =>
    fullBox(
      "meta",
      0,
      0,
      fullBox("hdlr", 0, 0, u32(0), text("pict"), Buffer.alloc(13)),
      fullBox("pitm", 0, 0, u16(items[0]?.id ?? 0)),
      locations(items, start),
      fullBox("iinf", 0, 0, u16(items.length), ...items.map(entry)),
      box("iprp", box("ipco", ...items.flatMap(({ properties = [] }) => properties)), associations(items)),
      ...(references.length > 0 ? [fullBox("iref", 0, 0, ...references)] : []),
      ...others,
    );
  const start = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(start), box("mdat", ...items.map(({ bytes }) => bytes))]);
}

/** A picture that is put together of tiles. */
export function gridItem(
  rows: number,
  columns: number,
  width: number,
  height: number,
): Pick<HeifItem, "type" | "bytes"> {
  const bytes = Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), u16(width), u16(height)]);
  return { type: "grid", bytes };
}

export function sizeProperty(width: number, height: number): Buffer {
  return fullBox("ispe", 0, 0, u32(width), u32(height));
}

function locations(items: readonly HeifItem[], start: number): Buffer {
  let at = start;
  const entries = items.map(({ id, bytes }) => {
    const place = Buffer.concat([u16(id), u16(0), u16(1), u32(at), u32(bytes.length)]);
    at += bytes.length;
    return place;
  });
  // Four bytes for an offset and for a length, none for a base.
  return fullBox("iloc", 0, 0, Buffer.from([0x44, 0]), u16(items.length), ...entries);
}

function entry({ id, type, isHidden = false, contentType }: HeifItem): Buffer {
  const kind = contentType === undefined ? "" : `${contentType}\0`;
  return fullBox("infe", 2, isHidden ? 1 : 0, u16(id), u16(0), text(type), text(`\0${kind}`));
}

/** Properties are numbered from 1 on, through all items. */
function associations(items: readonly HeifItem[]): Buffer {
  let number = 0;
  const used = items.filter(({ properties = [] }) => properties.length > 0);
  const entries = used.flatMap(({ id, properties = [] }) => [
    u16(id),
    Buffer.from([properties.length, ...properties.map(() => ++number)]),
  ]);
  return fullBox("ipma", 0, 0, u32(used.length), ...entries);
}

export function reference(type: string, from: number, to: readonly number[]): Buffer {
  return box(type, u16(from), u16(to.length), ...to.map(u16));
}

export function box(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(8 + body.length), text(name), body]);
}

export function fullBox(
  name: string,
  version: number,
  flags: number,
  ...parts: readonly Uint8Array[]
): Buffer {
  return box(name, u32(version * 2 ** 24 + flags), ...parts);
}

export function text(value: string): Buffer {
  return Buffer.from(value, "latin1");
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
