/** The parts of css-tree that read no data files: the whole looks for them on disk, where a single binary has none. */
declare module "css-tree/parser" {
  import { parse } from "css-tree";
  // biome-ignore lint/style/noDefaultExport: as the package has it
  export default parse;
}

declare module "css-tree/generator" {
  import { generate } from "css-tree";
  // biome-ignore lint/style/noDefaultExport: as the package has it
  export default generate;
}
