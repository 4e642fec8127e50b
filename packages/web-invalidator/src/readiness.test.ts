import { expect, test } from "bun:test";
import { plainToken } from "@freshet/core";
import { makePreview } from "./preview.ts";
import { readiness } from "./readiness.ts";
import { initialState, type State } from "./state.ts";
import { en } from "./texts/en.ts";

const token = plainToken("doc");
const signedIn: Partial<State> = { access: { kind: "accepted", key: "k", token } };
const manyLines = Array.from({ length: 10_001 }, (_, at) => `/sample.li/${at}.jpg`).join("\n");
const longLines = Array.from({ length: 9_000 }, (_, at) => `/sample.li/${"a".repeat(480)}${at}.jpg`).join(
  "\n",
);

const table: [name: string, state: Partial<State>, expected: object | RegExp, needs?: string][] = [
  ["without a key", {}, /Enter your client key/],
  [
    "with a key that was refused",
    { access: { kind: "refused", problem: { name: "unknownKey" } } },
    /Enter your client key/,
  ],
  ["while the key is checked", { access: { kind: "checking" } }, /being checked/],
  ["without text", signedIn, /at least one address/],
  ["with nothing readable", { ...signedIn, text: "20" }, /No line can be read/],
  ["while sending", { ...signedIn, text: "/a.io/a", sending: true }, /Sending/],
  ["with an address", { ...signedIn, text: "/a.io/a" }, { scope: "original", urls: ["/a.io/a"] }],
  [
    "with one good line of two",
    { ...signedIn, text: "20\n/a.io/a" },
    { scope: "original", urls: ["/a.io/a"] },
  ],
  [
    "with exact URLs",
    { ...signedIn, scope: "urls", text: "/a.io/a?w=1" },
    { scope: "urls", urls: ["/a.io/a?w=1"] },
  ],
  [
    "with addresses of v6",
    { ...signedIn, isV6: true, scope: "urls", text: "/width/5/n/a.io/a" },
    { scope: "urls", urls: ["/width/5/n/a.io/a"], api: "v6" },
  ],
  ["for everything", { ...signedIn, scope: "all", text: "/a.io/a" }, { scope: "all" }, "name"],
  [
    "with a line that means everything",
    { ...signedIn, text: "/*" },
    { scope: "original", urls: ["/*"] },
    "name",
  ],
  ["with a folder", { ...signedIn, text: "/a.io/*" }, { scope: "original", urls: ["/a.io/*"] }, "yes"],
  [
    "with a mode",
    { ...signedIn, text: "/a.io/a", mode: "erase" },
    { scope: "original", urls: ["/a.io/a"], mode: "erase" },
  ],
  [
    "with pictures to be made again",
    { ...signedIn, text: "/a.io/a", rewarm: true },
    { scope: "original", urls: ["/a.io/a"], rewarm: 10 },
  ],
  ["with too many addresses", { ...signedIn, text: manyLines }, /takes 10,000 addresses: these are 10,001/],
  ["with too long addresses", { ...signedIn, text: longLines }, /too long/],
];

for (const [name, change, expected, needs = "nothing"] of table) {
  const shown = expected instanceof RegExp ? "gives a reason" : "is ready";
  test(`readiness ${shown} ${name}`, () => {
    const state = { ...initialState(en), ...change };
    const preview =
      state.scope === "all" ? null : makePreview(state.text, state.scope, token, state.isV6 ? "v6" : "v7");
    const result = readiness(state, preview);
    if (expected instanceof RegExp) expect(result).toEqual({ reason: expect.stringMatching(expected) });
    else expect(result).toEqual({ order: expected, needs } as never);
  });
}
