import { FreshetError } from "../errors.ts";
import type { Note } from "../ops/note.ts";
import { layOptions, readOptions } from "../ops/read-options.ts";
import { canonicalHost } from "./host.ts";
import { storageAddress } from "./origin-key.ts";
import { splitQuery } from "./query.ts";
import type { TokenSettings } from "./token.ts";
import { readWatermarks, resolveAddress } from "./watermarks.ts";

/**
 * Everything that is wrong with a token's settings, one sentence each; empty if nothing is.
 * @see reference/cloudimage.md sections 9 and 11
 */
export function tokenProblems(token: TokenSettings): string[] {
  const at = `tokens.${token.name}`;
  return [
    ...nameProblems(token, at),
    ...prefixProblems(token, at),
    ...aliasProblems(token, `${at}.aliases`),
    ...domainProblems(token, at),
    ...imageProblems(token, at),
    ...queryProblems(token, at),
  ];
}

function nameProblems({ name, hosts }: TokenSettings, at: string): string[] {
  const isNamed = /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name);
  const problems = isNamed ? [] : [`${at}: a token's name is 1 to 63 of a-z, 0-9, "-" and "_"`];
  const wrong = hosts.filter((host) => !/^[^\s/?#@*]+$/.test(host));
  return [
    ...problems,
    ...wrong.map((host) => `${at}.hosts: "${host}" is no host name, such as img.shop.example`),
  ];
}

function prefixProblems({ originPrefix }: TokenSettings, at: string): string[] {
  if (originPrefix === null) return [];
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(originPrefix);
  const isUrl = hasScheme ? isAddress(originPrefix) : /^[^/?#]+(\/[^?#]*)?$/.test(originPrefix);
  return isUrl
    ? []
    : [`${at}.origin_prefix: expected a URL such as https://bucket.host/folder/ or storage://photos`];
}

function isStorage(address: string): boolean {
  return storageAddress.test(address) && !/[?#]/.test(address);
}

function aliasProblems({ aliases }: TokenSettings, at: string): string[] {
  const names = Object.keys(aliases);
  return names.flatMap((name) => {
    const problems: string[] = [];
    const say = (problem: string) => problems.push(`${at}.${name}: ${problem}`);
    const target = aliases[name] as string;
    if (!/^_[A-Za-z0-9._-]+_$/.test(name)) say('an alias starts and ends with "_"');
    if (target === "" || target.startsWith("/") || target.endsWith("/")) {
      say('the value must not be empty nor start or end with "/"');
    } else if (/^[a-z][a-z0-9+.-]*:/i.test(target) && !isAddress(target)) {
      say("expected a URL such as https://host/folder or storage://photos, or a host and path");
    }
    const inside = names.find((other) => other !== name && other.includes(name));
    if (inside) say(`overlaps with ${inside}, so a path could mean either`);
    const nested = names.find((other) => target.split("/").includes(other));
    if (nested) say(`${nested} is an alias too: aliases do not stand in aliases`);
    return problems;
  });
}

/** A port looks like a scheme: `cache:9000/folder`. */
function isAddress(target: string): boolean {
  if (target.startsWith("storage:")) return isStorage(target);
  return /^https?:\/\/[^/?#\s]+(\/[^?#]*)?$/.test(target) || /^[^/?#:\s]+:\d+(\/[^?#]*)?$/.test(target);
}

function domainProblems({ allowedDomains, referers, aliases }: TokenSettings, at: string): string[] {
  const listed = (member: string, domains: readonly string[] | null, mayBeAlias: boolean) =>
    (domains ?? []).flatMap((domain) => {
      if (mayBeAlias && /^_.*_$/.test(domain)) {
        return Object.hasOwn(aliases, domain) ? [] : [`${at}.${member}: there is no alias ${domain}`];
      }
      if (isCanonical(domain)) return [];
      return [
        `${at}.${member}: "${domain}" is no host name in lower case, such as shop.example, which covers all below it`,
      ];
    });
  return [...listed("allowed_domains", allowedDomains, true), ...listed("referers", referers, false)];
}

function isCanonical(domain: string): boolean {
  try {
    return canonicalHost(domain) === domain && !domain.includes("*");
  } catch (error) {
    if (error instanceof FreshetError) return false;
    throw error;
  }
}

function imageProblems(token: TokenSettings, at: string): string[] {
  const images = Object.entries({ watermark: token.watermark, missing_image: token.missingImage });
  return images.flatMap(([member, address]) => {
    const problem = address === null ? null : problemOf(() => resolveAddress(address, token));
    return problem === null ? [] : [`${at}.${member}: ${problem}`];
  });
}

function queryProblems(token: TokenSettings, at: string): string[] {
  const presets = Object.entries(token.presets).flatMap(([name, query]) => {
    const here = `${at}.presets.${name}`;
    const isNamed = /^[A-Za-z0-9_.-]{1,64}$/.test(name);
    const problems = isNamed
      ? []
      : [`${here}: a preset's name is 1 to 64 of letters, digits, "-", "." and "_"`];
    return [...problems, ...parameterProblems(query, token).map((problem) => `${here}: ${problem}`)];
  });
  const rules = token.rules.flatMap(({ match, query }, index) => {
    const here = `${at}.rules[${index}]`;
    const problems = match === "" ? [`${here}.match: an empty text is in every path`] : [];
    return [...problems, ...parameterProblems(query, token).map((problem) => `${here}.query: ${problem}`)];
  });
  return [...presets, ...rules];
}

/** What a URL would be forgiven: in settings it is a mistake. */
function parameterProblems(query: string, token: TokenSettings): string[] {
  const problems: string[] = [];
  const problem = problemOf(() => {
    const said = readOptions(splitQuery(query));
    const notes: Note[] = [];
    const options = layOptions([said], notes);
    const marks = readWatermarks(options, token);
    problems.push(
      ...[...said.notes, ...notes, ...marks.notes].map(
        ({ parameter, refusal }) => `${parameter}: ${refusal}`,
      ),
      ...said.foreign.map(({ name }) => `${name} is no parameter that does something here`),
    );
  });
  return problem === null ? problems : [problem];
}

function problemOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof FreshetError) return error.detail;
    throw error;
  }
}
