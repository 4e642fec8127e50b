import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { readBytes } from "./header.ts";

/**
 * Walks over the blocks of a GIF, and over those that their data is in: libnsgif takes a second for each million.
 * @throws FreshetError `original_too_large` if there are too many; what else is wrong is for the decoder to say
 * @see GIF89a, sections 15 (data sub-blocks), 18 (logical screen), 20 (image), 23 to 26 (extensions)
 */
export function checkGifBlocks(bytes: Uint8Array): void {
  const file = readBytes(bytes, "little");
  let blocks = 0;
  const count = () => {
    if (++blocks > serverLimits.gifBlocks) {
      throw new FreshetError("original_too_large", `the GIF has more than ${serverLimits.gifBlocks} blocks`);
    }
  };
  const paletteBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  if (bytes.length < 13) return;
  let at = 13 + paletteBytes(file.u8(10));
  while (at + 10 < bytes.length) {
    count();
    const kind = file.u8(at);
    if (kind === 0x21) at += 2;
    else if (kind === 0x2c) at += 11 + paletteBytes(file.u8(at + 9));
    else return;
    for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
      count();
      at += 1 + length;
    }
    at += 1;
  }
}
