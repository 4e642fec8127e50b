/** Files that are imported `with { type: "file" }`: the import is the file's path, also inside a single binary. */
declare module "*.jpg" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: the bundler gives a file that is imported as its default export
  export default path;
}
