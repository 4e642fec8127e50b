import type { SaxesAttributeNS } from "saxes";
import { allowedAttributes, animatableAttributes, namingAttributes } from "./allowed-attributes.ts";
import { animationElements } from "./allowed-elements.ts";
import { cleanDeclarations } from "./clean-css.ts";
import { safeReference } from "./safe-reference.ts";
import { isSafeValue, isScript } from "./safe-value.ts";

/** Namespaces whose prefix is fixed, whatever a file calls them. */
const prefixes: Readonly<Record<string, string>> = {
  "": "",
  "http://www.w3.org/1999/xlink": "xlink:",
  "http://www.w3.org/XML/1998/namespace": "xml:",
};

/** What is kept of an element's attributes; `null` if the element itself must go for what they say. */
export function keptAttributes(
  element: string,
  attributes: Readonly<Record<string, SaxesAttributeNS>>,
): Map<string, string> | null {
  const kept = new Map<string, string>();
  for (const { prefix, local, uri, value } of Object.values(attributes)) {
    // Declarations of namespaces are written anew.
    const name = prefix === "xmlns" || local === "xmlns" ? "" : `${prefixes[uri] ?? "?"}${local}`;
    const safe = allowedAttributes.has(name) ? safeAttribute(element, name, value) : null;
    if (safe !== null) kept.set(name, safe);
  }
  return isWelcome(element, attributes) ? kept : null;
}

function safeAttribute(element: string, name: string, value: string): string | null {
  switch (name) {
    case "href":
    case "xlink:href":
      return safeReference(element, value);
    case "style":
      return cleanDeclarations(value) || null;
    default:
      return (namingAttributes.has(name) ? !isScript(value) : isSafeValue(value)) ? value : null;
  }
}

/** Animations change harmless attributes only, and style sheets are in CSS. */
function isWelcome(element: string, attributes: Readonly<Record<string, SaxesAttributeNS>>): boolean {
  if (element === "style") return /^\s*(?:text\/css\s*)?$/i.test(attributes.type?.value ?? "");
  if (!animationElements.has(element)) return true;
  return animatableAttributes.has(attributes.attributeName?.value.trim() ?? "");
}
