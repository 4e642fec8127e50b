/** Files that are imported `with { type: "file" }`: the import is the file's path, also inside a single binary. */
declare module "*.jpg" {
  const path: string;
  export default path;
}
