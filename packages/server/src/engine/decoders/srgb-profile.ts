import { type ByteReader, readBytes } from "./header.ts";

/** Red, green and blue of sRGB in the profile connection space, X, Y, Z each: IEC 61966-2-1 adapted to D50. */
const srgbColorants = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
] as const;

/**
 * Whether an ICC profile is sRGB, whoever wrote it: by its numbers, because names vary and lie. What cannot be read is
 * not: then the color engine has the last word.
 *
 * @see ICC.1:2022, sections 7.2 (header), 7.3 (tag table), 10.6 (curveType), 10.18 (parametricCurveType)
 */
export function isSrgbProfile(icc: Uint8Array): boolean {
  try {
    const profile = readBytes(icc, "big");
    if (profile.name(16) !== "RGB " || profile.name(20) !== "XYZ ") return false;
    const tags = readTags(profile);
    // With a table from device to connection space, matrix and curves are not what counts.
    if (tags.has("A2B0") || tags.has("A2B1") || tags.has("D2B0")) return false;
    return ["r", "g", "b"].every((channel, index) => {
      const [colorant, curve] = [tags.get(`${channel}XYZ`), tags.get(`${channel}TRC`)];
      if (colorant === undefined || curve === undefined) return false;
      return isSrgbColorant(profile, colorant, index) && isSrgbCurve(profile, curve);
    });
  } catch {
    return false;
  }
}

function readTags(profile: ByteReader): Map<string, number> {
  const tags = new Map<string, number>();
  const count = Math.min(profile.u32(128), 100);
  for (let index = 0; index < count; index++) {
    const at = 132 + 12 * index;
    tags.set(profile.name(at), profile.u32(at + 4));
  }
  return tags;
}

function isSrgbColorant(profile: ByteReader, at: number, index: number): boolean {
  const wanted = srgbColorants[index] ?? [];
  // Two thousandths is more than profiles of sRGB differ, and a tenth of the way to any other space.
  return wanted.every((value, axis) => Math.abs(fixed(profile, at + 8 + 4 * axis) - value) < 0.002);
}

function isSrgbCurve(profile: ByteReader, at: number): boolean {
  const curve = readCurve(profile, at);
  // The exponent 2.2 is 0.004 off here, which is 1 of 255 levels.
  return [0.25, 0.5, 0.75].every(
    (value) => Math.abs(curve(value) - ((value + 0.055) / 1.055) ** 2.4) < 0.003,
  );
}

/** Device value to linear light, both 0 to 1. */
function readCurve(profile: ByteReader, at: number): (value: number) => number {
  const type = profile.name(at);
  if (type === "curv") return readTable(profile, at);
  if (type !== "para") return () => Number.NaN;
  const [gamma = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: parameterCounts[profile.u16(at + 8)] ?? 0 },
    (_, index) => fixed(profile, at + 12 + 4 * index),
  );
  // Types 1 and 2 know no d: at these values they are on the power's side of -b/a all the same.
  return (value) => (value >= d ? (a * value + b) ** gamma + e : c * value + f);
}

/** Numbers that each function type of parametricCurveType has. */
const parameterCounts: readonly number[] = [1, 3, 4, 5, 7];

function readTable(profile: ByteReader, at: number): (value: number) => number {
  const count = profile.u32(at + 8);
  if (count === 0) return (value) => value;
  if (count === 1) {
    const gamma = profile.u16(at + 12) / 256;
    return (value) => value ** gamma;
  }
  return (value) => {
    const place = value * (count - 1);
    const below = Math.floor(place);
    const [low, high] = [below, Math.min(below + 1, count - 1)].map((index) =>
      profile.u16(at + 12 + 2 * index),
    );
    return ((low ?? 0) + ((high ?? 0) - (low ?? 0)) * (place - below)) / 65_535;
  };
}

function fixed(profile: ByteReader, at: number): number {
  return profile.i32(at) / 65_536;
}
