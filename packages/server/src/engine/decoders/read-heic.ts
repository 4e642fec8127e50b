import { FreshetError, type Size } from "@freshet/core";
import createLibheif, { type Libheif } from "libheif-js/libheif-wasm/libheif.js";
import libheifWasm from "libheif-js/libheif-wasm/libheif.wasm" with { type: "file" };

export interface HeicInput {
  readonly bytes: Uint8Array;
  /** As the header said; a picture of another size is not begun. */
  readonly size: Size;
}

/** Upright, 8 bits a channel, rows without padding, in the colors of the file. */
export interface HeicPixels {
  readonly data: Uint8Array;
  readonly channels: 3 | 4;
  readonly icc: Uint8Array | null;
  /** Where there is no profile but a code for it: numbers of ITU-T H.273. */
  readonly nclx: { readonly primaries: number; readonly transfer: number } | null;
}

/** Numbers of libheif's `heif.h`. */
const colorspaceRgb = 1;
const interleavedRgb = 10;
const interleavedRgba = 11;
const channelInterleaved = 10;
const nclxType = 0x6e636c78;

let library: Libheif | null = null;

/**
 * The primary picture of a HEIC, turned and mirrored as it says. It blocks for 100 ms a megapixel.
 * @throws FreshetError `image_broken`
 */
export async function readHeic({ bytes, size }: HeicInput): Promise<HeicPixels> {
  library ??= await createLibheif({ wasmBinary: await Bun.file(libheifWasm).arrayBuffer() });
  try {
    return decodeWith(library, bytes, size);
  } catch (error) {
    // After a trap nobody knows what is in its memory.
    if (!(error instanceof FreshetError)) library = null;
    throw error;
  }
}

/** Where libheif writes its answers: an error of 12 bytes, then what was asked for. */
const errorBytes = 12;
const answerBytes = 16;

function decodeWith(heif: Libheif, bytes: Uint8Array, size: Size): HeicPixels {
  const answer = heif._malloc(errorBytes + answerBytes);
  const file = heif._malloc(bytes.length);
  const context = heif._heif_context_alloc();
  let [handle, image] = [0, 0];
  try {
    heif.HEAPU8.set(bytes, file);
    const out = answer + errorBytes;
    const check = () => checkAnswer(heif, answer);
    heif._heif_context_read_from_memory_without_copy(answer, context, file, bytes.length, 0);
    check();
    heif._heif_context_get_primary_image_handle(answer, context, out);
    check();
    handle = readU32(heif, out);
    const { width, height } = size;
    if (
      heif._heif_image_handle_get_width(handle) !== width ||
      heif._heif_image_handle_get_height(handle) !== height
    ) {
      throw broken("the HEIC's headers name different sizes");
    }
    const channels = heif._heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
    const chroma = channels === 4 ? interleavedRgba : interleavedRgb;
    heif._heif_decode_image(answer, handle, out, colorspaceRgb, chroma, 0);
    check();
    image = readU32(heif, out);
    const data = takePixels(heif, image, out, size, channels);
    if (channels === 4 && heif._heif_image_handle_is_premultiplied_alpha(handle)) unpremultiply(data);
    return { data, channels, ...readProfile(heif, handle, answer) };
  } finally {
    if (image) heif._heif_image_release(image);
    if (handle) heif._heif_image_handle_release(handle);
    heif._heif_context_free(context);
    heif._free(file);
    heif._free(answer);
  }
}

function checkAnswer(heif: Libheif, answer: number): void {
  const code = readU32(heif, answer);
  if (code === 0) return;
  throw broken(`libheif: error ${code}, ${readU32(heif, answer + 4)}`);
}

function takePixels(heif: Libheif, image: number, out: number, size: Size, channels: 3 | 4): Uint8Array {
  const { width, height } = size;
  const plane = heif._heif_image_get_plane_readonly(image, channelInterleaved, out);
  const stride = readU32(heif, out);
  const isWhole =
    heif._heif_image_get_width(image, channelInterleaved) === width &&
    heif._heif_image_get_height(image, channelInterleaved) === height;
  if (plane === 0 || !isWhole) throw broken("the HEIC's picture is not of the size that its header names");
  const row = width * channels;
  if (stride === row) return heif.HEAPU8.slice(plane, plane + row * height);
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    data.set(heif.HEAPU8.subarray(plane + y * stride, plane + y * stride + row), y * row);
  }
  return data;
}

function readProfile(heif: Libheif, handle: number, answer: number): Pick<HeicPixels, "icc" | "nclx"> {
  const out = answer + errorBytes;
  if (heif._heif_image_handle_get_color_profile_type(handle) === nclxType) {
    heif._heif_image_handle_get_nclx_color_profile(answer, handle, out);
    if (readU32(heif, answer) !== 0) return { icc: null, nclx: null };
    const profile = readU32(heif, out);
    const nclx = { primaries: readU32(heif, profile + 4), transfer: readU32(heif, profile + 8) };
    heif._heif_nclx_color_profile_free(profile);
    return { icc: null, nclx };
  }
  const length = heif._heif_image_handle_get_raw_color_profile_size(handle);
  if (length === 0) return { icc: null, nclx: null };
  const copy = heif._malloc(length);
  heif._heif_image_handle_get_raw_color_profile(answer, handle, copy);
  const icc = readU32(heif, answer) === 0 ? heif.HEAPU8.slice(copy, copy + length) : null;
  heif._free(copy);
  return { icc, nclx: null };
}

/** @see ISO/IEC 23008-12, section 6.10.1.2: a reference of type `prem` */
function unpremultiply(data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = Math.min(255, Math.round(((data[channel] as number) * 255) / alpha));
    }
  }
}

function readU32({ HEAPU8: heap }: Libheif, at: number): number {
  return new DataView(heap.buffer, heap.byteOffset).getUint32(at, true);
}

function broken(detail: string): FreshetError {
  return new FreshetError("image_broken", detail);
}
