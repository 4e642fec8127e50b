import { readSrcset } from "./read-srcset.ts";

/** Attributes that hold a picture, lazy loaders' and Cloudimage's own among them: `data-src`, `ci-src`, `ci-bg-url`. */
const pictureName = /^(?:[\w-]*-)?(?:src|original|poster|bg|bg-url|background)$/i;
const srcsetName = /^(?:[\w-]*-|image)?(?:srcset|bgset)$/i;

/** Attributes that may name anything: they count where a picture is named. */
const perhapsName = /^(?:href|xlink:href|content|value|data)$/i;

const pictureEnding = /\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|ico|heic|jxl)(?:[?#]|$)/i;
const otherEnding = /\.(?:m?js|css|html?|mp[34]|webm|ogg|pdf|woff2?)(?:[?#]|$)/i;

/** Bounded, so that a text without any quote takes time in proportion to its length. */
const attribute = /(?<![\w:-])([\w:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/g;
const styleUrl = /\burl\(\s{0,9}["']?([^"')\s]+)/gi;
const markdown = /!\[[^\]\n]{0,500}\]\(\s{0,9}<?([^)\s>]+)/g;

/** Whether what was pasted is a page, a part of one, a bare attribute, a style or Markdown. */
export function looksLikeHtml(text: string): boolean {
  return (
    /<[a-z!/][^<>]{0,9999}>/i.test(text) ||
    /(?:^|\s)(?:[\w-]{1,40}-)?(?:src|srcset)\s{0,9}=\s{0,9}["']/i.test(text) ||
    /\burl\(/i.test(text) ||
    /!\[[^\]\n]{0,500}\]\(/.test(text)
  );
}

/** The pictures that a page names, in its order, and addresses that stand in its text. */
export function readHtml(html: string): string[] {
  const found: { at: number; urls: string[] }[] = [];
  const outside = html.replace(attribute, (whole, name: string, double, single, bare, at: number) => {
    const value = decodeEntities(double ?? single ?? bare).trim();
    found.push({ at, urls: urlsOf(name, value) });
    return name.toLowerCase() === "style" ? whole : " ".repeat(whole.length);
  });
  const texts = outside.replace(/<[^<>]{0,9999}>/g, (tag) =>
    tag.includes("url(") ? tag : " ".repeat(tag.length),
  );
  for (const [pattern, from] of [
    [styleUrl, texts],
    [markdown, texts],
    [plainAddress, texts],
  ] as const) {
    for (const match of from.matchAll(pattern))
      found.push({ at: match.index, urls: [decodeEntities(match[1] as string)] });
  }
  return found
    .sort((a, b) => a.at - b.at)
    .flatMap(({ urls }) => urls)
    .filter((url) => url !== "" && !/^(?:data|blob|javascript):/i.test(url) && !otherEnding.test(url));
}

/** In a text, what nobody writes but as an address. */
const plainAddress = /(?<![^\s>;,])((?:https?:\/\/|\/(?=[\w.-]+\/))[^\s"'<>(),]+)(?=[\s"'<>,;]|$)/g;

function urlsOf(name: string, value: string): string[] {
  if (srcsetName.test(name)) return readSrcset(value);
  if (pictureName.test(name) || (perhapsName.test(name) && pictureEnding.test(value))) return [value];
  return [];
}

const entities: Readonly<Record<string, string>> = { amp: "&", quot: '"', apos: "'", lt: "<", gt: ">" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,6}));/gi, (whole, hex, digits, name) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
