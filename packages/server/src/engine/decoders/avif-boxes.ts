import { FreshetError } from "@freshet/core";
import { type ByteReader, readBytes } from "./header.ts";

/** A part of the file, from its first byte to the one after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Its span is that of its content. */
export interface Box extends Span {
  readonly name: string;
}

/** One thing that lies in a HEIF: a coded picture, a grid of such, or what is said about them. */
export interface Item {
  readonly id: number;
  readonly type: string;
  /** Not to be shown by itself. */
  readonly isHidden: boolean;
  /** Of an item of type `mime`. */
  readonly contentType: string | null;
  readonly data: readonly Span[];
  readonly properties: readonly Box[];
}

/** That an item has to do with others, and what (ISO/IEC 23008-12, sections 6 and 7). */
export interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

export interface AvifBoxes {
  readonly file: ByteReader;
  readonly primary: number;
  readonly items: ReadonlyMap<number, Item>;
  readonly references: readonly Reference[];
}

/** Of one box, of items, and of pieces of one item's data: what libheif refuses to exceed, but for the last two. */
const [mostBoxes, mostItems, mostPieces] = [100, 100, 32];

/**
 * What there is in an AVIF, box by box. Only what encoders of stills write is understood: everything else is for a library
 * that knows all of HEIF.
 *
 * @throws FreshetError `image_broken` at all that is odd, be it broken or only rare
 * @see ISO/IEC 14496-12, section 8.11 (meta); 23008-12, section 9.3 (iprp)
 */
export function readAvifBoxes(bytes: Uint8Array): AvifBoxes {
  const file = readBytes(bytes, "big");
  const [type, ...top] = boxesIn(file, { from: 0, to: file.length });
  checkType(file, type);
  const { meta } = named(top, ["meta"], ["mdat", "free", "skip"]);
  const inside = boxesIn(file, afterVersion(file, meta, 0));
  const parts = named(inside, ["hdlr", "pitm", "iloc", "iinf", "iprp"], ["iref", "idat"]);
  checkNot(file.name(afterVersion(file, parts.hdlr, 0).from + 4) !== "pict");
  const [idat, iref] = ["idat", "iref"].map((name) => inside.find((box) => box.name === name));
  const places = readPlaces(file, parts.iloc, idat ?? null);
  const properties = readProperties(file, parts.iprp);
  const items = new Map<number, Item>();
  for (const item of readItems(file, parts.iinf)) {
    checkNot(items.has(item.id));
    items.set(item.id, {
      ...item,
      data: places.get(item.id) ?? [],
      properties: properties.get(item.id) ?? [],
    });
  }
  for (const id of [...places.keys(), ...properties.keys()]) checkNot(!items.has(id));
  return { file, primary: readPrimary(file, parts.pitm), items, references: readReferences(file, iref) };
}

/** @throws FreshetError `image_broken` if it is so */
export function checkNot(odd: boolean): void {
  if (odd) throw new FreshetError("image_broken", "the AVIF is put together in another way than is usual");
}

export function hasLength({ from, to }: Span, bytes: number): boolean {
  return to - from === bytes;
}

function boxesIn(file: ByteReader, { from, to }: Span): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to; ) {
    const length = file.u32(at);
    // Neither one of 64 bits (1) nor one up to the end of the file (0).
    checkNot(length < 8 || at + length > to || boxes.length === mostBoxes);
    boxes.push({ name: file.name(at + 4), from: at + 8, to: at + length });
    at += length;
  }
  return boxes;
}

/** Boxes that must be there once, and beside them none but those that may be there; only `free` ones may be several. */
function named<Name extends string>(
  boxes: readonly Box[],
  needed: readonly Name[],
  allowed: readonly string[],
): Record<Name, Box> {
  const found = new Map<string, Box>();
  for (const box of boxes) {
    checkNot(found.has(box.name) && !["mdat", "free", "skip"].includes(box.name));
    checkNot(!(needed as readonly string[]).includes(box.name) && !allowed.includes(box.name));
    found.set(box.name, box);
  }
  checkNot(needed.some((name) => !found.has(name)));
  return Object.fromEntries(found) as Record<Name, Box>;
}

/** Its first brand is AVIF, and it is no sequence. */
function checkType(file: ByteReader, box: Box | undefined): void {
  checkNot(box?.name !== "ftyp");
  const { from, to } = box as Box;
  checkNot((to - from) % 4 !== 0 || to > 256 || file.name(from) !== "avif");
  const others: string[] = [];
  for (let at = from + 8; at < to; at += 4) others.push(file.name(at));
  checkNot(!others.includes("avif") && !others.includes("mif1"));
  checkNot(others.includes("avis") || others.includes("msf1"));
}

/** What comes after version and flags, the version being at most so high. */
function afterVersion(file: ByteReader, { from, to }: Span, highest: number): Span {
  checkNot(from + 4 > to || file.u8(from) > highest);
  return { from: from + 4, to };
}

/** A number of 16 bits, or of 32 where the box is of a later version. */
function readId(file: ByteReader, at: number, isLong: boolean): readonly [id: number, next: number] {
  return isLong ? [file.u32(at), at + 4] : [file.u16(at), at + 2];
}

