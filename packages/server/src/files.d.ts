/** Files that are imported `with { type: "file" }`: the import is the file's path, also inside a single binary. */
declare module "*.jpg" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: the bundler gives a file that is imported as its default export
  export default path;
}

declare module "*.wasm" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: as above
  export default path;
}

declare module "*.ttf" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: as above
  export default path;
}
