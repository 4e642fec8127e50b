import colorNames from "color-name";

/** What reading a value gives: the value, perhaps with a word about what was changed; or why it is ignored. */
export type Reading<T> = { readonly value: T; readonly note?: string } | { readonly problem: string };

/** Reads one raw value. `accepts` says in words what it takes, so that docs and messages cannot drift from the code. */
export interface Reader<T> {
  readonly accepts: string;
  read(raw: string): Reading<T>;
}

/** A positive decimal, clamped to `max`; zero and negative numbers are no size and are ignored. */
export function positive(max: number, unit: string): Reader<number> {
  const accepts = `a number above 0, at most ${max}${unit}`;
  return {
    accepts,
    read(raw) {
      const value = decimal(raw);
      if (value === null || value <= 0) return { problem: `expected ${accepts}` };
      return value > max ? { value: max, note: `clamped to ${max}` } : { value };
    },
  };
}

/** A whole number clamped to a range; decimals are rounded. */
export function integer(min: number, max: number): Reader<number> {
  const accepts = `a whole number from ${min} to ${max}`;
  return {
    accepts,
    read(raw) {
      const number = decimal(raw);
      if (number === null) return { problem: `expected ${accepts}` };
      const value = Math.min(max, Math.max(min, Math.round(number)));
      return value === number ? { value } : { value, note: `read as ${value}` };
    },
  };
}

/** One of a few words, each standing for a value; case does not matter. */
export function word<T>(words: Readonly<Record<string, T>>): Reader<T> {
  const accepts = `one of ${Object.keys(words).join(", ")}`;
  return {
    accepts,
    read(raw) {
      const key = raw.toLowerCase();
      return Object.hasOwn(words, key) ? { value: words[key] as T } : { problem: `expected ${accepts}` };
    },
  };
}

/** On unless it says no: clients send timestamps and other odd values for "yes" (reference section 1). */
export function flag(): Reader<boolean> {
  return {
    accepts: "1 or 0",
    read: (raw) => ({ value: !["", "0", "false", "no", "off"].includes(raw.toLowerCase()) }),
  };
}

/** Six lower-case hex digits, from three or six digits (a `#` before them is forgiven) or a CSS color name. */
export function color(): Reader<string> {
  const accepts = "a color: 3 or 6 hex digits, or a CSS name";
  return {
    accepts,
    read(raw) {
      const text = raw.toLowerCase().replace(/^#/, "");
      if (/^[0-9a-f]{6}$/.test(text)) return { value: text };
      if (/^[0-9a-f]{3}$/.test(text)) return { value: [...text].map((digit) => digit + digit).join("") };
      const named = Object.hasOwn(colorNames, text) ? colorNames[text as keyof typeof colorNames] : undefined;
      if (!named) return { problem: `expected ${accepts}` };
      return { value: named.map((channel) => channel.toString(16).padStart(2, "0")).join("") };
    },
  };
}

function decimal(raw: string): number | null {
  return /^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$/.test(raw) ? Number(raw) : null;
}
