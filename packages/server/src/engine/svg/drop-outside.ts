import type { Size } from "@freshet/core";
import type { SvgElement } from "./svg-tree.ts";

/** What makes resvg draw an element by itself first. Filters are not among them: they can move things into the picture. */
const apart = ["mask", "clip-path", "opacity"];
/** What is not drawn where it stands. */
const definitions = new Set(["defs", "clipPath", "mask", "pattern", "marker", "symbol", "filter"]);
/** Elements that are looked at: each takes a millisecond or so. */
const most = 200;

/** Where something is, in units of the drawing; `undefined` for nothing, or what cannot be told. */
export type BoxOf = (
  tree: SvgElement,
) => Promise<
  { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined
>;

/**
 * Takes elements out of a drawing that are drawn apart and lie wholly outside of it, as drawing programs leave them.
 * @returns whether there were any
 */
export async function dropOutside(root: SvgElement, natural: Size, boxOf: BoxOf): Promise<boolean> {
  let isChanged = false;
  for (const { chain, child } of [...drawnApart(root, [root])].slice(0, most)) {
    const box = await boxOf(alone(chain, child)).catch(() => undefined);
    if (!box) continue;
    const isSeen =
      box.x < natural.width && box.y < natural.height && box.x + box.width > 0 && box.y + box.height > 0;
    if (isSeen) continue;
    const { children } = chain.at(-1) as SvgElement;
    children.splice(children.indexOf(child), 1);
    isChanged = true;
  }
  return isChanged;
}

interface Found {
  /** From the drawing to what the element is in. */
  readonly chain: readonly SvgElement[];
  readonly child: SvgElement;
}

function* drawnApart(element: SvgElement, chain: readonly SvgElement[]): Generator<Found> {
  for (const child of element.children) {
    if (typeof child === "string" || definitions.has(child.name)) continue;
    const style = child.attributes.get("style") ?? "";
    if (apart.some((name) => child.attributes.has(name) || style.includes(name))) yield { chain, child };
    else yield* drawnApart(child, [...chain, child]);
  }
}

/** The drawing with nothing else in it. */
function alone(chain: readonly SvgElement[], child: SvgElement): SvgElement {
  return chain.reduceRight<SvgElement>(
    (inside, { name, attributes }) => ({ name, attributes, children: [inside] }),
    child,
  );
}
