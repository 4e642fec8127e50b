import type { MarkOptions, Options } from "../../plan/options.ts";
import type { Length, Watermark } from "../../plan/plan.ts";
import { neutralMark } from "./neutral.ts";
import { nothing, type Parameters } from "./parameters.ts";

/** What rules say about watermarks. */
export interface RuledMarks {
  readonly options: Partial<Options>;
  /** Those of indexed parameters. */
  readonly indexes: readonly number[];
}

/**
 * The watermarks of a plan. Several carry indexes, from 1. Where a rule speaks of one by its index, that one is hidden
 * and the plan's own ones take other indexes.
 *
 * @param addresses of the originals that the plan counts; `null` for the token's own, which no address may name
 */
export function watermarkParameters(
  watermarks: readonly Watermark[],
  addresses: readonly (string | null)[],
  ruled: RuledMarks,
): Parameters {
  if (watermarks.length === 0) return nothing;
  const free = freeIndexes(watermarks.length, ruled.indexes);
  // A rule's image for all would win over a text for all, but not over one with an index.
  const isIndexed = watermarks.length > 1 || ruled.indexes.length > 0 || ruled.options.markUrl != null;
  return [
    ["wat", "1"],
    ...watermarks.flatMap((mark, at) =>
      markParameters(mark, addresses, ruled, isIndexed ? (free[at] as number) : null),
    ),
    ...ruled.indexes.map((index) => [`wat_opacity[${index}]`, "0"] as const),
  ];
}

function freeIndexes(count: number, taken: readonly number[]): number[] {
  const free: number[] = [];
  for (let index = 1; free.length < count; index++) if (!taken.includes(index)) free.push(index);
  return free;
}

function markParameters(
  mark: Watermark,
  addresses: readonly (string | null)[],
  ruled: RuledMarks,
  index: number | null,
): Parameters {
  const values = { ...contentValues(mark.content, addresses), ...lookValues(mark) };
  const spell = (name: string) => (index === null ? name : `${name}[${index}]`);
  const parameters: [string, string][] = [];
  for (const key of Object.keys(neutralMark) as (keyof MarkOptions)[]) {
    const [name, plain] = neutralMark[key];
    const value = values[key] ?? plain;
    if (value === null || (value === plain && ruled.options[key] === undefined)) continue;
    parameters.push([spell(name), value]);
  }
  // The token's own mark may have nothing to say: its index must be there all the same.
  return parameters.length > 0 || index === null ? parameters : [[spell("wat_opacity"), `${mark.opacity}`]];
}

type MarkValues = { readonly [K in keyof MarkOptions]?: string | null };

function contentValues(content: Watermark["content"], addresses: readonly (string | null)[]): MarkValues {
  if (content.kind === "image") return { markUrl: addresses[content.input] ?? null };
  const { text, font, size, shrink, color } = content;
  return {
    markText: text,
    markFont: font === "" ? null : font,
    markFontSize: `${size}${shrink ? "max" : ""}`,
    markColor: color,
  };
}

function lookValues({ place, scale, opacity }: Watermark): MarkValues {
  const where =
    place.kind === "anchor"
      ? { markGravity: place.gravity, markPad: lengths(place.pad) }
      : { markGravity: "absolute", markPosition: lengths(place.at) };
  return { ...where, markScale: scaleValue(scale), markOpacity: `${opacity}` };
}

function scaleValue(scale: Watermark["scale"]): string | null {
  if (scale === null) return null;
  if (scale.kind === "own") return `${scale.percent}`;
  return scale.height === null ? `${scale.width}p` : `${scale.width}p,${scale.height}p`;
}

function lengths(pair: readonly [Length, Length]): string {
  return pair.map(({ value, unit }) => (unit === "%" ? `${value}p` : `${value}`)).join(",");
}
