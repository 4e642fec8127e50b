import type { Compass } from "../plan/plan.ts";

/** The nine places of a box, in both spellings of its middle. */
export const compassWords = {
  northwest: "northwest",
  north: "north",
  northeast: "northeast",
  west: "west",
  center: "center",
  centre: "center",
  east: "east",
  southwest: "southwest",
  south: "south",
  southeast: "southeast",
} as const satisfies Record<Compass | "centre", Compass>;
