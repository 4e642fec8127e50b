import { gunzipSync } from "node:zlib";
import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";

/**
 * The text of an SVG file: UTF-8, UTF-16 with or without a byte order mark, what its XML declaration names, or any of
 * these packed by gzip (`.svgz`).
 *
 * @throws FreshetError `image_broken` if the bytes are not what they say; `original_too_large`
 */
export function decodeMarkup(bytes: Uint8Array): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpack(bytes) : bytes;
  if (plain.length > serverLimits.svgBytes) throw tooLarge();
  try {
    // The decoder itself takes the byte order mark off.
    return new TextDecoder(encodingOf(plain) as Bun.Encoding, { fatal: true }).decode(plain);
  } catch (cause) {
    throw new FreshetError("image_broken", "the drawing's text is not in the encoding that it names", {
      cause,
    });
  }
}

function unpack(bytes: Uint8Array): Uint8Array {
  try {
    // Stops as soon as it would write more.
    return gunzipSync(bytes, { maxOutputLength: serverLimits.svgBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(cause);
    throw new FreshetError("image_broken", "the drawing's gzip packing is damaged", { cause });
  }
}

/** As XML 1.0, appendix F, guesses it; UTF-16 before what the declaration says, which then is in UTF-16 itself. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return "utf-16be";
  if (first === 0xef) return "utf-8";
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const label = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(head)?.[1];
  // Bytes that were read as ASCII cannot be UTF-16, whatever they say.
  return label && !/^utf-?16/i.test(label) ? label : "utf-8";
}

function tooLarge(cause?: unknown): FreshetError {
  return new FreshetError(
    "original_too_large",
    `the drawing has more than ${serverLimits.svgBytes} bytes of text`,
    { cause },
  );
}
