import type { JobStatus, PurgeTarget } from "@freshet/core";
import type { Amounts, FrontProgress, JobNode, JobScope, Reach } from "../job.ts";
import type { Mend } from "../mends.ts";
import type { Problem } from "../problem.ts";

/** Texts of index.html: the build puts them in for `{name}`. */
export const page = {
  title: "Freshet: renew pictures",
  heading: "Still seeing the old picture?",
  lead: "Paste its address. Every image server drops what it kept and fetches the picture anew.",
  noScript: "This page needs JavaScript.",
  language: "Language",
  key: "Client key",
  keyShow: "Show",
  keyUse: "Use key",
  keyHint: "Whoever runs Freshet for you has it. It stays in this tab only.",
  keyChange: "Use another key",
  paths: "Addresses",
  pathsPlaceholder: "/sample.li/flat.jpg, a link, HTML, a table …",
  v6: "Use v6 API",
  v6Hint: "for addresses such as /width/500/n/sample.li/flat.jpg",
  reading: "How this will be read",
  scope: "What to renew",
  original: "Original",
  originalHint: "The picture and every size of it.",
  urls: "Exact URLs",
  urlsHint: "Only these addresses, as they stand.",
  all: "Everything",
  allHint: "All pictures of this key.",
  more: "More choices",
  mode: "How to renew",
  usual: "As usual",
  usualHint: "Pictures are fetched again; of folders and everything, only what has changed.",
  hard: "Fetch again",
  hardHint: "Every picture is fetched again, whatever its website says.",
  revalidate: "Check first",
  revalidateHint: "The website is asked whether a picture changed; one that did not stays.",
  soft: "Gently",
  softHint: "As check first, but for a short while after DONE somebody may still see the old picture.",
  erase: "Erase",
  eraseHint: "As fetch again, and the old files are deleted before DONE.",
  rewarm: "Make the pictures again at once",
  rewarmHint: "Up to ten, those that are asked for most, before it is DONE: nobody has to wait for these.",
  curl: "The same as a command",
  curlHint: "The key is not in it: put it into FRESHET_CLIENT_KEY first.",
  copy: "Copy",
  invalidate: "Invalidate",
  translate: "What is my old URL in v7?",
  oldUrls: "Old URLs, of v6 or v4",
  translateUse: "Use as addresses",
  history: "History",
  refresh: "Refresh",
  search: "Search addresses and numbers",
  status: "Status",
  anyStatus: "Any status",
  running: "Running",
  kind: "Kind",
  anyKind: "Any kind",
  tag: "Tag",
  older: "Show older",
  stillOld: "It says DONE, but I still see the old picture",
  stillOldBrowser:
    "The image servers have let go of it. What is left is a copy in your own browser: open the picture and reload it with Ctrl Shift R, or ⌘ Shift R on a Mac.",
  stillOldOrigin: "If it stays old, the website that the picture comes from still gives out the old one.",
  cancel: "Go back",
};

export type Page = typeof page;

