import type { Options } from "../plan/options.ts";
import type { Reader, Reading } from "./readers.ts";

/** One parameter of the URL grammar: how it is spelled, what it takes, and what it asks for. */
export interface Op {
  readonly name: string;
  /** Other spellings; where several are given in one URL, `name` wins, then the aliases in order. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly accepts: string;
  /** Query of a URL that shows the operation; it is executed when the documentation is made. */
  readonly example: string;
  /** May carry an index, as in `wat_url[1]`: then it speaks of one of several watermarks. */
  readonly indexed: boolean;
  /** `+` stands for a space in its value, as forms and the image editor write it. */
  readonly plusIsSpace: boolean;
  read(raw: string): Reading<Partial<Options>>;
}

/** Ties a reader to what its value asks for. */
export function defineOp<T>(definition: {
  name: string;
  aliases?: readonly string[];
  summary: string;
  reader: Reader<T>;
  example: string;
  indexed?: boolean;
  plusIsSpace?: boolean;
  toOptions(value: T): Partial<Options>;
}): Op {
  const { name, aliases = [], summary, reader, example, indexed = false, plusIsSpace = false } = definition;
  return {
    name,
    aliases,
    summary,
    accepts: reader.accepts,
    example,
    indexed,
    plusIsSpace,
    read(raw) {
      const reading = reader.read(raw);
      if ("problem" in reading) return reading;
      const value = definition.toOptions(reading.value);
      return reading.note === undefined ? { value } : { value, note: reading.note };
    },
  };
}
