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
export function integer(min: number, max: number, unit = ""): Reader<number> {
  const accepts = `a whole number from ${min} to ${max}${unit}`;
  return {
    accepts,
    read(raw) {
      const number = decimal(raw);
      if (number === null) return { problem: `expected ${accepts}` };
      // Adding zero turns the -0 that rounding can leave into 0.
      const value = Math.min(max, Math.max(min, Math.round(number))) + 0;
      return value === number ? { value } : { value, note: `read as ${value}` };
    },
  };
}

/** A decimal clamped to a range, to the hundredth: finer steps cannot be seen, but would be variants of their own. */
export function number(min: number, max: number, unit = ""): Reader<number> {
  const accepts = `a number from ${min} to ${max}${unit}`;
  return {
    accepts,
    read(raw) {
      const given = decimal(raw);
      if (given === null) return { problem: `expected ${accepts}` };
      const value = Math.min(max, Math.max(min, given));
      return value === given
        ? { value: toHundredths(value) }
        : { value: toHundredths(value), note: `clamped to ${value}` };
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

/** Several readers for one parameter: the first that can read the value does. */
export function either<A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> {
  const accepts = `${first.accepts}, or ${second.accepts}`;
  return {
    accepts,
    read(raw) {
      for (const reader of [first, second]) {
        const reading: Reading<A | B> = reader.read(raw);
        if (!("problem" in reading)) return reading;
      }
      return { problem: `expected ${accepts}` };
    },
  };
}

/**
 * Values separated by commas, all read by one reader.
 *
 * @param shapes the numbers of values that make sense, each with what it is called, e.g. `{ 2: "X,Y" }`
 */
export function list<T>(item: Reader<T>, shapes: Readonly<Record<number, string>>): Reader<readonly T[]> {
  const accepts = `${Object.values(shapes).join(" or ")}, each ${item.accepts}`;
  return {
    accepts,
    read(raw) {
      const parts = raw.split(",");
      if (!Object.hasOwn(shapes, parts.length)) return { problem: `expected ${accepts}` };
      const values: T[] = [];
      const notes: string[] = [];
      for (const part of parts) {
        const reading = item.read(part.trim());
        if ("problem" in reading) return { problem: `expected ${accepts}` };
        values.push(reading.value);
        if (reading.note) notes.push(reading.note);
      }
      return notes.length === 0 ? { value: values } : { value: values, note: notes.join(", ") };
    },
  };
}

/** What another reader reads, made into something else; the words stay. */
export function mapped<A, B>(
  reader: Reader<A>,
  change: (value: A) => B,
  accepts = reader.accepts,
): Reader<B> {
  return {
    accepts,
    read(raw) {
      const reading = reader.read(raw);
      if ("problem" in reading) return { problem: `expected ${accepts}` };
      return { ...reading, value: change(reading.value) };
    },
  };
}

/** A decimal number without an exponent; `null` for anything else. */
export function decimal(raw: string): number | null {
  // Adding zero turns -0 into 0: two zeros would be two plans.
  return /^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$/.test(raw) ? Number(raw) + 0 : null;
}

/** Rounds to two digits behind the point. */
export function toHundredths(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
