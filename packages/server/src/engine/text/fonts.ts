import anton from "@expo-google-fonts/anton/400Regular/Anton_400Regular.ttf" with { type: "file" };
import archivoBlack from "@expo-google-fonts/archivo-black/400Regular/ArchivoBlack_400Regular.ttf" with {
  type: "file",
};
import arimo from "@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf" with { type: "file" };
import arimoItalic from "@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf" with {
  type: "file",
};
import arimoBold from "@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf" with { type: "file" };
import comic from "@expo-google-fonts/comic-neue/400Regular/ComicNeue_400Regular.ttf" with { type: "file" };
import courier from "@expo-google-fonts/courier-prime/400Regular/CourierPrime_400Regular.ttf" with {
  type: "file",
};
import courierBold from "@expo-google-fonts/courier-prime/700Bold/CourierPrime_700Bold.ttf" with {
  type: "file",
};
import dancing from "@expo-google-fonts/dancing-script/400Regular/DancingScript_400Regular.ttf" with {
  type: "file",
};
import gelasio from "@expo-google-fonts/gelasio/400Regular/Gelasio_400Regular.ttf" with { type: "file" };
import gelasioItalic from "@expo-google-fonts/gelasio/400Regular_Italic/Gelasio_400Regular_Italic.ttf" with {
  type: "file",
};
import gelasioBold from "@expo-google-fonts/gelasio/700Bold/Gelasio_700Bold.ttf" with { type: "file" };
import condensed from "@expo-google-fonts/roboto-condensed/400Regular/RobotoCondensed_400Regular.ttf" with {
  type: "file",
};
import condensedBold from "@expo-google-fonts/roboto-condensed/700Bold/RobotoCondensed_700Bold.ttf" with {
  type: "file",
};
import mono from "@expo-google-fonts/roboto-mono/400Regular/RobotoMono_400Regular.ttf" with { type: "file" };

/** A font of this project, and the usual names that it stands in for. */
export interface FontFamily {
  readonly family: string;
  /** In lower case, without spaces, dashes and underscores. */
  readonly standsFor: readonly string[];
}

/** Paths of free fonts, which a single binary carries inside itself. All are under the SIL Open Font License or Apache 2. */
export const fontFiles: readonly string[] = [
  ...[arimo, arimoItalic, arimoBold, archivoBlack, anton, condensed, condensedBold],
  ...[gelasio, gelasioItalic, gelasioBold, courier, courierBold, mono, comic, dancing],
];

export const fallbackFamily = "Arimo";

export const fontFamilies: readonly FontFamily[] = [
  {
    family: "Arimo",
    standsFor: [
      "arial",
      "helvetica",
      "helveticaneue",
      "verdana",
      "tahoma",
      "opensans",
      "roboto",
      "lato",
      "sansserif",
    ],
  },
  { family: "Archivo Black", standsFor: ["arialblack", "helveticablack", "montserratblack", "montserrat"] },
  { family: "Anton", standsFor: ["impact", "haettenschweiler", "bebasneue", "oswald"] },
  { family: "Roboto Condensed", standsFor: ["arialnarrow", "helveticacondensed", "opensanscondensed"] },
  { family: "Gelasio", standsFor: ["georgia", "times", "timesnewroman", "garamond", "palatino", "serif"] },
  { family: "Courier Prime", standsFor: ["courier", "couriernew"] },
  { family: "Roboto Mono", standsFor: ["consolas", "menlo", "monaco", "lucidaconsole", "monospace"] },
  { family: "Comic Neue", standsFor: ["comicsans", "comicsansms"] },
  { family: "Dancing Script", standsFor: ["brushscript", "lobster", "pacifico", "cursive"] },
];

/** A family with the style that a name asked for. */
export interface FontChoice {
  readonly family: string;
  readonly bold: boolean;
  readonly italic: boolean;
}

/**
 * The font for a name as people write it: `Arial-Black`, `Times New Roman Bold`, `roboto_condensed`. What is not known
 * is shown in {@link fallbackFamily}.
 */
export function chooseFont(name: string): FontChoice {
  const plain = squeeze(name);
  const bare = withoutStyle(plain);
  const found = familyOf(plain) ?? familyOf(bare);
  const style = found !== undefined && familyOf(plain) !== undefined ? "" : plain.slice(bare.length);
  return {
    family: found ?? fallbackFamily,
    bold: style.includes("bold"),
    italic: /italic|oblique/.test(style),
  };
}

/** True if {@link chooseFont} does not have to fall back. */
export function knowsFont(name: string): boolean {
  const plain = squeeze(name);
  return (familyOf(plain) ?? familyOf(withoutStyle(plain))) !== undefined;
}

function withoutStyle(plain: string): string {
  return plain.replace(/(regular|bold|italic|oblique|ps|mt|ms)+$/, "");
}

function familyOf(name: string): string | undefined {
  return fontFamilies.find(({ family, standsFor }) => squeeze(family) === name || standsFor.includes(name))
    ?.family;
}

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, "");
}
