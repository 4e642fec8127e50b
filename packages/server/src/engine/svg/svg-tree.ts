/** What {@link writeSvg} writes and `readSvg` reads: elements of the SVG namespace, and text. */
export type SvgNode = SvgElement | string;

export interface SvgElement {
  /** Without a prefix: only elements of the SVG namespace are kept. */
  readonly name: string;
  /** By name as written; of the prefixes only `xlink` and `xml` are left. */
  readonly attributes: Map<string, string>;
  readonly children: SvgNode[];
}

/** An element and all that are in it, parents first. */
export function* elementsOf(root: SvgElement): Generator<SvgElement> {
  yield root;
  for (const child of root.children) {
    if (typeof child !== "string") yield* elementsOf(child);
  }
}

/** The text in an element, without that of its children. */
export function textOf(element: SvgElement): string {
  return element.children.filter((child) => typeof child === "string").join("");
}
