/** One setting of a service: where it may be written, what it takes, and what it is for. Docs are made from it. */
export interface Setting<T> {
  /** Path in `freshet.toml`, e.g. `server.port`; `null` for what may not stand in a file that people copy around. */
  readonly key: string | null;
  /** Environment variable; it wins over the file. A secret may also be given as `{env}_FILE`, the path of a file. */
  readonly env: string;
  readonly doc: string;
  readonly accepts: string;
  readonly fallback: T;
  readonly secret: boolean;
  /** @throws RangeError with what was expected */
  read(raw: unknown): T;
}

type Common<T> = {
  readonly key: string | null;
  readonly env: string;
  readonly doc: string;
  readonly fallback: T;
};

/** A whole number in a range, with its unit as part of what is accepted. */
export function numberSetting(
  setting: Common<number> & { min: number; max: number; unit?: string },
): Setting<number> {
  const { min, max, unit } = setting;
  const accepts = `a whole number from ${min} to ${max}${unit ? ` (${unit})` : ""}`;
  return {
    ...setting,
    accepts,
    secret: false,
    read(raw) {
      const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
      if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
        throw new RangeError(accepts);
      return value;
    },
  };
}

/** A text; `secret` keeps it out of files and out of what is printed. */
export function textSetting<T extends string | null>(
  setting: Common<T> & { accepts?: string; pattern?: RegExp; secret?: boolean },
): Setting<T> {
  const { accepts = "a text", pattern = /^[^\0]+$/, secret = false } = setting;
  return {
    ...setting,
    accepts,
    secret,
    read(raw) {
      if (typeof raw !== "string" || !pattern.test(raw)) throw new RangeError(accepts);
      return raw as T;
    },
  };
}

/** One of a few words. */
export function choiceSetting<T extends string>(setting: Common<T> & { choices: readonly T[] }): Setting<T> {
  const accepts = `one of ${setting.choices.join(", ")}`;
  return {
    ...setting,
    accepts,
    secret: false,
    read(raw) {
      const choice = setting.choices.find((known) => known === raw);
      if (choice === undefined) throw new RangeError(accepts);
      return choice;
    },
  };
}

/** Several texts: a list in the file, separated by commas in the environment. */
export function listSetting(
  setting: Common<readonly string[]> & { accepts: string },
): Setting<readonly string[]> {
  return {
    ...setting,
    secret: false,
    read(raw) {
      const items = typeof raw === "string" ? raw.split(",").map((item) => item.trim()) : raw;
      if (!Array.isArray(items) || items.some((item) => typeof item !== "string"))
        throw new RangeError(setting.accepts);
      return items.filter((item) => item !== "");
    },
  };
}
