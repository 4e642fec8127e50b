import { limits } from "@freshet/core";
import { auditActions } from "../audit/audit.ts";
import { listOf, members, orNull, ref, type Schema, words } from "./openapi.ts";

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const ms = (description: string) => ({ type: "number", minimum: 0, description });
const size = { type: "number", minimum: 0 };
const success = { type: "string", const: "success" };
const flag = { type: "boolean" };

export const modes = {
  hard: "The original is fetched again, whatever its origin says.",
  revalidate: "The origin is asked whether the original changed before anything is answered.",
  soft: "As `revalidate`, but for a short while the old picture may be answered while the origin is asked, or if it fails.",
  erase: "As `hard`, and the bytes leave memory and disk of every server before DONE; the job says how many.",
};

const statuses = {
  RECEIVED: "It is on disk.",
  PREPARING: "It is about to be told to the servers.",
  FLUSHINGCLOUDIMAGESERVER: "The servers are waited for.",
  FLUSHINGCDNSERVERS: "No server answers with old bytes any more; the caches in front of them are purged.",
  DONE: "No server, and no cache in front of them, answers with old bytes any more.",
  ERROR: "It could not be brought to its end; `error` says why.",
};

/** What a purge names, by its scope. Members that belong to another scope are ignored, but for `transformations`. */
function order(scope: string, description: string, own: Schema, required: readonly string[]): Schema {
  return {
    type: "object",
    description,
    properties: {
      scope: { type: "string", const: scope },
      mode: { ...ref("Mode"), description: "Without it each target has its default." },
      api: words(
        { v7: "Paths are of version 7.", v6: "Paths are of version 6: `/width/500/n/sample.li/flat.jpg`." },
        "`v7` without it.",
      ),
      dry_run: { ...flag, description: "Purge nothing: say what it would touch." },
      rewarm: {
        ...{ type: "integer", minimum: 0, maximum: limits.rewarm },
        description:
          "How many of the purged pictures each server makes again before DONE: those that were asked for most lately. It counts as so many paths more in the key's quota.",
      },
      ...own,
    },
    required: ["scope", ...required],
    ...(scope !== "original" && { not: { required: ["transformations"] } }),
  };
}

const paths = (description: string) => ({
  type: "array",
  description,
  items: text,
  minItems: 1,
  maxItems: limits.purgePaths,
});

