import { describe, expect, test } from "bun:test";
import { plainToken, type TokenSettings } from "../request/token.ts";
import { hostProblems } from "./host-problems.ts";
import { readTokens } from "./read-tokens.ts";

function read(tokens: unknown): { tokens: TokenSettings[]; problems: string[] } {
  const problems: string[] = [];
  return { tokens: readTokens(tokens, problems), problems };
}

const whole = {
  hosts: ["IMG.shop.io"],
  origin_prefix: "storage://photos/in",
  aliases: { _a_: "https://a.io", _s_: "storage://photos", _p_: "cache:9000/x" },
  presets: { thumb: "w=250&h=250&f=gray", mark: "wat=1&wat_url=_a_/m.png" },
  rules: [{ match: "-avatar.jpg", query: "func=crop&w=300&h=300&radius=max" }],
  allowed_domains: ["a.io", "_a_", "localhost"],
  referers: ["shop.io"],
  proxy_anywhere: true,
  security: "seal",
  strict: true,
  auto_formats: ["avif"],
  quality: 75,
  keep_profiles: true,
  fidelity: "fast",
  watermark: "_a_/logo.png",
  browser_seconds: 60,
  shared_seconds: 0,
  origin_refresh_seconds: 3600,
  origin_headers: { "X-Origin": "freshet" },
  missing: "200-pixel",
  missing_image: "_s_/none.png",
};

test("every member is read", () => {
  expect(read({ shop: whole })).toEqual({
    problems: [],
    tokens: [
      {
        name: "shop",
        hosts: ["img.shop.io"],
        originPrefix: "storage://photos/in",
        aliases: whole.aliases,
        presets: whole.presets,
        rules: whole.rules,
        allowedDomains: ["a.io", "_a_", "localhost"],
        referers: ["shop.io"],
        proxyAnywhere: true,
        security: { kind: "seal", salts: [] },
        strict: true,
        autoFormats: ["avif"],
        quality: 75,
        keepProfiles: true,
        fidelity: "fast",
        watermark: "_a_/logo.png",
        browserSeconds: 60,
        sharedSeconds: 0,
        originRefreshSeconds: 3600,
        originHeaders: { "x-origin": "freshet" },
        missing: "200-pixel",
        missingImage: "_s_/none.png",
      },
    ],
  });
  expect(Object.keys(plainToken("x")).toSorted()).toEqual(
    Object.keys(read({ shop: whole }).tokens[0] as TokenSettings).toSorted(),
  );
});

