import type { Texts } from "./en.ts";

/** All that the page says, in German; what core and purge-api say is translated by `sentences` below. */
export const de: Texts = {
  language: "de",
  locale: "de-DE",

  page: {
    title: "Freshet: Bilder erneuern",
    heading: "Noch immer das alte Bild?",
    lead: "Adresse einfügen. Jeder Bildserver vergisst, was er hatte, und holt das Bild neu.",
    noScript: "Diese Seite braucht JavaScript.",
    language: "Sprache",
    key: "Schlüssel",
    keyShow: "Zeigen",
    keyUse: "Verwenden",
    keyHint: "Ihn hat, wer Freshet betreibt. Er bleibt nur in diesem Tab.",
    keyChange: "Anderer Schlüssel",
    paths: "Adressen",
    pathsPlaceholder: "/sample.li/flat.jpg, ein Link, HTML, eine Tabelle …",
    v6: "v6-API verwenden",
    v6Hint: "für Adressen wie /width/500/n/sample.li/flat.jpg",
    reading: "So wird das gelesen",
    scope: "Was erneuert wird",
    original: "Original",
    originalHint: "Das Bild in jeder Größe.",
    urls: "Genaue URLs",
    urlsHint: "Nur diese Adressen, wie sie dastehen.",
    all: "Alles",
    allHint: "Alle Bilder dieses Schlüssels.",
    more: "Weitere Möglichkeiten",
    mode: "Wie erneuert wird",
    usual: "Wie üblich",
    usualHint: "Bilder werden neu geholt, bei Ordnern und allem nur, was sich geändert hat.",
    hard: "Neu holen",
    hardHint: "Jedes Bild wird neu geholt, was seine Website auch sagt.",
    revalidate: "Erst fragen",
    revalidateHint: "Die Website wird gefragt, ob sich ein Bild geändert hat; wenn nicht, bleibt es.",
    soft: "Sanft",
    softHint: "Wie „Erst fragen“, doch kurz nach DONE kann jemand noch das alte Bild sehen.",
    erase: "Löschen",
    eraseHint: "Wie „Neu holen“, und die alten Dateien sind vor DONE gelöscht.",
    rewarm: "Bilder gleich wieder herstellen",
    rewarmHint: "Vor DONE bis zu zehn, die am meisten verlangt werden.",
    curl: "Dasselbe als Befehl",
    curlHint: "Der Schlüssel steht nicht darin: Vorher in FRESHET_CLIENT_KEY legen.",
    copy: "Kopieren",
    invalidate: "Erneuern",
    translate: "Wie heißt meine alte URL in v7?",
    oldUrls: "Alte URLs, von v6 oder v4",
    translateUse: "Als Adressen verwenden",
    history: "Verlauf",
    refresh: "Aktualisieren",
    search: "Adressen und Nummern suchen",
    status: "Stand",
    anyStatus: "Jeder Stand",
    running: "Läuft",
    kind: "Art",
    anyKind: "Jede Art",
    tag: "Tag",
    older: "Ältere zeigen",
    stillOld: "Da steht DONE, aber ich sehe noch das alte Bild",
    stillOldBrowser:
      "Die Bildserver haben es vergessen. Übrig ist eine Kopie in Ihrem Browser: Bild öffnen und mit Strg Umschalt R neu laden, auf dem Mac mit ⌘ Umschalt R.",
    stillOldOrigin: "Bleibt es alt, so gibt die Website, von der das Bild kommt, noch das alte heraus.",
    cancel: "Zurück",
  },

  hints: {
    original: "Eine je Zeile. Ein Stern am Ende nimmt einen ganzen Ordner: /sample.li/ordner/*",
    urls: "Eine je Zeile, wie sie auf Ihrer Seite stehen, mit Größe: /sample.li/flat.jpg?w=500",
    originalV6: "Was vor dem Original steht, fällt weg: /width/500/n/sample.li/flat.jpg",
    urlsV6: "Eine je Zeile, wie sie auf Ihrer Seite stehen: /width/500/n/sample.li/flat.jpg",
  },
  show: "Zeigen",
  hide: "Verbergen",
  accepted: "Schlüssel von",
  checking: "Der Schlüssel wird geprüft.",
  checkingLater: "Der Schlüssel wird geprüft, sobald der Dienst antwortet.",
  copied: "Kopiert",
  copyByHand: "Strg C oder ⌘ C drücken",

  kinds: {
    original: "Original",
    prefix: "Ordner",
    variants: "Einige Bilder",
    url: "Genaue URL",
    tag: "Tag",
    all: "Alles",
  },
  unreadable: "Nicht lesbar",
  readAs: (token, version) => `${token}, gelesen als ${version}`,
  times: (many) => `${many}-mal eingefügt`,
  nothingYet: "Noch nichts eingefügt.",
  keyFirst: "Mit Ihrem Schlüssel sehen Sie, wie diese Zeilen gelesen werden.",
  nothingFound: "Darin steht keine Adresse.",
  unread: (many) => `${lines(many)} nicht lesbar, nicht gesendet`,
  folded: (many) => `${count(many, "doppelte", "doppelte")} zusammengelegt`,
  leftOut: (many) => `${count(many, "Zelle", "Zellen")} ohne Adresse übergangen`,
  counted: {
    original: (many) => count(many, "Original", "Originale"),
    prefix: (many) => count(many, "Ordner", "Ordner"),
    variants: (many) => count(many, "Auswahl von Bildern", "Auswahlen von Bildern"),
    url: (many) => count(many, "URL", "URLs"),
    tag: (many) => count(many, "Tag", "Tags"),
    all: () => "alles",
  },
  more: (many) => `und ${number(many)} mehr`,
  mend: {
    query: (many) => `Ohne Parameter nehmen${of(many)}`,
    folder: (many) => `Ganzen Ordner nehmen${of(many)}`,
    tidy: (many) => `Aufräumen${of(many)}`,
    original: () => "Stattdessen Originale",
    urls: () => "Stattdessen genaue URLs",
    v6: () => "Als v6 lesen",
    v7: () => "Als v7 lesen",
  },

  reasons: {
    checking: "Der Schlüssel wird geprüft.",
    key: "Zuerst den Schlüssel eingeben.",
    sending: "Wird gesendet.",
    empty: "Mindestens eine Adresse einfügen.",
    unreadable: "Keine Zeile ist lesbar: Die Liste sagt, warum.",
    many: (most, many) => `Auf einmal gehen ${number(most)} Adressen: Das sind ${number(many)}.`,
    long: "Diese Adressen sind zu lang für einmal: in Teilen senden.",
  },

  confirm: {
    folders: "Ganze Ordner erneuern?",
    all: (token) => `Alle Bilder von ${token} erneuern?`,
    counting: "Es wird gezählt, wie viel das betrifft …",
    reach: ({ originals, variants, at_least: isMore }, size) =>
      `${isMore ? "Mindestens " : ""}${count(originals, "Original", "Originale")} und ${count(variants, "Bild", "Bilder")} davon, zusammen ${size}.`,
    among: "Darunter",
    nothing: "Davon ist nichts gespeichert: Was später kommt, wird ohnehin neu geholt.",
    unknown: "Wie viel das betrifft, ließ sich nicht zählen.",
    cost: "Jedes wird bei seiner Website nachgesehen, wenn es wieder verlangt wird.",
    type: (token) => `Zur Bestätigung ${token} eintippen`,
    go: "Erneuern",
  },

  statuses: {
    RECEIVED: "ANGENOMMEN",
    PREPARING: "WIRD VORBEREITET",
    FLUSHINGCLOUDIMAGESERVER: "BILDSERVER",
    FLUSHINGCDNSERVERS: "CDN",
    DONE: "DONE",
    ERROR: "FEHLER",
  },
  ended: (status, _isError, duration) => `${status} nach ${duration}`,
  lost: (status) => `KEINE ANTWORT, zuletzt: ${status}`,
  andMore: (first, more) => `${first} und ${number(more)} mehr`,
  waiting: (waiting, all) =>
    waiting === all
      ? `Wartet auf ${number(all)} Bildserver`
      : `Wartet auf ${waiting} von ${number(all)} Bildservern`,
  unreadMany: (many) => `${count(many, "Adresse war", "Adressen waren")} nicht lesbar`,
  nodes: {
    acked: "hat die alten Bilder vergessen",
    lapsed: "ist abgeschnitten und zeigt nichts Altes",
    waiting: "hat noch nicht geantwortet",
  },
  erased: ({ originals, variants }, size) =>
    `gelöscht: ${count(originals, "Original", "Originale")}, ${count(variants, "Bild", "Bilder")}, ${size}`,
  after: (duration) => `, nach ${duration}`,
  rewarm: {
    heading: "Wieder hergestellt",
    pending: "Beginnt, sobald die alten fort sind.",
    skipped: "Dafür war keine Zeit.",
    made: (ready, failed) =>
      ready + failed === 0
        ? "wurde nach keinem gefragt"
        : `hat ${count(ready, "Bild", "Bilder")} bereit${failed === 0 ? "" : `, ${number(failed)} nicht`}`,
    silent: "hat nicht rechtzeitig geantwortet",
    failures: "Nicht herstellbar",
  },
  fronts: {
    waiting: "wartet, bis es dran ist",
    purging: "wird geleert",
    rebounding: "ist geleert; noch einmal für Antworten unterwegs",
    purged: "ist geleert",
    failed: "ließ sich nicht leeren",
  },
  attempts: (many) => count(many, "Versuch", "Versuche"),
  scopes: { original: "Originale in jeder Größe", urls: "Genaue URLs", all: "Alles", tag: "Tags" },
  job: {
    servers: "Bildserver",
    fronts: "Caches davor",
    what: "Was",
    received: "Angenommen",
    ended: "Beendet",
    notYet: "noch nicht",
    number: "Nummer",
    sent: "Gesendet",
    renewed: "Erneuert",
    unreadable: "Nicht lesbar",
    again: "Noch einmal",
    retry: "Erneut versuchen",
    reuse: "Ins Formular",
    link: "Link kopieren",
    close: "Schließen",
    loading: "Wird gesucht …",
  },
  noneSoFar: "Bisher nichts.",
  noneFound: "Nichts gefunden.",
  afterKey: "Hier steht, was erneuert wurde, sobald Ihr Schlüssel angenommen ist.",
  everything: "Alles",

  proof: {
    heading: "Vorher und nachher",
    before: "Vorher",
    now: "Jetzt",
    size: "Größe",
    fetched: "Geholt",
    etag: "ETag",
    loading: "Wird geholt …",
    late: "Nicht rechtzeitig gesehen",
    later: "Zu sehen bei DONE",
    changed: "Ein neues Bild wird ausgeliefert.",
    same: "Das Bild ist noch dasselbe: Seine Website gibt dieses heraus.",
    gone: "Auf seiner Website gibt es kein Bild mehr.",
    alt: (when, path) => `${when}: ${path}`,
    keptNow: "Jetzt gespeichert",
    notKept: "Bisher nicht gespeichert",
  },

  trouble: (sentence) =>
    `${sentence} Was Sie sehen, kann veraltet sein. Alle paar Sekunden ein neuer Versuch.`,
  offline: "Sie sind offline.",

  problem(problem, clock) {
    switch (problem.name) {
      case "noAnswer":
        return "Der Dienst antwortet nicht.";
      case "impossibleKey":
        return "Ein Schlüssel hat nur Buchstaben, Ziffern und Zeichen. Noch einmal kopieren.";
      case "unknownKey":
        return "Dieser Schlüssel ist hier nicht bekannt. Ist er ganz kopiert, und ist er für diesen Dienst?";
      case "limit":
        return `Mit diesem Schlüssel ist vorerst genug erneuert. Wieder in ${seconds(problem.waitS)}, um ${clock(problem.untilMs)}.`;
      case "refused":
        return asSentence(de.sentence(problem.detail));
      case "broken":
        return `Der Dienst hat ein Problem: ${de.sentence(problem.detail)}.`;
      case "foreign":
        return `Der Dienst hat ein Problem: eine Antwort, die diese Seite nicht versteht (${problem.status}).`;
      case "unsure":
        return "Vielleicht ist das angekommen. Sehen Sie im Verlauf nach, sobald der Dienst antwortet; zweimal senden schadet nicht.";
      case "unknownJob":
        return "Unter dieser Nummer wurde nichts erneuert.";
    }
  },
  sentence(english) {
    const [said = "", hint] = english.split("; it looks like a path of v6");
    const found = sentences.find(([pattern]) => pattern.test(said));
    const german = found ? said.replace(...found) : said;
    return hint === undefined
      ? german
      : `${german}; es sieht nach v6 aus: dafür „v6-API verwenden“ ankreuzen`;
  },
};

