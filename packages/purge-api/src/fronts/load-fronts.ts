import { loadNamed, type SettingsSources } from "@freshet/core";
import { createBunny } from "./bunny.ts";
import type { Fetch } from "./call-front.ts";
import { createCloudflare } from "./cloudflare.ts";
import { createFastly } from "./fastly.ts";
import type { Front } from "./front.ts";
import { type FrontKind, frontPrefix, frontSchemas, type RawFront, variable } from "./front-settings.ts";
import { createNginx } from "./nginx.ts";
import type { NamedFront } from "./tour.ts";
import { createVarnish } from "./varnish.ts";

/** A front that is configured, and has to be given something to call it with. */
export interface FrontSettings {
  readonly name: string;
  readonly tier: number;
  open(fetch: Fetch): Front;
}

/**
 * Reads `[fronts.name]` from the file, and the secrets that belong to them from the environment.
 * @throws SettingsError with all problems at once
 */
export function loadFronts(sources: SettingsSources): readonly FrontSettings[] {
  const named = {
    section: "fronts",
    example: "edge",
    noun: "front",
    prefix: frontPrefix,
    notOurs: ["FRESHET_FRONT_DEADLINE_MS"],
    schemas: frontSchemas,
  };
  const found = loadNamed<FrontKind, FrontSettings>(named, sources, ({ name, kind, values }, problems) => {
    const open = openers[kind](
      values as never,
      (member, problem) => problems.push(`${member}: ${problem}`),
      name,
    );
    return { name, tier: values.tier as number, open };
  });
  return [...found.values()];
}

export function openFronts(settings: readonly FrontSettings[], fetch: Fetch): NamedFront[] {
  return settings.map(({ name, tier, open }) => ({ name, tier, front: open(fetch) }));
}

/** Notes a problem with one setting of a front. */
type Problem = (member: string, problem: string) => void;

const openers: {
  readonly [K in FrontKind]: (raw: RawFront<K>, problem: Problem, name: string) => (fetch: Fetch) => Front;
} = {
  varnish({ urls, key }, problem, name) {
    checkUrls(urls, problem, name);
    return (fetch) => createVarnish(fetch, urls, key);
  },
  nginx({ urls, key }, problem, name) {
    checkUrls(urls, problem, name);
    return (fetch) => createNginx(fetch, urls, key);
  },
  cloudflare({ zone, plan, endpoint, apiToken }, problem, name) {
    const settings = {
      zone: needed(zone, `fronts.${name}.zone`, problem),
      apiToken: needed(apiToken, variable(name, "API_TOKEN"), problem),
    };
    return (fetch) => createCloudflare(fetch, { ...settings, plan, endpoint });
  },
  fastly({ service, endpoint, apiToken }, problem, name) {
    const settings = {
      service: needed(service, `fronts.${name}.service`, problem),
      apiToken: needed(apiToken, variable(name, "API_TOKEN"), problem),
    };
    return (fetch) => createFastly(fetch, { ...settings, endpoint });
  },
  bunny({ pullZone, endpoint, accessKey: given }, problem, name) {
    if (pullZone === 0) problem(`fronts.${name}.pull_zone`, "missing");
    const accessKey = needed(given, variable(name, "ACCESS_KEY"), problem);
    return (fetch) => createBunny(fetch, { pullZone, endpoint, accessKey });
  },
};

function needed(value: string | null, member: string, problem: Problem): string {
  if (value === null) problem(member, "missing");
  return value ?? "";
}

function checkUrls(urls: readonly string[], problem: Problem, name: string): void {
  const member = `fronts.${name}.urls`;
  if (urls.length === 0) problem(member, "missing");
  for (const url of urls) {
    if (!/^https?:\/\/[^\s/?#@]+$/.test(url)) {
      problem(member, `expected URLs such as http://10.0.0.5:6081, got ${JSON.stringify(url)}`);
    }
  }
}