export const schemas: Readonly<Record<string, Schema>> = {
  Problem: {
    ...members({
      type: { type: "string", pattern: "^urn:freshet:error:" },
      title: text,
      detail: { type: "string", description: "What was wrong with this request." },
      code: { type: "string", description: "What to branch on; docs/errors.md lists all." },
      status: { type: "string", const: "error" },
      msg: { type: "string", description: "As `detail`: Cloudimage's member." },
    }),
    description: "Problem details (RFC 9457) with Cloudimage's `status` and `msg` beside them.",
    additionalProperties: true,
  },
  Mode: words(modes),
  JobStatus: words(statuses),
  Time: {
    type: "string",
    pattern: "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}$",
    description: "UTC, to the microsecond: `2023-08-08 13:39:52.636426`.",
  },
  Uuid: { type: "string", pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" },
  OrderOriginal: order(
    "original",
    "Originals with every size and version of them.",
    {
      urls: paths("`/sample.li/flat.jpg`, `/sample.li/avatars/*`, a full URL, or a path below an alias."),
      transformations: {
        type: "array",
        description: "Ask the origin only on behalf of pictures that have all of these.",
        items: text,
        minItems: 1,
      },
    },
    ["urls"],
  ),
  OrderUrls: order(
    "urls",
    "Exactly these transformed URLs.",
    { urls: paths("`/sample.li/flat.jpg?w=500`") },
    ["urls"],
  ),
  OrderAll: order("all", "Everything of the token.", {}, []),
  OrderTag: order("tag", "What its origin gave one of these tags.", { tags: paths("`product-17`") }, [
    "tags",
  ]),
  Order: {
    oneOf: [ref("OrderOriginal"), ref("OrderUrls"), ref("OrderAll"), ref("OrderTag")],
    discriminator: {
      propertyName: "scope",
      mapping: {
        original: "#/components/schemas/OrderOriginal",
        urls: "#/components/schemas/OrderUrls",
        all: "#/components/schemas/OrderAll",
        tag: "#/components/schemas/OrderTag",
      },
    },
  },
  LineProblem: members({ url: text, reason: text }),
  Receipt: members(
    {
      status: ref("JobStatus"),
      uuid: ref("Uuid"),
      added_at: ref("Time"),
      problems: {
        ...listOf(ref("LineProblem")),
        description: "Lines that could not be read; the others are purged.",
      },
    },
    ["problems"],
  ),
  Received: members({
    status: success,
    msg: text,
    invalidation: {
      anyOf: [ref("Invalidation"), ref("Receipt")],
      description: "All of it after `Prefer: wait`.",
    },
  }),
  WarmupOrder: {
    type: "object",
    properties: {
      data: { ...paths("`/sample.li/flat.jpg?w=500`: as the image server is asked, of v7 or v6.") },
      accept: {
        ...text,
        maxLength: 500,
        description: "The `Accept` to make them for; a browser's without it.",
      },
    },
    required: ["data"],
  },
  WarmupReceipt: members({
    status: success,
    count_added: { ...count, description: "Pictures, each once." },
    count_failed: { ...count, description: "Lines that could not be read." },
    msg: text,
    uuid: ref("Uuid"),
    problems: listOf(ref("LineProblem")),
  }),
  Warmup: members({
    status: words({ RUNNING: "Some pictures wait.", DONE: "Each has had its turn." }),
    uuid: ref("Uuid"),
    added_at: ref("Time"),
    done_at: orNull(ref("Time")),
    total: { ...count, description: "Pictures." },
    waiting: { ...count, description: "Pictures whose turn has not come." },
    rendered: { ...count, description: "On all servers: each makes every picture." },
    there: { ...count, description: "Ready already." },
    failed: count,
    nodes: listOf(members({ id: text, rendered: count, there: count, failed: count })),
    failures: { ...listOf(members({ url: text, node: text, reason: text })), description: "The first 100." },
  }),
  WarmupAnswer: members({ status: success, warmup: ref("Warmup") }),
  DryRunAnswer: members({
    status: success,
    msg: text,
    dry_run: members({
      scope: { type: "string", enum: ["original", "urls", "all", "tag"] },
      urls: ref("Lines"),
      problems: listOf(ref("LineProblem")),
      originals: { ...count, description: "On all servers, each with its own copies." },
      variants: { ...count, description: "Finished pictures." },
      bytes: { ...count, description: "Of both." },
      at_least: { ...flag, description: "There may be more: a server did not answer, or not count all." },
      sample: members({ originals: listOf(text), urls: listOf(text) }),
      nodes: listOf(
        members(
          {
            id: text,
            state: words({ answered: "It counted.", silent: "It did not answer in time." }),
            ...{ originals: count, variants: count, bytes: count, at_least: flag },
          },
          ["originals", "variants", "bytes", "at_least"],
        ),
      ),
    }),
  }),
  Lines: members({ received: orNull(listOf(text)), invalidated: listOf(text), failed: listOf(text) }),
  NodeProgress: members(
    {
      id: text,
      state: words({
        acked: "It knows of the purge.",
        lapsed: "It has lost the right to answer from its cache.",
        waiting: "It is waited for.",
      }),
      duration_ms: orNull(
        ms(
          "From `added_at` until it was seen not to be waited for any more; null if another process saw it.",
        ),
      ),
      erased: members({ originals: count, variants: count, bytes: count }),
    },
    ["erased"],
  ),
  FrontProgress: members({
    id: text,
    state: words({
      waiting: "Its turn has not come.",
      purging: "It is being purged.",
      rebounding: "It was purged, and will be once more when what was on its way has arrived.",
      purged: "It is purged.",
      failed: "It could not be purged.",
    }),
    attempts: count,
    duration_ms: orNull(ms("Until it was purged last.")),
  }),
  RewarmProgress: members({
    asked: { ...count, description: "Pictures, on each server." },
    state: words({
      waiting: "Servers have to know of the purge first.",
      running: "Pictures are being made.",
      done: "They are made, or their time was over.",
      skipped: "There was no time for it, or the job ended before.",
    }),
    nodes: listOf(
      members({
        id: text,
        rendered: count,
        there: { ...count, description: "Ready already, or the same as before." },
        failed: count,
        pictures: {
          ...listOf(members({ url: text, state: ref("WarmedState"), reason: text })),
          description: "Those that failed first, then what is asked for most; not all of many.",
        },
        problem: { ...orNull(text), description: "Why nothing is known; null if it answered." },
        duration_ms: count,
      }),
    ),
  }),
  WarmedState: words({ rendered: "It was made.", there: "It was ready.", failed: "`reason` says why." }),
  Invalidation: members(
    {
      status: ref("JobStatus"),
      uuid: ref("Uuid"),
      added_at: ref("Time"),
      urls: ref("Lines"),
      scope: { type: "string", enum: ["original", "urls", "all", "tag"] },
      problems: listOf(ref("LineProblem")),
      done_at: orNull(ref("Time")),
      duration_ms: orNull(ms("From `added_at` to `done_at`.")),
      error: orNull(text),
      nodes: listOf(ref("NodeProgress")),
      fronts: listOf(ref("FrontProgress")),
      rewarm: ref("RewarmProgress"),
    },
    ["rewarm"],
  ),
  InvalidationAnswer: members({ status: success, invalidation: ref("Invalidation") }),
  InvalidationPage: members({
    status: success,
    invalidations: listOf(ref("Invalidation")),
    next: ref("Next"),
  }),
  Next: {
    ...orNull(text),
    description: "What `before` has to be for the page after this one; null on the last.",
  },
  HookAnswer: members({ status: success, msg: text }),
  TokenAnswer: members({
    status: success,
    token: {
      type: "object",
      description: "The token as lines of a purge are read by it, without its secrets.",
      properties: { name: text },
      required: ["name"],
      additionalProperties: true,
    },
  }),
  AuditEntry: members({
    number: count,
    at: ref("Time"),
    action: { type: "string", enum: auditActions },
    token: orNull(text),
    key: { ...orNull(text), description: "Name of the key; null if it is not known." },
    address: { ...orNull(text), description: "IP address." },
    job: orNull(ref("Uuid")),
    scope: orNull({ type: "string", enum: ["original", "urls", "all", "tag"] }),
    mode: orNull(text),
    targets: {
      ...listOf(text),
      description: "The first few, cut short; of what was refused, which request.",
    },
    count: {
      ...count,
      description: "Of targets; of a rewarm, of pictures; of what was refused, how many times.",
    },
    outcome: {
      ...orNull(text),
      description: "`RECEIVED` while a job runs, then `DONE` or `ERROR`; `OK`; or the code of the refusal.",
    },
    ended_at: orNull(ref("Time")),
    duration_ms: orNull(ms("From `at` to `ended_at`.")),
  }),
  AuditPage: members({ status: success, entries: listOf(ref("AuditEntry")), next: ref("Next") }),
  Node: members({
    id: text,
    boot: { type: "string", description: "Names the process." },
    fence: words({
      revalidate: "Without a lease it asks the origin each time.",
      refuse: "Without a lease it answers 503.",
      serve: "Without a lease it goes on serving; jobs wait for it.",
    }),
    state: words({
      serving: "It may answer from its cache.",
      "catching-up": "It is connected, and may not yet.",
      lapsed: "It is gone, and may not.",
    }),
    applied: count,
    lease_left_ms: count,
    lapsed_at: orNull(text),
  }),
  NodeList: members({ status: success, nodes: listOf(ref("Node")) }),
  Done: members({ status: success }),
  StatsAnswer: members({
    status: success,
    msg: text,
    stats: members({
      cdn_trafic_gb: { ...size, description: "Pictures that were answered, in units of 10⁹ bytes." },
      cache_storage_gb: {
        ...size,
        description: "What was fetched and made in the 30 days up to `to`, on each server.",
      },
      count_resized_images: { ...count, description: "Pictures that were made." },
      count_downloaded_images: { ...count, description: "Originals that were fetched." },
      count_total_images: { ...count, description: "The sum of these two." },
    }),
  }),
  Readiness: members({
    status: words({
      ready: "Every check that is required holds.",
      "not ready": "One that is required does not.",
    }),
    checks: listOf(members({ name: text, ok: flag, required: flag, detail: text })),
  }),
};
