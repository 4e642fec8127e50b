/** Names and values, not yet percent-encoded. */
export type Parameters = readonly (readonly [name: string, value: string])[];

export const nothing: Parameters = [];

/** A parameter, unless its value is `null`. */
export function parameter(name: string, value: string | number | null): Parameters {
  return value === null ? nothing : [[name, String(value)]];
}
