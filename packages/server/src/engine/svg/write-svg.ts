import type { SvgElement, SvgNode } from "./svg-tree.ts";

const namespace = "http://www.w3.org/2000/svg";
const xlink = "http://www.w3.org/1999/xlink";

/** Writes a drawing as a document, with the namespaces that it uses and no declaration before it: it is UTF-8. */
export function writeSvg(root: SvgElement): string {
  const out: string[] = [];
  writeElement(root, out, ` xmlns="${namespace}"${usesXlink(root) ? ` xmlns:xlink="${xlink}"` : ""}`);
  return out.join("");
}

function writeElement({ name, attributes, children }: SvgElement, out: string[], namespaces = ""): void {
  out.push("<", name, namespaces);
  for (const [key, value] of attributes) out.push(" ", key, '="', escapeAttribute(value), '"');
  if (children.length === 0) {
    out.push("/>");
    return;
  }
  out.push(">");
  for (const child of children) writeNode(child, out);
  out.push("</", name, ">");
}

function writeNode(node: SvgNode, out: string[]): void {
  if (typeof node === "string") out.push(escapeText(node));
  else writeElement(node, out);
}

function usesXlink({ attributes, children }: SvgElement): boolean {
  return (
    attributes.has("xlink:href") || children.some((child) => typeof child !== "string" && usesXlink(child))
  );
}

function escapeText(text: string): string {
  // A carriage return as it is would be read as a line feed (XML 1.0, section 2.11).
  return text.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function escapeAttribute(value: string): string {
  // White space as it is would be read as spaces (XML 1.0, section 3.3.3).
  return value.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
