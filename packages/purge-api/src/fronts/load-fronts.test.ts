import { describe, expect, test } from "bun:test";
import { SettingsError } from "@freshet/core";
import { loadFronts, openFronts } from "./load-fronts.ts";

const zone = "023e105f4ecef8ad9ca31a8372d0c353";

function problems(fronts: unknown, env: Record<string, string> = {}): readonly string[] {
  try {
    loadFronts({ env, file: { fronts }, readFile: () => "from-a-file\n" });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test("each kind is read with what it needs, secrets from the environment or a file that it names", () => {
  const env = {
    FRESHET_FRONT_EDGE_KEY: "k",
    FRESHET_FRONT_CF_API_TOKEN: "t",
    FRESHET_FRONT_FA_API_TOKEN_FILE: "/run/secret",
    FRESHET_FRONT_RABBIT_ACCESS_KEY: "a",
  };
  const file = {
    fronts: {
      edge: { kind: "varnish", urls: ["http://10.0.0.5:6081", "http://10.0.0.6:6081"] },
      proxy: { kind: "nginx", urls: ["http://10.0.0.7"] },
      cf: { kind: "cloudflare", zone, plan: "business", tier: 2 },
      fa: { kind: "fastly", service: "SU1Z0isxPaozGVKXdv0eY" },
      rabbit: { kind: "bunny", pull_zone: 12345 },
    },
  };
  const fronts = openFronts(loadFronts({ env, file, readFile: () => "from-a-file\n" }), fetch);
  expect(fronts.map(({ name, tier, front }) => [name, tier, front.rebounds])).toEqual([
    ["edge", 1, true],
    ["proxy", 1, false],
    ["cf", 2, true],
    ["fa", 1, true],
    ["rabbit", 1, true],
  ]);
  expect(fronts[2]?.front.limits).toMatchObject({ burst: 50, perSecond: 10 });
  expect(problems(file.fronts, env)).toEqual([]);
});

describe("what cannot be used is named, all of it together", () => {
  test.each<[string, unknown, Record<string, string>, string[]]>([
    ["no table", 5, {}, ["fronts: expected tables such as [fronts.edge]"]],
    [
      "no kind",
      { a: { kind: "squid" } },
      {},
      ["fronts.a.kind: expected one of varnish, nginx, cloudflare, fastly, bunny"],
    ],
    ["no address", { a: { kind: "varnish" } }, {}, ["fronts.a.urls: missing"]],
    [
      "an address with a path",
      { a: { kind: "nginx", urls: ["http://h/x"] } },
      {},
      ['fronts.a.urls: expected URLs such as http://10.0.0.5:6081, got "http://h/x"'],
    ],
    [
      "everything that is missing",
      { a: { kind: "cloudflare" }, b: { kind: "fastly" }, c: { kind: "bunny" } },
      {},
      [
        "fronts.a.zone: missing",
        "FRESHET_FRONT_A_API_TOKEN: missing",
        "fronts.b.service: missing",
        "FRESHET_FRONT_B_API_TOKEN: missing",
        "fronts.c.pull_zone: missing",
        "FRESHET_FRONT_C_ACCESS_KEY: missing",
      ],
    ],
    [
      "a secret in the file",
      { a: { kind: "varnish", urls: ["http://h"], key: "hush" } },
      {},
      ["fronts.a.key: a secret has no place in this file: set FRESHET_FRONT_A_KEY"],
    ],
    [
      "a setting that there is not",
      { a: { kind: "varnish", urls: ["http://h"], zone } },
      {},
      ["fronts.a.zone: there is no such setting"],
    ],
    [
      "the deadline of all fronts, whose variable is named like one's",
      {},
      { FRESHET_FRONT_DEADLINE_MS: "5000" },
      [],
    ],
    [
      "a secret of nobody",
      {},
      { FRESHET_FRONT_EGDE_KEY: "k" },
      ["FRESHET_FRONT_EGDE_KEY: no front reads it"],
    ],
  ])("%s", (_, fronts, env, expected) => expect(problems(fronts, env)).toEqual(expected));
});
