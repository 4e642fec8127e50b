import { FreshetError } from "@freshet/core";
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { serverLimits } from "../../limits.ts";
import { allowedElements, textElements } from "./allowed-elements.ts";
import { cleanStyleSheet } from "./clean-css.ts";
import { decodeMarkup } from "./decode-markup.ts";
import { keptAttributes } from "./kept-attributes.ts";
import { type SvgElement, type SvgNode, textOf } from "./svg-tree.ts";

const namespace = "http://www.w3.org/2000/svg";

/** General entities with a plain value, as drawing programs declare namespaces; parameter entities are not heard. */
const entityDeclaration = /<!ENTITY\s+([^\s%"'<>&;]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g;

/**
 * Reads an SVG file, and keeps of it what a picture needs: elements and attributes of fixed lists, references within
 * itself, raster pictures written out in it. All else is left out: scripts, handlers, foreign content, links, addresses
 * of any kind, declarations, comments.
 *
 * @throws FreshetError `image_broken` for what is not well-formed XML with an `svg` element around it;
 *   `original_too_large`
 */
export function readSvg(bytes: Uint8Array): SvgElement {
  const text = decodeMarkup(bytes);
  const reader = new Reader();
  const parser = new SaxesParser({ xmlns: true, position: true });
  parser.on("error", ({ message }) => {
    throw new FreshetError("image_broken", `the drawing is not well-formed XML: ${message}`);
  });
  parser.on("doctype", (doctype) => declareEntities(parser.ENTITIES, doctype));
  parser.on("opentag", (tag) => reader.open(tag));
  parser.on("closetag", () => reader.close());
  parser.on("text", (value) => reader.text(value));
  parser.on("cdata", (value) => reader.text(value));
  parser.write(text).close();
  return reader.root();
}

/**
 * Values are put in as they stand, never read as markup (saxes), so that entities within entities come to nothing; what
 * many uses of one long value add up to is bounded here.
 */
function declareEntities(entities: Record<string, string>, doctype: string): void {
  let spent = 0;
  for (const [, name = "", double, single] of doctype.matchAll(entityDeclaration)) {
    const value = double ?? single ?? "";
    if (Object.hasOwn(entities, name)) continue;
    Object.defineProperty(entities, name, {
      get() {
        spent += value.length;
        if (spent > serverLimits.svgEntityCharacters)
          throw tooLarge("svgEntityCharacters", "characters from entities");
        return value;
      },
    });
  }
}

function tooLarge(limit: "svgEntityCharacters" | "svgElements" | "svgDepth", what: string): FreshetError {
  return new FreshetError("original_too_large", `the drawing has more than ${serverLimits[limit]} ${what}`);
}

/** Builds the tree while the file is read. */
class Reader {
  #root: SvgElement | null = null;
  /** Elements without a namespace count as SVG where the root has none: files made by hand often forget it. */
  #bare = false;
  /** Open elements; `null` for one that is left out. */
  readonly #open: (SvgElement | null)[] = [];
  #count = 0;

  open({ local, uri, attributes }: SaxesTagNS): void {
    this.#count++;
    if (this.#count > serverLimits.svgElements) throw tooLarge("svgElements", "elements");
    if (this.#open.length >= serverLimits.svgDepth) throw tooLarge("svgDepth", "elements within each other");
    const element = this.#kept(local, uri, attributes);
    if (this.#open.length === 0) this.#root = element;
    else if (element) this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  #kept(name: string, uri: string, attributes: Record<string, SaxesAttributeNS>): SvgElement | null {
    if (this.#open.length === 0) {
      this.#bare = uri === "";
      if (name !== "svg" || (uri !== namespace && !this.#bare)) return null;
    } else if (!this.#open.at(-1)) {
      return null;
    }
    if ((uri !== namespace && !(this.#bare && uri === "")) || !allowedElements.has(name)) return null;
    const kept = keptAttributes(name, attributes);
    return kept && { name, attributes: kept, children: [] };
  }

  text(value: string): void {
    const parent = this.#open.at(-1);
    if (!parent || value === "") return;
    if (textElements.has(parent.name) || parent.name === "style") parent.children.push(value);
  }

  close(): void {
    const element = this.#open.pop();
    if (element?.name !== "style") return;
    const css = cleanStyleSheet(textOf(element));
    element.children.splice(0, Number.POSITIVE_INFINITY, ...(css ? [css] : ([] as SvgNode[])));
  }

  root(): SvgElement {
    if (this.#root) return this.#root;
    throw new FreshetError("image_broken", "the drawing has no svg element around it");
  }
}
