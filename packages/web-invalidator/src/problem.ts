/** What went wrong, as a value: the page says it in the language that is chosen. */
export type Problem =
  | { readonly name: "noAnswer" | "impossibleKey" | "unknownKey" | "unsure" | "unknownJob" }
  /** Too much in too little time. `untilMs`: wall clock. */
  | { readonly name: "limit"; readonly waitS: number; readonly untilMs: number }
  /** purge-api's own sentence on what is wrong with what was asked for, or with itself. */
  | { readonly name: "refused" | "broken"; readonly detail: string }
  | { readonly name: "foreign"; readonly status: number };
