import { FreshetError, type Size } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { readJpegHeader } from "../decoders/jpeg-header.ts";
import { readPngHeader } from "../decoders/png-header.ts";
import { elementsOf, type SvgElement, textOf } from "./svg-tree.ts";

/** Elements that are drawn only where another one points at them. */
const drawnByReference: ReadonlySet<string> = new Set(
  "clipPath defs filter linearGradient marker mask pattern radialGradient symbol".split(" "),
);

/** What drawing an element takes, with all that it points at. */
interface Cost {
  readonly elements: number;
  /** Pictures as large as the whole that are filled on the way. */
  readonly layers: number;
  /** Steps of filters. */
  readonly steps: number;
}

const nothing: Cost = { elements: 0, layers: 0, steps: 0 };

/**
 * Refuses a drawing that is small as a file and without end as a picture: elements that use elements that use elements,
 * filters in thousands, outlines of a million crossings. A few lines can ask for hours of work, and this says so before
 * any of it is done.
 *
 * @throws FreshetError `original_too_large`
 */
export function checkCost(root: SvgElement, size: Size): void {
  const { elements, layers, steps } = new Estimate(root).costOf(root);
  if (steps > serverLimits.svgFilterSteps) throw tooMuch("has too many steps of filters");
  if (elements > serverLimits.svgDrawnElements) throw tooMuch("uses its elements too often");
  if (layers * size.width * size.height > serverLimits.svgLayerPixels) throw tooMuch("has too many layers");
  let pixels = 0;
  for (const { attributes } of elementsOf(root)) {
    if (pointsOf(attributes) > serverLimits.svgOutlinePoints) throw tooMuch("has too long an outline");
    pixels += embeddedPixels(attributes);
  }
  if (pixels > serverLimits.svgEmbeddedPixels) throw tooMuch("has too large pictures inside");
}

class Estimate {
  readonly #byId = new Map<string, SvgElement>();
  /** What style sheets point at, by each name in the selector: `rect`, `.class`, `#id`, `*`. */
  readonly #byStyle = new Map<string, string[]>();
  readonly #known = new Map<SvgElement, Cost>();

  constructor(root: SvgElement) {
    for (const element of elementsOf(root)) {
      const id = element.attributes.get("id");
      if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, element);
      if (element.name === "style") this.#readSheet(textOf(element));
    }
  }

  #readSheet(css: string): void {
    for (const [, selector = "", block = ""] of css.matchAll(/([^{}]*)\{([^{}]*)\}/g)) {
      const targets = targetsIn(block);
      if (targets.length === 0) continue;
      for (const [name] of selector.matchAll(/[.#]?[\w-]+|\*/g)) {
        this.#byStyle.set(name, [...(this.#byStyle.get(name) ?? []), ...targets]);
      }
    }
  }

  costOf(element: SvgElement): Cost {
    const known = this.#known.get(element);
    if (known) return known;
    // What points at itself is not drawn again.
    this.#known.set(element, nothing);
    const cost = this.#sum(element);
    this.#known.set(element, cost);
    return cost;
  }

  #sum(element: SvgElement): Cost {
    let [elements, layers, steps] = [1, ownLayers(element), isFilterStep(element) ? 1 : 0];
    const add = (target: SvgElement | undefined, times: number) => {
      if (!target) return;
      const cost = this.costOf(target);
      elements += cost.elements * times;
      steps += cost.steps * times;
      layers += cost.layers * times + (isLayer(target) ? times : 0);
    };
    for (const child of element.children) {
      if (typeof child !== "string" && !drawnByReference.has(child.name)) add(child, 1);
    }
    for (const id of this.#targetsOf(element)) {
      const target = this.#byId.get(id);
      add(target, target?.name === "marker" ? pointsOf(element.attributes) : 1);
    }
    return { elements, layers, steps };
  }

  #targetsOf({ name, attributes }: SvgElement): string[] {
    const href = attributes.get("href") ?? attributes.get("xlink:href") ?? "";
    const own = [...attributes.values()].flatMap((value) => (value.includes("url(") ? targetsIn(value) : []));
    const classes = (attributes.get("class") ?? "").split(/\s+/).map((word) => `.${word}`);
    const styled = [name, "*", `#${attributes.get("id")}`, ...classes].flatMap(
      (key) => this.#byStyle.get(key) ?? [],
    );
    return [...(href.startsWith("#") ? [href.slice(1)] : []), ...own, ...styled];
  }
}

/** Not what stands within a step: its light, its inputs, its curves. */
function isFilterStep({ name }: SvgElement): boolean {
  return /^fe(?!MergeNode|Func|.*Light$)/.test(name);
}

/** Steps of a filter count for what they do to each pixel. */
function ownLayers({ name, attributes }: SvgElement): number {
  const number = (key: string) =>
    Math.max(0, ...(attributes.get(key) ?? "").split(/[\s,]+/).map((word) => Number(word) || 0));
  switch (name) {
    case "feTurbulence":
      return Math.max(1, number("numOctaves"));
    case "feConvolveMatrix":
      return Math.max(1, number("order") ** 2 / 10);
    case "feMorphology":
      return 1 + number("radius") / 10;
    default:
      return name.startsWith("fe") ? 1 : 0;
  }
}

function isLayer({ name }: SvgElement): boolean {
  return name === "mask" || name === "clipPath" || name === "pattern" || name === "filter";
}

function targetsIn(value: string): string[] {
  return [...value.matchAll(/url\(\s*["']?#([^"')]*)/gi)].map(([, id = ""]) => id.trim());
}

/** Points of a path or polygon, about: two numbers each. */
function pointsOf(attributes: SvgElement["attributes"]): number {
  const data = attributes.get("d") ?? attributes.get("points") ?? "";
  // Shorter text has too few in any case, and is nearly all there is.
  if (data.length < 64) return 32;
  return (data.match(/\d*\.?\d+(?:e[-+]?\d+)?/gi)?.length ?? 0) / 2;
}

function embeddedPixels(attributes: SvgElement["attributes"]): number {
  const href = attributes.get("href") ?? attributes.get("xlink:href") ?? "";
  if (!href.startsWith("data:")) return 0;
  const bytes = Buffer.from(href.slice(href.indexOf(",") + 1), "base64");
  try {
    // GIF87a, section 17: the logical screen.
    if (bytes[0] === 0x47) return bytes.readUInt16LE(6) * bytes.readUInt16LE(8);
    const { width, height } = bytes[0] === 0xff ? readJpegHeader(bytes) : readPngHeader(bytes);
    return width * height;
  } catch {
    // The renderer draws none of the other formats, and nothing that has no size.
    return 0;
  }
}

function tooMuch(what: string): FreshetError {
  return new FreshetError("original_too_large", `the drawing ${what}`);
}
