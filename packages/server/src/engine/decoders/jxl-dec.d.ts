/** The decoder below jSquash's own entry, whose declarations ask for a browser's types. */
declare module "@jsquash/jxl/codec/dec/jxl_dec.js" {
  export interface JxlDecoder {
    decode(bytes: Uint8Array): {
      readonly data: Uint8ClampedArray<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
    } | null;
  }
  // biome-ignore lint/style/noDefaultExport: as the package has it
  export default function createDecoder(options: { readonly wasmBinary: ArrayBuffer }): Promise<JxlDecoder>;
}