function readPrimary(file: ByteReader, box: Box): number {
  const { from, to } = afterVersion(file, box, 1);
  const [id, next] = readId(file, from, file.u8(box.from) === 1);
  checkNot(next !== to);
  return id;
}

function readItems(file: ByteReader, box: Box): Pick<Item, "id" | "type" | "isHidden" | "contentType">[] {
  const { from, to } = afterVersion(file, box, 1);
  const [count, next] = readId(file, from, file.u8(box.from) === 1);
  const entries = boxesIn(file, { from: next, to });
  checkNot(entries.length !== count || entries.length > mostItems);
  return entries.map((entry) => {
    checkNot(entry.name !== "infe" || file.u8(entry.from) < 2);
    const inside = afterVersion(file, entry, 3);
    const [id, protection] = readId(file, inside.from, file.u8(entry.from) === 3);
    checkNot(file.u16(protection) !== 0);
    const type = file.name(protection + 2);
    const [, ...texts] = textsIn(file, { from: protection + 6, to: entry.to });
    // Of two texts, the second says how the data is packed.
    checkNot(type === "mime" && (texts[1] ?? "") !== "");
    const isHidden = (file.u8(entry.from + 3) & 1) !== 0;
    return { id, type, isHidden, contentType: type === "mime" ? (texts[0] ?? "") : null };
  });
}

/** Texts that end with a zero each. */
export function textsIn(file: ByteReader, { from, to }: Span): string[] {
  checkNot(from >= to || to - from > 1_000 || file.u8(to - 1) !== 0);
  let text = "";
  for (let at = from; at < to - 1; at++) text += String.fromCharCode(file.u8(at));
  return text.split("\0");
}

/** Where the items' data lies: in the file, or in a box of the header. */
function readPlaces(file: ByteReader, box: Box, idat: Box | null): Map<number, readonly Span[]> {
  let { from: at } = afterVersion(file, box, 2);
  const version = file.u8(box.from);
  const number = (bytes: number) => {
    checkNot(bytes !== 0 && bytes !== 4 && bytes !== 8);
    at += bytes;
    if (bytes === 0) return 0;
    return bytes === 4 ? file.u32(at - 4) : file.u32(at - 8) * 2 ** 32 + file.u32(at - 4);
  };
  const short = () => {
    at += 2;
    return file.u16(at - 2);
  };
  const id = () => (version === 2 ? number(4) : short());
  const sizes = short();
  const [offset, length, base] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const index = version === 0 ? 0 : sizes & 15;
  const places = new Map<number, readonly Span[]>();
  for (let left = id(); left > 0; left--) {
    const item = id();
    checkNot(places.has(item) || places.size === mostItems);
    const method = version === 0 ? 0 : short() & 15;
    checkNot(method > 1 || short() !== 0);
    const within = method === 0 ? { from: 0, to: file.length } : idat;
    checkNot(within === null);
    const { from, to } = within as Span;
    const start = from + number(base);
    const count = short();
    checkNot(count < 1 || count > mostPieces);
    const pieces = Array.from({ length: count }, () => {
      number(index);
      const piece = start + number(offset);
      return { from: piece, to: piece + number(length) };
    });
    checkNot(pieces.some((piece) => piece.from >= piece.to || piece.to > to));
    places.set(item, pieces);
  }
  checkNot(at !== box.to);
  return places;
}

/** The properties of each item, of those that all of them share. */
function readProperties(file: ByteReader, box: Box): Map<number, readonly Box[]> {
  const { ipco, ipma } = named(boxesIn(file, box), ["ipco", "ipma"], []);
  const all = boxesIn(file, ipco);
  let { from: at } = afterVersion(file, ipma, 1);
  const [isLong, isWide] = [file.u8(ipma.from) === 1, (file.u8(ipma.from + 3) & 1) !== 0];
  const ofItems = new Map<number, readonly Box[]>();
  const entries = file.u32(at);
  at += 4;
  for (let left = entries; left > 0; left--) {
    const [id, next] = readId(file, at, isLong);
    checkNot(ofItems.has(id) || ofItems.size === mostItems);
    at = next + 1;
    const numbers = Array.from({ length: file.u8(next) }, () => {
      at += isWide ? 2 : 1;
      // The highest bit says whether a reader must know the property: all that is let through here is known.
      return isWide ? file.u16(at - 2) & 0x7fff : file.u8(at - 1) & 0x7f;
    });
    checkNot(numbers.some((number) => number < 1 || number > all.length));
    ofItems.set(
      id,
      numbers.map((number) => all[number - 1] as Box),
    );
  }
  checkNot(at !== ipma.to);
  return ofItems;
}

function readReferences(file: ByteReader, box: Box | undefined): Reference[] {
  if (!box) return [];
  const inside = afterVersion(file, box, 1);
  const isLong = file.u8(box.from) === 1;
  return boxesIn(file, inside).map((entry) => {
    const [from, counted] = readId(file, entry.from, isLong);
    let at = counted + 2;
    const to = Array.from({ length: Math.min(file.u16(counted), mostItems + 1) }, () => {
      const [id, next] = readId(file, at, isLong);
      at = next;
      return id;
    });
    checkNot(at !== entry.to || new Set(to).size !== to.length);
    return { type: entry.name, from, to };
  });
}
