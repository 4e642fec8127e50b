/**
 * A decoded picture between two steps: 8 bits a channel, sRGB unless `icc` says otherwise, alpha not multiplied in, rows
 * from the top without padding, frames one below the other in one buffer.
 */
export interface Pixels {
  readonly data: Uint8Array;
  /** Of one frame. */
  readonly width: number;
  /** Of one frame. */
  readonly height: number;
  readonly channels: 3 | 4;
  /** 1 for a still picture. */
  readonly frames: number;
  /** Milliseconds that each frame is shown; empty for a still picture. */
  readonly delays: readonly number[];
  /** How often an animation is played; 0 = forever. */
  readonly loop: number;
  /** A profile that is to be kept; `null` = sRGB. */
  readonly icc: Uint8Array | null;
}

/** Bytes of one frame. */
export function frameBytes({ width, height, channels }: Pixels): number {
  return width * height * channels;
}

/** One frame as a still picture; it shares its memory with the animation. */
export function frameOf(pixels: Pixels, index: number): Pixels {
  const bytes = frameBytes(pixels);
  const data = pixels.data.subarray(index * bytes, (index + 1) * bytes);
  return { ...pixels, data, frames: 1, delays: [], loop: 0 };
}

/**
 * Does something to each frame, one after the other so that memory holds; all results must be of one size. A frame that is
 * as the one before is not worked on again: thousands of them are soon written.
 */
export async function mapFrames(pixels: Pixels, step: (frame: Pixels) => Promise<Pixels>): Promise<Pixels> {
  if (pixels.frames === 1) return step(pixels);
  const first = await step(frameOf(pixels, 0));
  const bytes = frameBytes(first);
  const data = new Uint8Array(bytes * pixels.frames);
  data.set(first.data);
  for (let index = 1; index < pixels.frames; index++) {
    if (isRepeated(pixels, index)) data.copyWithin(index * bytes, (index - 1) * bytes, index * bytes);
    else data.set((await step(frameOf(pixels, index))).data, index * bytes);
  }
  const { width, height, channels } = first;
  return { ...pixels, data, width, height, channels };
}

function isRepeated(pixels: Pixels, index: number): boolean {
  return Buffer.compare(frameOf(pixels, index).data, frameOf(pixels, index - 1).data) === 0;
}

/** Smaller pieces of memory may be shared with others. */
const ownBytes = 64 * 1024;

/**
 * Gives the memory of pixels back, which nobody may look at any more. It would be collected, but later: until then every
 * further picture takes new memory, and to get that from the system takes a tenth of the picture's time.
 */
export function release({ data: { buffer } }: Pixels): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= ownBytes) buffer.transfer(0);
}
