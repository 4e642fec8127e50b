/** Numbers of ITU-T H.273 for the colors of a picture. */
export interface Cicp {
  readonly primaries: number;
  readonly transfer: number;
}

type Vector = readonly [number, number, number];
type Point = readonly [x: number, y: number];
type Matrix = readonly [Vector, Vector, Vector];

interface Primaries {
  readonly red: Point;
  readonly green: Point;
  readonly blue: Point;
  readonly white: Point;
}

const d65: Point = [0.3127, 0.329];
const p3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const;
const smpte170m = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] } as const;

/** ITU-T H.273, table 2; what is not in it is taken for that of sRGB. */
const primariesByCode: Readonly<Record<number, Primaries>> = {
  1: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: d65 },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: d65 },
  6: { ...smpte170m, white: d65 },
  7: { ...smpte170m, white: d65 },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: d65 },
  11: { ...p3, white: [0.314, 0.351] },
  12: { ...p3, white: d65 },
};

/**
 * ITU-T H.273, table 3: signal to light, 1 being the white of paper. What is not in it, the curves of television
 * included, is shown like sRGB, because that is what displays do with it. HDR has its white at 203 candelas (ITU-R
 * BT.2408, section 2.2), and what is brighter is cut off.
 */
const transferByCode: Readonly<Record<number, (signal: number) => number>> = {
  4: (signal) => signal ** 2.2,
  5: (signal) => signal ** 2.8,
  8: (signal) => signal,
  16: (signal) => pq(signal) / 203,
  18: (signal) => hlg(signal) / hlg(0.75),
};

/** ITU-R BT.2100, table 4, in candelas a square metre. */
function pq(signal: number): number {
  const power = signal ** (1 / 78.84375);
  return 10_000 * (Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
}

/** ITU-R BT.2100, table 5: the inverse of its OETF. */
function hlg(signal: number): number {
  return signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}

function srgb(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/**
 * An ICC profile for colors that a file only names by number; `null` if that is sRGB.
 * @see ICC.1:2022, section 8.3 (three-component matrix-based profiles)
 */
export function cicpProfile({ primaries, transfer }: Cicp): Uint8Array | null {
  const known = primariesByCode[primaries];
  const curve = transferByCode[transfer];
  if ((!known || primaries === 1) && !curve) return null;
  const [x, y, z] = adaptedToD50(known ?? (primariesByCode[1] as Primaries));
  const colorant = (index: 0 | 1 | 2) => xyz([x[index], y[index], z[index]]);
  const table = curveTable(curve ?? srgb);
  return writeProfile([
    ["wtpt", xyz(d50)],
    ["rXYZ", colorant(0)],
    ["gXYZ", colorant(1)],
    ["bXYZ", colorant(2)],
    ["rTRC", table],
    ["gTRC", table],
    ["bTRC", table],
  ]);
}

/** The white of the profile connection space (ICC.1:2022, section 7.2.16). */
const d50: Vector = [0.9642, 1, 0.8249];

/** Bradford's cone responses (ICC.1:2022, annex E.3). */
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** Linear red, green and blue to X, Y and Z, with white where the connection space has it. */
function adaptedToD50({ red, green, blue, white }: Primaries): Matrix {
  const columns = transposed([toXyz(red), toXyz(green), toXyz(blue)]);
  const amounts = apply(inverse(columns), toXyz(white));
  const toWhite = multiply(columns, diagonal(amounts));
  const [from, to] = [apply(bradford, toXyz(white)), apply(bradford, d50)];
  const scale = diagonal([to[0] / from[0], to[1] / from[1], to[2] / from[2]]);
  return multiply(multiply(inverse(bradford), multiply(scale, bradford)), toWhite);
}

function toXyz([x, y]: Point): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function diagonal([a, b, c]: Vector): Matrix {
  return [
    [a, 0, 0],
    [0, b, 0],
    [0, 0, c],
  ];
}

function apply(matrix: Matrix, [x, y, z]: Vector): Vector {
  const row = ([a, b, c]: Vector) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function transposed([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  return [
    [a, d, g],
    [b, e, h],
    [c, f, i],
  ];
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = transposed(right);
  return transposed([apply(left, a), apply(left, b), apply(left, c)]);
}

/** By cofactors. */
function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const over = (value: number) => value / determinant;
  return [
    [over(e * i - f * h), over(c * h - b * i), over(b * f - c * e)],
    [over(f * g - d * i), over(a * i - c * g), over(c * d - a * f)],
    [over(d * h - e * g), over(b * g - a * h), over(a * e - b * d)],
  ];
}

function xyz(values: Vector): Buffer {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ", "latin1");
  for (const [index, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return tag;
}

/** Enough steps that PQ, which is steep, is true to a level of 8 bits. */
const steps = 4096;

function curveTable(curve: (signal: number) => number): Buffer {
  const tag = Buffer.alloc(12 + 2 * steps);
  tag.write("curv", "latin1");
  tag.writeUInt32BE(steps, 8);
  for (let index = 0; index < steps; index++) {
    const light = Math.min(1, curve(index / (steps - 1)));
    tag.writeUInt16BE(Math.round(light * 65_535), 12 + 2 * index);
  }
  return tag;
}

const headerBytes = 128;

function writeProfile(tags: readonly (readonly [name: string, data: Buffer])[]): Uint8Array {
  const directory = Buffer.alloc(4 + 12 * tags.length);
  directory.writeUInt32BE(tags.length, 0);
  // Several names may stand for one piece of data.
  const parts = [...new Set(tags.map(([, data]) => data))];
  for (const [index, [name, data]] of tags.entries()) {
    const before = parts.slice(0, parts.indexOf(data)).reduce((sum, part) => sum + part.length, 0);
    directory.write(name, 4 + 12 * index, "latin1");
    directory.writeUInt32BE(headerBytes + directory.length + before, 8 + 12 * index);
    directory.writeUInt32BE(data.length, 12 + 12 * index);
  }
  const profile = Buffer.concat([Buffer.alloc(headerBytes), directory, ...parts]);
  profile.writeUInt32BE(profile.length, 0);
  profile.writeUInt32BE(0x04300000, 8);
  profile.write("mntrRGB XYZ ", 12, "latin1");
  profile.write("acsp", 36, "latin1");
  xyz(d50).copy(profile, 68, 8);
  return profile;
}
