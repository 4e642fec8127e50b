/** What is used of jxl-oxide, whose own declarations ask for a browser's types. */
declare module "jxl-oxide-wasm" {
  export class JxlImage {
    feedBytes(bytes: Uint8Array): number;
    /** @returns whether the header is there */
    tryInit(): boolean;
    readonly loaded: boolean;
    readonly width: number | undefined;
    readonly height: number | undefined;
    render(keyframe?: number): JxlRender;
    free(): void;
  }
  export interface JxlRender {
    readonly iccProfile: Uint8Array;
    /** Uses it up. */
    encodeToPng(): Uint8Array;
  }
  // biome-ignore lint/style/noDefaultExport: as the package has it
  export default function init(options: { readonly module_or_path: ArrayBuffer }): Promise<unknown>;
}

/** As `*.wasm` in files.d.ts; the package declares what is in it instead. */
declare module "jxl-oxide-wasm/module.wasm" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: the bundler gives a file that is imported as its default export
  export default path;
}
