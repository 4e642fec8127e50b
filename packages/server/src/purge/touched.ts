import {
  createRegistry,
  FreshetError,
  type PurgeTarget,
  parseRequest,
  type Question,
  requestKey,
  surrogateTags,
  type TokenTable,
  type Touched,
} from "@freshet/core";
import { createBudget, type GoOn } from "../budget.ts";
import type { Inventory, Picture } from "../cache/inventory.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import type { PointerTable } from "../origin/pointer-table.ts";
import { exactly, joinRanges, type KeyRange, rangesOf, withoutRanges } from "./key-ranges.ts";

export interface TouchedDeps {
  readonly table: Pick<PointerTable, "countOrigins" | "taggedOrigins" | "sample">;
  readonly inventory: Inventory;
  readonly originals: Pick<TieredStore, "settled">;
  readonly variants: Pick<TieredStore, "settled">;
  /** Name of the data folder, which several processes may share. */
  readonly folder: string;
  /** As they are now. */
  tokens(): TokenTable;
  /** Monotonic, ms. */
  now(): number;
}

/** A million originals are counted in a third of this; their pictures one by one, as many as there is time for. */
const countForMs = 500;

/** Targets that are asked for a sample: of more, nobody looks at one of each. */
const sampledTargets = 100;

/** What of the keys that a purge concerns is touched whole, and of what only some pictures are. */
interface Reach {
  readonly whole: readonly KeyRange[];
  readonly partial: readonly KeyRange[];
  /** Those of which nobody knows yet how many originals they have. */
  readonly uncounted: readonly KeyRange[];
  /** Originals that have the tags. */
  readonly tagged: number;
  /** Some of them are not in `whole`, or there may be further ones. */
  readonly cut: boolean;
}

/**
 * Counts what a purge would reach here: originals in the pointer table, pictures and bytes on the disk, by the lineage.
 * It takes its turn between requests, and ends when its time is over; what it says then is marked as less than all.
 */
export function createTouched(deps: TouchedDeps) {
  const { table, originals, variants, inventory, now, folder } = deps;
  return async ({ targets, sample }: Extract<Question, { kind: "touched" }>): Promise<Touched> => {
    // What was just made is written behind the answer.
    await Promise.all([originals.settled(), variants.settled()]);
    const goOn = createBudget(now, countForMs);
    const reach = await reachOf(targets, table, goOn);
    let atLeast = reach.cut;
    let known = reach.tagged;
    for (const range of reach.uncounted) {
      const { count, cut } = await table.countOrigins(range, goOn);
      known += count;
      atLeast ||= cut;
      if (!(await goOn())) break;
    }
    const isEverything = inventory.isAllWithin(reach.whole);
    const totals = isEverything ? await inventory.totals(goOn) : null;
    const count = createCount(targets, deps.tokens());
    // Then the walk is only for the sample.
    const isOver = () => isEverything && count.urls.size >= sample;
    const walked = await walk(reach, inventory, count, goOn, isOver);
    const counted = totals ?? { pictures: count.variants.size, bytes: count.bytes };
    atLeast ||= totals ? totals.cut : !walked || count.isUnsure;
    return {
      folder,
      originals: known,
      variants: counted.pictures,
      bytes: counted.bytes,
      atLeast,
      sample: { originals: sampleOf(table, targets, sample), urls: [...count.urls].slice(0, sample) },
    };
  };
}

async function reachOf(
  targets: readonly PurgeTarget[],
  table: TouchedDeps["table"],
  goOn: GoOn,
): Promise<Reach> {
  const rangesOfKinds = (...kinds: PurgeTarget["kind"][]) =>
    targets.flatMap((target) =>
      target.kind !== "tag" && kinds.includes(target.kind) ? rangesOf({ ...target, kind: target.kind }) : [],
    );
  const named = joinRanges(rangesOfKinds("all", "prefix", "original"));
  // A purge is one of tags or of paths.
  const { keys, more, cut } = await withTags(targets, table, goOn);
  const whole = joinRanges([...named, ...keys.map(exactly)]);
  const partial = withoutRanges(joinRanges(rangesOfKinds("url", "variants")), whole);
  return {
    ...{ whole, partial, uncounted: [...named, ...partial] },
    tagged: keys.length + more,
    cut: cut || more > 0,
  };
}

