/**
 * Whether a profile is worth handing on: one of RGB, with the signature that all have.
 * @see ICC.1:2022, section 7.2 (header)
 */
export function isRgbProfile(icc: Uint8Array): boolean {
  if (icc.length < 132) return false;
  const header = Buffer.from(icc.buffer, icc.byteOffset, 132);
  return header.toString("latin1", 16, 20) === "RGB " && header.toString("latin1", 36, 40) === "acsp";
}