/** What core says of a line, and purge-api of an order; what is missing here stays English. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^host (.+) left out$/, "Host $1 weggelassen"],
  [/^\/(v\d)\/ left out$/, "/$1/ weggelassen"],
  [/^vh ignored: .+$/, "vh zählt nicht: Jede Version wird erneuert"],
  [/^(.+) left out: the original .+$/, "$1 weggelassen: Das Original wird mit allen seinen Bildern erneuert"],
  [/^(ci_\w+) left out$/, "$1 weggelassen"],
  [/^the (?:line|path) names no original$/, "hier ist kein Original genannt"],
  [/^the path does not name an origin$/, "hier ist keine Website genannt"],
  [
    /^(".*") is not a host name: .+$/s,
    "$1 ist kein Hostname: host/pfad, eine ganze URL oder ein Alias wäre einer",
  ],
  [/^(".*") is not a valid host name$/s, "$1 ist kein gültiger Hostname"],
  [
    /^(".*") names one .+$/s,
    "$1 meint ein einzelnes Bild: ohne Parameter wird das Original mit allen seinen Bildern erneuert; oder „Genaue URLs“ wählen",
  ],
  [/^a wildcard may only .+$/, "ein Stern darf nur am Ende stehen: /ordner/*"],
  [/^a wildcard needs .+$/, "ein Stern geht nur mit „Original“: hier sind genaue URLs gemeint"],
  [/^a wildcard cannot .+$/, "ein Stern geht nicht zusammen mit Parametern"],
  [
    /^it is not a path of v6, .+$/,
    "das ist kein v6-Pfad wie /width/500/n/sample.li/a.jpg: „v6-API verwenden“ abwählen",
  ],
  [/^originals are fetched by .+ not by (".*")$/s, "geholt wird über http und https, nicht über $1"],
  [/^an origin with a user name .+$/, "mit einem Benutzernamen in der URL wird nichts geholt"],
  [/^(.+) is this server itself: .+$/s, "$1 ist dieser Server selbst: das Original nennen"],
  [/^the path contains .+$/, "der Pfad enthält `..` oder Zeichen, die keine sind"],
  [
    /^a URL may have (\d+) characters, this one has (\d+)$/,
    "eine URL hat höchstens $1 Zeichen, diese hat $2",
  ],
  [/^more than (\d+) parameters$/, "mehr als $1 Parameter"],
  [/^paths in another vendor's .+$/, "/v7m/ wird nicht übersetzt"],
  [/^it is not a v6 or v4 URL, .+$/, "keine URL von v6 oder v4: sie bleibt, wie sie ist"],
  [
    /^(\d+) patterns in one call; .+ (\d+) in a minute$/,
    "$1 Adressen auf einmal; dieser Schlüssel darf $2 in der Minute",
  ],
  [/^the key (.+) may only purge below (.+)$/s, "der Schlüssel $1 darf nur unter $2 erneuern"],
  [/^the key (.+) has scope (.+), not (\w+)$/s, "der Schlüssel $1 darf nur: $2"],
  [/^its origin has no such picture \((\d+)\)$/, "auf seiner Website gibt es kein solches Bild ($1)"],
  [/^the image server answers (\d+)$/, "der Bildserver antwortet $1"],
  [/^the image server does not answer$/, "der Bildserver antwortet nicht"],
  [/^the log no longer .+$/, "das ist nicht mehr gespeichert: neu senden"],
  [/^the invalidation has not ended .+$/, "das läuft noch"],
];

function number(many: number): string {
  return many.toLocaleString("de-DE");
}

function count(many: number, one: string, several: string): string {
  return `${number(many)} ${many === 1 ? one : several}`;
}

function lines(many: number): string {
  return count(many, "Zeile", "Zeilen");
}

function of(many: number): string {
  return many === 1 ? "" : ` (${lines(many)})`;
}

function seconds(many: number): string {
  return many < 90 ? count(many, "Sekunde", "Sekunden") : `${Math.ceil(many / 60)} Minuten`;
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
