import type { Texts } from "./texts/en.ts";

export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

/**
 * What the page speaks: what its address says (`?lang=de`), or the first of the person's languages that it knows.
 * @param preferred most wanted first: `de-AT`, `en`
 */
export function chooseLanguage(search: string, preferred: readonly string[]): Language {
  const said = new URLSearchParams(search).get("lang");
  const wanted = [said ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
  return (wanted.find((tag) => tag === "en" || tag === "de") ?? "en") as Language;
}

/** Only the language that is spoken is fetched; English if the other one is out of reach. */
export async function loadTexts(language: Language): Promise<Texts> {
  if (language === "en") return (await import("./texts/en.ts")).en;
  return import("./texts/de.ts").then(
    ({ de }) => de,
    () => loadTexts("en"),
  );
}