describe("of a member that cannot be used it is said what it takes", () => {
  test.each<[member: string, value: unknown, problem: string]>([
    ["hosts", ["https://h.io"], 'hosts: "https://h.io" is no host name'],
    ["origin_prefix", "ftp://h.io/", "origin_prefix: expected a URL"],
    ["origin_prefix", "storage://Photos", "origin_prefix: expected a URL"],
    ["origin_prefix", "storage:photos", "origin_prefix: expected a URL"],
    ["aliases", { _a_: "ftp://h.io" }, "aliases._a_: expected a URL"],
    ["aliases", { _a_: "https:" }, "aliases._a_: expected a URL"],
    ["aliases", { _a_: "storage://" }, 'aliases._a_: the value must not be empty nor start or end with "/"'],
    ["aliases", { _a_: "storage://a_b" }, "aliases._a_: expected a URL"],
    ["aliases", { _a_: "_b_/x", _b_: "_a_/y" }, "aliases._a_: _b_ is an alias too"],
    ["aliases", { _a_: "h.io/_a_/y" }, "aliases._a_: _a_ is an alias too"],
    ["aliases", { _d_: "a.io", _d_one_: "b.io" }, "aliases._d_: overlaps with _d_one_"],
    ["presets", { thumb: 5 }, "presets: expected a table of queries by name"],
    ["presets", { "a b": "w=5" }, "presets.a b: a preset's name is"],
    ["presets", { thumb: "w=abc" }, 'presets.thumb: w: "abc" given, expected a number'],
    ["presets", { thumb: "w=5&p=other" }, "presets.thumb: p is no parameter"],
    ["presets", { thumb: "wide=5" }, "presets.thumb: wide is no parameter"],
    ["presets", { thumb: "wat=1&wat_url=ftp://h.io/m.png" }, "presets.thumb: wat_url: "],
    ["rules", { match: "a", query: "w=5" }, "rules: expected a list of tables with match and query"],
    ["rules", ["w=5"], "rules[0]: expected a table"],
    ["rules", [{ match: "", query: "w=5" }], "rules[0].match: an empty text is in every path"],
    ["rules", [{ match: "a", query: "w=-5" }], 'rules[0].query: w: "-5" given'],
    ["rules", [{ match: "a", query: "w=5", when: 1 }], "rules[0].when: there is no such setting"],
    ["allowed_domains", "h.io", "allowed_domains: expected a list of host names and aliases"],
    ["allowed_domains", ["https://h.io"], 'allowed_domains: "https://h.io" is no host name'],
    ["allowed_domains", ["*.h.io"], 'allowed_domains: "*.h.io" is no host name'],
    ["allowed_domains", ["H.io"], 'allowed_domains: "H.io" is no host name in lower case'],
    ["allowed_domains", ["io"], 'allowed_domains: "io" is no host name'],
    ["allowed_domains", ["_x_"], "allowed_domains: there is no alias _x_"],
    ["referers", ["_x_"], 'referers: "_x_" is no host name'],
    ["proxy_anywhere", 1, "proxy_anywhere: expected true or false"],
    ["security", "sealed", "security: expected one of open, signature, seal"],
    ["quality", 0, "quality: expected a whole number from 1 to 100"],
    ["quality", 79.5, "quality: expected a whole number from 1 to 100"],
    ["browser_seconds", -1, "browser_seconds: expected a whole number from 0 to 31536000 (s)"],
    ["shared_seconds", "60", "shared_seconds: expected a whole number"],
    ["origin_refresh_seconds", 1e9, "origin_refresh_seconds: expected a whole number"],
    ["origin_headers", ["X: y"], "origin_headers: expected a table of headers"],
    ["origin_headers", { Host: "h" }, 'origin_headers: expected headers other than "host"'],
    ["origin_headers", { Cookie: "a" }, '("cookie" belongs in FRESHET_TOKEN_T_ORIGIN_HEADERS)'],
    ["origin_headers", { X: "a\nb" }, "origin_headers: expected a text of one line"],
    ["missing", "404", "missing: expected one of 404-image, 200-image, 200-pixel, 404-empty"],
    ["missing_image", "nonsense", 'missing_image: "nonsense" is not a host name'],
    ["speed", 9, "speed: there is no such setting"],
  ])("%s = %j", (member, value, problem) => {
    const { problems } = read({ t: { [member]: value } });
    expect(problems[0]).toStartWith("tokens.t.");
    expect(problems[0]).toContain(problem);
  });

  test("all of them at once, and of all tokens", () => {
    const { problems } = read({ a: { quality: 0, strict: "no" }, b: 5, "C!": {} });
    expect(problems).toEqual([
      "tokens.a.strict: expected true or false",
      "tokens.a.quality: expected a whole number from 1 to 100",
      "tokens.b: expected a table",
      `tokens.C!: a token's name is 1 to 63 of a-z, 0-9, "-" and "_"`,
    ]);
  });
});

describe("tokens beside one another", () => {
  const problemsOf = (tokens: unknown, ...ownHosts: string[]) => hostProblems(read(tokens).tokens, ownHosts);

  test("may be any number", () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`t${at}`, { hosts: [`${at}.io`] }]),
    );
    expect(problemsOf(many)).toEqual([]);
  });

  test("have hosts of their own", () => {
    expect(problemsOf({ a: { hosts: ["h.io"] }, b: { hosts: ["H.io"] } })).toEqual([
      "tokens.b.hosts: h.io is a host of tokens.a too",
    ]);
    expect(problemsOf({ a: { hosts: ["h.io"] } }, "H.io")).toEqual(["own_hosts: H.io is a host of tokens.a"]);
  });

  test("lead nowhere back to the installation", () => {
    const b = {
      hosts: ["b.io"],
      origin_prefix: "https://a.io/x/",
      aliases: { _own_: "http://b.io/v7", _prod_: "prod/x", _s_: "storage://photos" },
      watermark: "http://own.io:8080/logo.png",
      missing_image: "_own_/none.png",
    };
    expect(problemsOf({ a: { hosts: ["a.io"] }, b }, "own.io:8080")).toEqual([
      "tokens.b.origin_prefix: a.io is a host of this installation, which would ask itself",
      "tokens.b.aliases._own_: b.io is a host of this installation, which would ask itself",
      "tokens.b.watermark: own.io:8080 is a host of this installation, which would ask itself",
      "tokens.b.missing_image: b.io is a host of this installation, which would ask itself",
    ]);
  });
});
