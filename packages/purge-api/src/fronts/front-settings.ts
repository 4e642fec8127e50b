import {
  choiceSetting,
  listSetting,
  namedVariable,
  numberSetting,
  type Schema,
  type Setting,
  textSetting,
  type Values,
} from "@freshet/core";
import type { CloudflarePlan } from "./cloudflare.ts";

export const frontPrefix = "FRESHET_FRONT_";

const endpoint = {
  accepts: "a URL such as https://host or https://host/folder, without a slash at the end",
  pattern: /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/,
};

/**
 * The settings of each kind of front, under its name; `docs/configuration.md` is made from them.
 * @param name of the front, or a placeholder for documents
 */
export const frontSchemas = {
  varnish: (name: string) => ({ ...machines(name), ...tier(name) }),
  nginx: (name: string) => ({ ...machines(name), ...tier(name) }),
  cloudflare: (name: string) => ({
    zone: field(name, "zone", {
      pattern: /^[0-9a-f]{32}$/,
      accepts: "a zone's id, 32 hex digits",
      doc: "Zone to purge.",
    }),
    plan: choiceSetting<CloudflarePlan>({
      key: `fronts.${name}.plan`,
      env: variable(name, "PLAN"),
      choices: ["free", "pro", "business", "enterprise"],
      fallback: "free",
      doc: "Plan of the account, which decides how often it may purge.",
    }),
    ...vendor(name, "https://api.cloudflare.com/client/v4"),
    apiToken: secret(name, "API_TOKEN", "API token with the permission to purge the zone."),
    ...tier(name),
  }),
  fastly: (name: string) => ({
    service: field(name, "service", {
      pattern: /^[A-Za-z0-9]{1,64}$/,
      accepts: "a service's id",
      doc: "Service to purge.",
    }),
    ...vendor(name, "https://api.fastly.com"),
    apiToken: secret(name, "API_TOKEN", "API token with the scope `purge_select`."),
    ...tier(name),
  }),
  bunny: (name: string) => ({
    pullZone: numberSetting({
      key: `fronts.${name}.pull_zone`,
      env: variable(name, "PULL_ZONE"),
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 0,
      doc: "Id of the pull zone to purge.",
    }),
    ...vendor(name, "https://api.bunny.net"),
    accessKey: secret(name, "ACCESS_KEY", "API key of the account."),
    ...tier(name),
  }),
} satisfies Record<string, (name: string) => Schema>;

export type FrontKind = keyof typeof frontSchemas;

/** What {@link frontSchemas} reads for one kind. */
export type RawFront<K extends FrontKind> = Values<ReturnType<(typeof frontSchemas)[K]>>;

/** `edge`, `KEY` → `FRESHET_FRONT_EDGE_KEY`. */
export function variable(name: string, member: string): string {
  return namedVariable(frontPrefix, name, member);
}

function machines(name: string) {
  return {
    urls: listSetting({
      key: `fronts.${name}.urls`,
      env: variable(name, "URLS"),
      fallback: [],
      accepts: "a list of URLs such as http://10.0.0.5:6081",
      doc: "Every machine: each has a cache of its own, and all of them are purged.",
    }),
    key: secret(
      name,
      "KEY",
      "Secret that purges carry; without it the front must know purge-api by its address.",
    ),
  };
}

function tier(name: string) {
  return {
    tier: numberSetting({
      key: `fronts.${name}.tier`,
      env: variable(name, "TIER"),
      min: 1,
      max: 9,
      fallback: 1,
      doc: "Place in a chain of fronts: 1 fetches from the servers, 2 from 1, and so on. Inner ones are purged first.",
    }),
  };
}

function vendor(name: string, fallback: string) {
  const { accepts, pattern } = endpoint;
  return {
    endpoint: textSetting<string>({
      key: `fronts.${name}.endpoint`,
      env: variable(name, "ENDPOINT"),
      fallback,
      accepts,
      pattern,
      doc: "URL of the vendor's API.",
    }),
  };
}

function field(
  name: string,
  key: string,
  text: { doc: string; accepts: string; pattern: RegExp },
): Setting<string | null> {
  return textSetting<string | null>({
    key: `fronts.${name}.${key}`,
    env: variable(name, key.toUpperCase()),
    fallback: null,
    ...text,
  });
}

function secret(name: string, member: string, doc: string): Setting<string | null> {
  const pattern = /^[\x21-\x7e]+$/;
  const accepts = "visible characters in ASCII";
  return textSetting<string | null>({
    key: null,
    env: variable(name, member),
    fallback: null,
    secret: true,
    accepts,
    pattern,
    doc,
  });
}
