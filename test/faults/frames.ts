/**
 * Cuts one direction of a WebSocket connection into whole frames (RFC 6455 section 5.2), after the HTTP head. What is not
 * whole yet is kept for later.
 */
export function createFrameReader() {
  let kept = Buffer.alloc(0);
  let isPastHead = false;

  function head(): Buffer | null {
    const end = kept.indexOf("\r\n\r\n");
    return end < 0 ? null : take(end + 4);
  }

  function frame(): Buffer | null {
    if (kept.length < 2) return null;
    const [, second = 0] = kept;
    const short = second & 127;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + lengthBytes + (second & 128 ? 4 : 0);
    if (kept.length < start) return null;
    const length =
      lengthBytes === 2 ? kept.readUInt16BE(2) : lengthBytes === 8 ? Number(kept.readBigUInt64BE(2)) : short;
    return kept.length < start + length ? null : take(start + length);
  }

  function take(length: number): Buffer {
    const taken = kept.subarray(0, length);
    kept = kept.subarray(length);
    return taken;
  }

  return {
    /** @returns the parts that are whole now; a frame of text may be sent twice, nothing else may */
    read(bytes: Uint8Array): { readonly bytes: Buffer; readonly isText: boolean }[] {
      kept = Buffer.concat([kept, bytes]);
      const parts: { bytes: Buffer; isText: boolean }[] = [];
      if (!isPastHead) {
        const bytes = head();
        if (!bytes) return parts;
        isPastHead = true;
        parts.push({ bytes, isText: false });
      }
      for (let bytes = frame(); bytes; bytes = frame()) parts.push({ bytes, isText: bytes[0] === 0x81 });
      return parts;
    },
  };
}