/** All else that is said, in English. Sentences of core and of purge-api are English, too, and pass as they are. */
export const en = {
  language: "en",
  locale: "en-US",

  /** These stand in index.html already: see `page` below. */
  page: null as Page | null,

  hints: {
    original: "One on each line. A star at the end takes a whole folder: /sample.li/folder/*",
    urls: "One on each line, as they stand in your page, sizes included: /sample.li/flat.jpg?w=500",
    originalV6: "What stands before the original is left out: /width/500/n/sample.li/flat.jpg",
    urlsV6: "One on each line, as they stand in your page: /width/500/n/sample.li/flat.jpg",
  },
  show: "Show",
  hide: "Hide",
  accepted: "Key of",
  checking: "Checking the key.",
  checkingLater: "The key will be checked as soon as the service answers.",
  copied: "Copied",
  copyByHand: "Press Ctrl C, or ⌘ C",

  kinds: {
    original: "Original",
    prefix: "Folder",
    variants: "Some pictures",
    url: "Exact URL",
    tag: "Tag",
    all: "Everything",
  } satisfies Record<PurgeTarget["kind"], string>,
  unreadable: "Not readable",
  readAs: (token: string, version: string) => `${token}, read as ${version}`,
  times: (many: number) => `pasted ${many} times`,
  nothingYet: "Nothing pasted yet.",
  keyFirst: "Enter your client key to see how these lines will be read.",
  nothingFound: "There is no address in this.",
  unread: (many: number) => `${line(many)} cannot be read and will not be sent`,
  folded: (many: number) => `${count(many, "duplicate")} folded`,
  leftOut: (many: number) => `${count(many, "cell")} without an address left out`,
  counted: {
    original: (many: number) => count(many, "original"),
    prefix: (many: number) => count(many, "folder"),
    variants: (many: number) => count(many, "choice of pictures", "choices of pictures"),
    url: (many: number) => count(many, "URL"),
    tag: (many: number) => count(many, "tag"),
    all: () => "everything",
  } satisfies Record<PurgeTarget["kind"], (many: number) => string>,
  more: (many: number) => `and ${count(many, "more", "more")}`,
  mend: {
    query: (many: number) => `Leave the query out${of(many)}`,
    folder: (many: number) => `Take the whole folder${of(many)}`,
    tidy: (many: number) => `Tidy it up${of(many)}`,
    original: () => "Take originals instead",
    urls: () => "Take exact URLs instead",
    v6: () => "Read as v6",
    v7: () => "Read as v7",
  } satisfies Record<Mend["kind"], (many: number) => string>,

  reasons: {
    checking: "The key is being checked.",
    key: "Enter your client key first.",
    sending: "Sending.",
    empty: "Paste at least one address.",
    unreadable: "No line can be read: the list says why.",
    many: (most: number, many: number) =>
      `One invalidation takes ${number(most)} addresses: these are ${number(many)}.`,
    long: "These addresses are too long for one invalidation: send them in parts.",
  },

  confirm: {
    folders: "Renew whole folders?",
    all: (token: string) => `Renew every picture of ${token}?`,
    counting: "Counting what this reaches …",
    reach: ({ originals, variants, at_least: isMore }: Reach, size: string) =>
      `${isMore ? "At least " : ""}${count(originals, "original")} and ${count(variants, "picture")} made of them, ${size} in all.`,
    among: "Among them",
    nothing: "Nothing of this is kept now: what comes later is fetched anew anyway.",
    unknown: "What this reaches could not be counted.",
    cost: "Each is looked up at its website again when it is next asked for.",
    type: (token: string) => `Type ${token} to confirm`,
    go: "Renew",
  },

  statuses: {
    RECEIVED: "RECEIVED",
    PREPARING: "PREPARING",
    FLUSHINGCLOUDIMAGESERVER: "FLUSHING IMAGE SERVERS",
    FLUSHINGCDNSERVERS: "FLUSHING CDN",
    DONE: "DONE",
    ERROR: "ERROR",
  } satisfies Record<JobStatus, string>,
  ended: (status: string, isError: boolean, duration: string) =>
    `${status} ${isError ? "after" : "in"} ${duration}`,
  lost: (status: string) => `NO ANSWER, last heard: ${status}`,
  andMore: (first: string, more: number) => `${first} and ${number(more)} more`,
  waiting: (waiting: number, all: number) =>
    waiting === all
      ? `Waiting for ${count(all, "image server")}`
      : `Waiting for ${waiting} of ${count(all, "image server")}`,
  unreadMany: (many: number) => `${count(many, "address", "addresses")} could not be read`,
  nodes: {
    acked: "has dropped the old pictures",
    lapsed: "is cut off and shows nothing old",
    waiting: "has not answered yet",
  } satisfies Record<JobNode["state"], string>,
  erased: ({ originals, variants }: Amounts, size: string) =>
    `erased ${count(originals, "original")}, ${count(variants, "picture")}, ${size}`,
  /** Behind what took so long. */
  after: (duration: string) => `, after ${duration}`,
  rewarm: {
    heading: "Pictures made again",
    pending: "Begins as soon as the old ones are gone.",
    skipped: "There was no time for it.",
    made: (ready: number, failed: number) =>
      ready + failed === 0
        ? "was not asked for any of them lately"
        : `has ${count(ready, "picture")} ready${failed === 0 ? "" : `, ${number(failed)} failed`}`,
    silent: "did not answer in time",
    failures: "Could not be made",
  },
  fronts: {
    waiting: "waits for its turn",
    purging: "is being purged",
    rebounding: "is purged; once more for answers on their way",
    purged: "is purged",
    failed: "could not be purged",
  } satisfies Record<FrontProgress["state"], string>,
  attempts: (many: number) => count(many, "attempt"),
  scopes: {
    original: "Originals, with every size of them",
    urls: "Exact URLs",
    all: "Everything",
    tag: "Tags",
  } satisfies Record<JobScope, string>,
  job: {
    servers: "Image servers",
    fronts: "Caches in front",
    what: "What",
    received: "Received",
    ended: "Ended",
    notYet: "not yet",
    number: "Number",
    sent: "Sent",
    renewed: "Renewed",
    unreadable: "Not readable",
    again: "Run it again",
    retry: "Try again",
    reuse: "Put into the form",
    link: "Copy link",
    close: "Close",
    loading: "Looking for this invalidation …",
  },
  noneSoFar: "None so far.",
  noneFound: "None found.",
  afterKey: "They are listed here once your key is accepted.",
  everything: "Everything",

  proof: {
    heading: "Before and after",
    before: "Before",
    now: "Now",
    size: "Size",
    fetched: "Fetched",
    etag: "ETag",
    loading: "Looking …",
    late: "Not seen in time",
    later: "Shown when it is DONE",
    changed: "A new picture is served.",
    same: "The picture is still the same: its website gives out this one.",
    gone: "There is no picture at its website any more.",
    alt: (when: string, path: string) => `${when}: ${path}`,
    keptNow: "Kept now",
    notKept: "Not kept until now",
  },

  trouble: (sentence: string) =>
    `${sentence} What you see may be out of date. Trying again every few seconds.`,
  offline: "You are offline.",

  /** @param clock writes a time of day */
  problem: (problem: Problem, clock: (atMs: number) => string): string => {
    switch (problem.name) {
      case "noAnswer":
        return "The purge service does not answer.";
      case "impossibleKey":
        return "A key has only letters, digits and signs, without spaces. Copy it once more.";
      case "unknownKey":
        return "This key is not known here. Check that all of it was copied, and that it is for this service.";
      case "limit":
        return `This key has renewed as much as it may for now. Try again in ${duration(problem.waitS)}, at ${clock(problem.untilMs)}.`;
      case "refused":
        return asSentence(problem.detail);
      case "broken":
        return `The purge service has a problem: ${problem.detail}.`;
      case "foreign":
        return `The purge service has a problem: an answer that this page does not understand (${problem.status}).`;
      case "unsure":
        return "It is not known whether your invalidation arrived. Look at the history once the service answers again; sending it twice does no harm.";
      case "unknownJob":
        return "There is no invalidation with this number.";
    }
  },
  /** A sentence of core or of purge-api. */
  sentence: (english: string) => english,
};

export type Texts = typeof en;

function number(many: number): string {
  return many.toLocaleString("en-US");
}

/** `1 line`, `2 lines`. */
function count(many: number, one: string, several = `${one}s`): string {
  return `${number(many)} ${many === 1 ? one : several}`;
}

function line(many: number): string {
  return count(many, "line");
}

function of(many: number): string {
  return many === 1 ? "" : ` of ${line(many)}`;
}

function duration(seconds: number): string {
  return seconds < 90 ? count(seconds, "second") : `${Math.ceil(seconds / 60)} minutes`;
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