/** Finds what tags name. */
async function withTags(targets: readonly PurgeTarget[], table: TouchedDeps["table"], goOn: GoOn) {
  const tagged = targets.filter(({ kind }) => kind === "tag");
  const [first] = tagged;
  if (first === undefined) return { keys: [], more: 0, cut: false };
  // All targets of a purge are of one token.
  const { token } = first;
  const tags = new Set(tagged.map(({ pattern }) => pattern.slice(token.length + 2)));
  const hasOwn = [...tags].some((tag) => /^[op]:/.test(tag));
  const isNamed = (origin: string) => {
    const pathKey = origin.split("?", 1)[0] as string;
    return surrogateTags(token, [{ key: origin, pathKey }], hashText).some((tag) => tags.has(tag));
  };
  return table.taggedOrigins({ token, tags: [...tags], isNamed: hasOwn ? isNamed : null }, goOn);
}

function createCount(targets: readonly PurgeTarget[], tokens: TokenTable) {
  const isMeant = createIsMeant(targets, tokens);
  const urls = new Set<string>();
  const found = new Set<string>();
  const count = {
    /** Names of pictures: one may be made of several originals. */
    variants: found,
    urls,
    bytes: 0,
    /** There are pictures of which nobody knows how they were asked for. */
    isUnsure: false,
    addOriginal(bytes: number | null) {
      count.bytes += bytes ?? 0;
    },
    addPicture({ variant, url, bytes }: Picture, isWhole: boolean) {
      if (bytes === null || found.has(variant)) return;
      if (!isWhole && url === "") count.isUnsure = true;
      if (!isWhole && (url === "" || !isMeant(url))) return;
      found.add(variant);
      count.bytes += bytes;
      if (url !== "") urls.add(url);
    },
  };
  return count;
}

/** Whether a purge of some pictures names one, by the URL that it was asked for as. */
function createIsMeant(targets: readonly PurgeTarget[], tokens: TokenTable): (url: string) => boolean {
  const registry = createRegistry(targets.length + 1, hashText);
  for (const [at, target] of targets.entries())
    registry.apply({ ...target, seq: at + 1, job: "", mode: "hard" });
  const token = tokens.byName(targets[0]?.token ?? "");
  return (url) => {
    if (!token) return false;
    try {
      const request = parseRequest(url, token);
      return registry.purgedAt(request.token, request.origin, requestKey(request)).any > 0;
    } catch (error) {
      // Settings have changed since: what it was asked for as is now something else.
      if (error instanceof FreshetError) return false;
      throw error;
    }
  };
}

/** @returns whether everything was looked at */
async function walk(
  { whole, partial }: Reach,
  inventory: Inventory,
  count: ReturnType<typeof createCount>,
  goOn: GoOn,
  isOver: () => boolean,
): Promise<boolean> {
  const seen = new Set<string>();
  for (const [at, range] of [...whole, ...partial].entries()) {
    const isWhole = at < whole.length;
    for (const page of inventory.originalsIn(range)) {
      if (isOver()) return true;
      // Bytes that two originals have in common: their pictures were counted already, or only some of them.
      const news = page.filter(({ content }) => !isWhole || !seen.has(content));
      for (const { content, bytes } of page) {
        if (!seen.has(content)) count.addOriginal(bytes);
        seen.add(content);
      }
      if (!(await goOn())) return false;
      const contents = new Set(news.map(({ content }) => content));
      for (const pictures of inventory.picturesOf([...contents])) {
        for (const picture of pictures) count.addPicture(picture, isWhole);
        if (!(await goOn())) return false;
      }
    }
  }
  return true;
}

function sampleOf(table: TouchedDeps["table"], targets: readonly PurgeTarget[], most: number): string[] {
  const keys = new Set<string>();
  for (const target of targets.slice(0, sampledTargets)) {
    if (keys.size >= most) break;
    for (const { originKey } of table.sample(target, most)) keys.add(originKey);
  }
  return [...keys].slice(0, most);
}
