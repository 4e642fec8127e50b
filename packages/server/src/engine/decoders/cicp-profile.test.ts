import { describe, expect, test } from "bun:test";
import { cicpProfile } from "./cicp-profile.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/** Where a tag lies in a profile (ICC.1:2022, section 7.3). */
function tagOf(profile: Uint8Array, name: string): DataView {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  for (let at = 132; at < 132 + 12 * view.getUint32(128); at += 12) {
    if (Buffer.from(profile.subarray(at, at + 4)).toString("latin1") !== name) continue;
    return new DataView(profile.buffer, profile.byteOffset + view.getUint32(at + 4), view.getUint32(at + 8));
  }
  throw new Error(`no tag ${name}`);
}

function colorant(profile: Uint8Array, name: string): number[] {
  const tag = tagOf(profile, name);
  return [8, 12, 16].map((at) => tag.getInt32(at) / 65_536);
}

/** Light of a signal of 0 to 1, by the profile's table. */
function light(profile: Uint8Array, signal: number): number {
  const tag = tagOf(profile, "gTRC");
  const last = tag.getUint32(8) - 1;
  return tag.getUint16(12 + 2 * Math.round(signal * last)) / 65_535;
}

function profileOf(primaries: number, transfer: number): Uint8Array {
  const profile = cicpProfile({ primaries, transfer });
  if (!profile) throw new Error("it is sRGB");
  return profile;
}

describe("cicpProfile", () => {
  test("has none for sRGB, nor for television, which is shown like it, nor for what is not known", () => {
    for (const transfer of [0, 1, 2, 6, 13, 14, 15]) {
      for (const primaries of [0, 1, 2, 3]) expect(cicpProfile({ primaries, transfer })).toBeNull();
    }
  });

  test("has the primaries of Display P3 as Apple's own profile has them", () => {
    const profile = profileOf(12, 13);
    const published = {
      rXYZ: [0.51512, 0.2412, -0.00105],
      gXYZ: [0.29198, 0.69225, 0.04189],
      bXYZ: [0.1571, 0.06657, 0.78407],
    };
    for (const [name, values] of Object.entries(published)) {
      for (const [axis, value] of colorant(profile, name).entries()) {
        expect(Math.abs(value - (values[axis] as number))).toBeLessThan(0.0005);
      }
    }
    expect(isSrgbProfile(profile)).toBe(false);
  });

  test("has the primaries of BT.2020 as published profiles have them", () => {
    const published = {
      rXYZ: [0.67349, 0.27904, -0.00193],
      gXYZ: [0.16566, 0.67534, 0.02999],
      bXYZ: [0.12505, 0.04561, 0.79686],
    };
    for (const [name, values] of Object.entries(published)) {
      for (const [axis, value] of colorant(profileOf(9, 13), name).entries()) {
        expect(Math.abs(value - (values[axis] as number))).toBeLessThan(0.0005);
      }
    }
  });

  test("adds up to the white of the connection space, whatever the white was", () => {
    for (const primaries of [5, 6, 7, 9, 11, 12]) {
      const profile = profileOf(primaries, 13);
      const [red, green, blue] = ["rXYZ", "gXYZ", "bXYZ"].map((name) => colorant(profile, name));
      for (const [axis, value] of [0.9642, 1, 0.8249].entries()) {
        const sum = (red?.[axis] ?? 0) + (green?.[axis] ?? 0) + (blue?.[axis] ?? 0);
        expect(Math.abs(sum - value)).toBeLessThan(0.0002);
      }
    }
  });

  test("has sRGB's primaries and another curve where only that differs", () => {
    expect(isSrgbProfile(profileOf(1, 4))).toBe(false);
    expect(colorant(profileOf(1, 8), "rXYZ")[0]).toBeCloseTo(0.4361, 3);
  });

  const curves: readonly [what: string, transfer: number, signal: number, light: number][] = [
    ["sRGB", 13, 0.5, ((0.5 + 0.055) / 1.055) ** 2.4],
    ["sRGB, where it is straight", 13, 0.03, 0.03 / 12.92],
    ["gamma 2.2", 4, 0.5, 0.5 ** 2.2],
    ["gamma 2.8", 5, 0.5, 0.5 ** 2.8],
    ["linear", 8, 0.5, 0.5],
    // ITU-R BT.2408, table 1: 203 cd/m² are 58 % of PQ and 75 % of HLG.
    ["PQ, white", 16, 0.5807, 1],
    ["PQ, above white", 16, 0.9, 1],
    // 100 cd/m² are 50.8 % of PQ.
    ["PQ, gray", 16, 0.508, 100 / 203],
    ["HLG, white", 18, 0.75, 1],
    // The square over three, against 0.2650 for white.
    ["HLG, gray", 18, 0.4, 0.16 / 3 / 0.265],
    ["HLG, above white", 18, 1, 1],
  ];
  for (const [what, transfer, signal, wanted] of curves) {
    test(`has the curve of ${what}`, () => {
      expect(Math.abs(light(profileOf(9, transfer), signal) - wanted)).toBeLessThan(0.005);
    });
  }

  test("says how long it is, and what it is", () => {
    const profile = Buffer.from(profileOf(12, 13));
    expect(profile.readUInt32BE(0)).toBe(profile.length);
    expect(profile.toString("latin1", 36, 40)).toBe("acsp");
    expect(profile.toString("latin1", 12, 24)).toBe("mntrRGB XYZ ");
  });
});
