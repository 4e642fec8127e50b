import { FreshetError } from "@freshet/core";

/** Characters of a text to look for: longer than any path that is worth typing. */
const maxTextChars = 500;

/** @throws FreshetError `bad_query`, as all of these do */
export function readNumber(raw: string | undefined, name: string, max: number): number | null {
  if (raw === undefined) return null;
  const value = Number(raw);
  if (!/^\d+$/.test(raw) || value < 1 || value > max) {
    throw new FreshetError("bad_query", `${name} is a whole number from 1 to ${max}`);
  }
  return value;
}

export function readOneOf<T extends string>(
  raw: string | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  if (raw === undefined) return undefined;
  const choice = choices.find((each) => each === raw);
  if (choice === undefined) throw new FreshetError("bad_query", `${name} is one of ${choices.join(", ")}`);
  return choice;
}

export function readText(raw: string | undefined, name: string): string | undefined {
  if (raw === undefined || raw === "") return undefined;
  if (raw.length > maxTextChars)
    throw new FreshetError("bad_query", `${name} has at most ${maxTextChars} characters`);
  return raw;
}
