/** Takes values out of one table of the settings file; what it cannot use it reports, with the setting's name. */
export interface TableReader {
  /** @param accepts what is taken, in words */
  read<T>(key: string, accepts: string, isRight: (raw: unknown) => raw is T, fallback: T): T;
  /** Reports what stands in the table and was not asked for. */
  refuseOthers(): void;
}

/** @param at name of the table: `tokens.shop` */
export function readTable(at: string, raw: unknown, problems: string[]): TableReader {
  const table = isTable(raw) ? raw : {};
  if (!isTable(raw)) problems.push(`${at}: expected a table`);
  const known = new Set<string>();
  return {
    read(key, accepts, isRight, fallback) {
      known.add(key);
      const value = table[key];
      if (value === undefined) return fallback;
      if (isRight(value)) return value;
      problems.push(`${at}.${key}: expected ${accepts}`);
      return fallback;
    },
    refuseOthers() {
      for (const key of Object.keys(table)) {
        if (!known.has(key)) problems.push(`${at}.${key}: there is no such setting`);
      }
    },
  };
}

export function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

export function isText(raw: unknown): raw is string {
  return typeof raw === "string";
}

export function isFlag(raw: unknown): raw is boolean {
  return typeof raw === "boolean";
}

export function isTextList(raw: unknown): raw is readonly string[] {
  return Array.isArray(raw) && raw.every(isText);
}

export function isTextTable(raw: unknown): raw is Readonly<Record<string, string>> {
  return isTable(raw) && Object.values(raw).every(isText);
}

export function isWholeNumber(min: number, max: number): (raw: unknown) => raw is number {
  return (raw): raw is number => Number.isInteger(raw) && Number(raw) >= min && Number(raw) <= max;
}

export function isOneOf<T extends string>(words: readonly T[]): (raw: unknown) => raw is T {
  return (raw): raw is T => words.some((word) => word === raw);
}
