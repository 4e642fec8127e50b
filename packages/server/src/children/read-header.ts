import { readVipsHeader, type VipsHeader } from "../engine/decoders/vips-header.ts";

/** Job for a child: {@link readVipsHeader} of the one file. @throws FreshetError as it does */
export function readHeader(_input: null, files: readonly Uint8Array[]): Promise<VipsHeader> {
  return readVipsHeader(files[0] as Uint8Array);
}
