import { deflateSync, inflateSync } from "node:zlib";
import type { Random } from "./random.ts";
import type { SeedFile } from "./seed-files.ts";
import { writeSvg } from "./write-svg.ts";

/** Changes a file in ways that its format knows, and in some that it does not; at times several, one on the other. */
export function mutate(seed: SeedFile, others: readonly SeedFile[], random: Random): Uint8Array {
  let bytes = seed.family === "svg" ? writeSvg(random) : Buffer.from(seed.bytes);
  const rounds = 1 + random.below(3);
  for (let round = 0; round < rounds; round++) {
    // Drawings are grown already: most of them go as they are.
    if (seed.family === "svg" && !random.once(4)) return bytes;
    bytes = random.once(3) ? anyBytes(bytes, others, random) : parts(bytes, seed, random);
  }
  return bytes;
}

/** Numbers at which lengths, sizes and counts turn over. */
const edges = [
  0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 257, 1023, 4096, 32_767, 32_768, 65_535, 65_536, 0x7fffffff,
  0x80000000, 0xfffffffe, 0xffffffff,
];

function anyBytes(bytes: Buffer, others: readonly SeedFile[], random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  switch (random.below(7)) {
    case 0:
      return bytes.subarray(0, at);
    case 1: {
      const other = Buffer.from(random.pick(others).bytes);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(64)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.min(bytes.length, at + 1 + random.below(64))),
      ]);
    case 4:
      return writeNumber(bytes, at, random);
    default:
      return flip(bytes, random);
  }
}

function flip(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let count = 1 + random.below(8); count > 0 && changed.length > 0; count--) {
    const at = random.below(changed.length);
    changed[at] = random.once(2) ? (changed[at] as number) ^ (1 << random.below(8)) : random.below(256);
  }
  return changed;
}

/** Writes one of the edges, as 1, 2 or 4 bytes in either order. */
function writeNumber(bytes: Buffer, at: number, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  const value = random.pick(edges);
  const size = random.pick([1, 2, 4]);
  const number = Buffer.alloc(4);
  if (random.once(2)) number.writeUInt32BE(value % 2 ** (8 * size), 0);
  else number.writeUInt32LE(value % 2 ** (8 * size), 0);
  const part = number[0] === 0 && size < 4 ? number.subarray(4 - size) : number.subarray(0, size);
  changed.set(part.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
  return changed;
}

/** A part of a file: its name, its content, and how it is written again with the lengths and checksums that belong to it. */
interface Part {
  readonly head: Buffer;
  data: Buffer;
  readonly write: (data: Buffer) => Buffer;
}

function parts(bytes: Buffer, { family }: SeedFile, random: Random): Buffer {
  const split = splitters[family];
  const found = split ? split(bytes) : null;
  if (!found || found.parts.length === 0) {
    return random.once(2)
      ? writeNumber(bytes, random.below(Math.min(bytes.length, 200) + 1), random)
      : flip(bytes, random);
  }
  return Buffer.concat([
    found.start,
    ...rearrange(found.parts, random).map((part) => part.write(part.data)),
    found.end,
  ]);
}

function rearrange(list: Part[], random: Random): Part[] {
  const at = random.below(list.length);
  const part = list[at] as Part;
  switch (random.below(7)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(
        at,
        0,
        ...new Array<Part>(1 + random.below(random.once(10) ? 3_000 : 4)).fill(part),
      );
    case 2:
      return list.toSpliced(at, 1).toSpliced(random.below(list.length), 0, part);
    case 3:
      part.data = part.data.subarray(0, random.below(part.data.length + 1));
      return list;
    case 4:
      // Packed data is changed inside, and packed again.
      part.data = repack(part.data, random);
      return list;
    default:
      part.data = random.once(2)
        ? writeNumber(part.data, random.below(Math.min(part.data.length, 64) + 1), random)
        : flip(part.data, random);
      return list;
  }
}

function repack(data: Buffer, random: Random): Buffer {
  for (const from of [0, data.indexOf(0) + 2]) {
    try {
      return Buffer.concat([
        data.subarray(0, from),
        deflateSync(flip(inflateSync(data.subarray(from)), random)),
      ]);
    } catch {
      // Not packed, or not from here.
    }
  }
  return flip(data, random);
}

interface Split {
  readonly start: Buffer;
  readonly parts: Part[];
  readonly end: Buffer;
}

const empty = Buffer.alloc(0);

const splitters: Partial<Record<SeedFile["family"], (bytes: Buffer) => Split>> = {
  png(bytes) {
    const list: Part[] = [];
    let at = 8;
    for (; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
      const name = bytes.subarray(at + 4, at + 8);
      const write = (data: Buffer) => {
        const body = Buffer.concat([name, data]);
        return Buffer.concat([u32(data.length), body, u32(Bun.hash.crc32(body))]);
      };
      list.push({ head: name, data: bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)), write });
    }
    return { start: bytes.subarray(0, 8), parts: list, end: bytes.subarray(Math.min(at, bytes.length)) };
  },
  jpeg(bytes) {
    const list: Part[] = [];
    let at = 2;
    while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
      const head = bytes.subarray(at, at + 2);
      const length = bytes.readUInt16BE(at + 2);
      const write = (data: Buffer) => Buffer.concat([head, u16(data.length + 2), data]);
      list.push({ head, data: bytes.subarray(at + 4, at + 2 + length), write });
      at += 2 + length;
    }
    return { start: bytes.subarray(0, 2), parts: list, end: bytes.subarray(Math.min(at, bytes.length)) };
  },
  riff(bytes) {
    const list: Part[] = [];
    let at = 12;
    for (; at + 8 <= bytes.length; at += 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) & 1)) {
      const head = bytes.subarray(at, at + 4);
      const write = (data: Buffer) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(data.length);
        return Buffer.concat([head, length, data, Buffer.alloc(data.length & 1)]);
      };
      list.push({ head, data: bytes.subarray(at + 8, at + 8 + bytes.readUInt32LE(at + 4)), write });
    }
    return { start: bytes.subarray(0, 12), parts: list, end: bytes.subarray(Math.min(at, bytes.length)) };
  },
  iso(bytes) {
    const list: Part[] = [];
    // `meta` is opened: what is in it is what decoders trip over.
    const open = (from: number, to: number) => {
      for (let at = from; at + 8 <= to; ) {
        const length = Math.max(8, bytes.readUInt32BE(at));
        const head = bytes.subarray(at + 4, at + 8);
        const write = (data: Buffer) => Buffer.concat([u32(data.length + 8), head, data]);
        list.push({ head, data: bytes.subarray(at + 8, Math.min(to, at + length)), write });
        at += length;
      }
    };
    open(0, bytes.length);
    return { start: empty, parts: list, end: empty };
  },
};

function u16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 255, value & 255]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
