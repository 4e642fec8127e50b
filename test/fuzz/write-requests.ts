import { randomUUID } from "node:crypto";
import { ops } from "../../packages/core/src/ops/index.ts";
import type { Random } from "./random.ts";

/** A request as it is sent. */
export interface FuzzRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer;
}

const values = [
  ..."0 1 -1 2 9 64 100 8192 8193 99999999999999999999 1e9 1.5 -0 NaN 0x10 50% 50p".split(" "),
  ..."auto none true false red ff0000 #fff f0f0f0f0 center north 0.5,0.5 1,2,3,4 10x10 16:9 0:0".split(" "),
  ..."jpeg webp _webp avif png gif svg original bound cover crop fit face smart proxy info".split(" "),
  ..."%00 %0d%0a %ff%fe %F0%9F%98%80 ../.. // ? & = ; , | \\ ' \" < > {} [] $ ` ! * ( ) + %2B %25 %2525".split(
    " ",
  ),
  "sample.li/boat.jpg",
  "http://127.0.0.1:1/a.png",
  "https%3A%2F%2Fsample.li%2Fboat.jpg",
  "",
];

const names = [
  ...ops.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  ..."func p vh v ci_sign ci_eqs ci_seal ci_url_encoded wat[0] wat_url[9] w[] toString __proto__ constructor".split(
    " ",
  ),
];

function value(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(random.once(5) ? 5 : 1) }, () => random.pick(values));
  return random.once(30)
    ? "a".repeat(random.below(9_000))
    : parts.join(random.pick(["", ",", "x", ":", "|"]));
}

/** Settings for a picture, some of which make sense. */
export function writeQuery(random: Random): string {
  const count = random.once(40) ? random.below(400) : random.below(7);
  const pairs = Array.from(
    { length: count },
    () => `${random.pick(names)}${random.once(12) ? "" : "="}${value(random)}`,
  );
  return pairs.join(random.once(10) ? ";" : "&");
}

const v6 = [
  "width",
  "height",
  "crop",
  "fit",
  "cover",
  "bound",
  "boundmin",
  "cdn",
  "cdno",
  "proxy",
  "face",
  "crop_px",
  "v7",
  "v6",
  "v4",
  "invalid",
];

/** A URL of the image server, by its grammars. @param files addresses of originals */
export function writeImageRequest(files: readonly string[], random: Random): FuzzRequest {
  const origin = random.once(4)
    ? random.pick([
        "sample.li/boat.jpg",
        "sample.li/none.jpg",
        "http:/sample.li/now.php",
        "//sample.li//flat.jpg",
        "_x_/a.jpg",
        "a",
        "",
        "%",
        "..%2f..",
        "[::1]/a",
        "http://",
        "storage://a/b",
        "sample.li",
      ])
    : random.pick(files);
  const start = random.once(3)
    ? `/${random.pick(v6)}/${value(random)}/${random.pick(["n", "none", "fgrey", "q10.fwebp", value(random)])}`
    : random.pick(["", "", "", "/v7", "/v6", "/"]);
  const query = random.once(6) ? "" : `?${writeQuery(random)}`;
  const headers: Record<string, string> = {};
  if (random.once(3))
    headers.accept = random.pick([
      "image/avif,image/webp,*/*",
      "application/json",
      "text/html;q=0.1",
      "*/*;q=",
      ",,,",
      `image/${"x,".repeat(500)}`,
    ]);
  if (random.once(6)) headers["if-none-match"] = random.pick(["*", '"a"', 'W/"', ",,,", '"'.repeat(99)]);
  if (random.once(9))
    headers.range = random.pick(["bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=0-0,1-1", "x"]);
  if (random.once(9)) headers.referer = random.pick(["http://a.b/", "nonsense", "http://[", "%"]);
  if (random.once(9)) headers["cdn-loop"] = random.pick(["freshet", "a, b; c=d", ";;;"]);
  const method = random.once(12) ? random.pick(["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) : "GET";
  return { path: `${start}/${origin}${query}`.replace(/[\s#]/g, "%20"), method, headers };
}

const scopes = ["original", "urls", "all", "tag", "", "ORIGINAL", 7, null, [], {}];
const modes = ["hard", "soft", "revalidate", "erase", "", 7, null];
const paths = [
  "/sample.li/boat.jpg",
  "/sample.li/*",
  "*",
  "/",
  "",
  "//",
  "/a/**/b",
  "/%",
  "/\u0000",
  "http://localhost:8080/sample.li/boat.jpg?w=9",
  "/sample.li/boat.jpg?w=9&w=8",
  "/width/9/n/sample.li/a.jpg",
  "\ud800",
  `/${"a".repeat(9_000)}`,
  7,
  null,
  {},
  [],
];

function json(random: Random, depth = 0): unknown {
  switch (random.below(depth > 4 ? 6 : 8)) {
    case 0:
      return random.pick([0, -1, 1e308, 2 ** 53, 0.1]);
    case 1:
      return random.pick([true, false, null]);
    case 2:
      return value(random);
    case 3:
    case 4:
      return random.pick(paths);
    case 5:
      return random.pick(scopes);
    case 6:
      return Array.from({ length: random.below(4) }, () => json(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          random.pick([
            "scope",
            "urls",
            "tags",
            "mode",
            "api",
            "Records",
            "Type",
            "Message",
            "__proto__",
            "s3",
            "a",
          ]),
          json(random, depth + 1),
        ]),
      );
  }
}

function writeOrder(random: Random): unknown {
  const order: Record<string, unknown> = {
    scope: random.pick(scopes),
    urls: Array.from({ length: random.below(5) }, () => random.pick(paths)),
  };
  if (random.once(3)) order.mode = random.pick(modes);
  if (random.once(3)) order.tags = Array.from({ length: random.below(4) }, () => value(random));
  if (random.once(4)) order.transformations = [value(random), json(random)];
  if (random.once(5)) order.api = random.pick(["v6", "v7", "v8", 7]);
  if (random.once(5))
    order[random.pick(["scope", "urls", "tags", "mode", "dry_run", "extra"])] = json(random);
  return order;
}

function writeBody(random: Random): string | Buffer {
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(200));
    case 1:
      return `${"[".repeat(random.below(20_000))}`;
    case 2:
      return JSON.stringify(writeOrder(random)).slice(0, random.below(200));
    case 3:
      return JSON.stringify(json(random));
    default:
      return JSON.stringify(writeOrder(random));
  }
}

const places = [
  ..."/invalidate /invalidate /invalidate /warmup/urls /hooks/s3 /hooks/signed /nodes /stats/general /audit /picture /token /metrics".split(
    " ",
  ),
  ..."/openapi /openapi.json / /main.js /healthz /readyz /internal/log /nonsense //invalidate /%00 /invalidate/%".split(
    " ",
  ),
];

/** A request to purge-api. @param key of a client that may do everything */
export function writeApiRequest(key: string, random: Random): FuzzRequest {
  const place = random.pick(places);
  const uuid = random.once(2) ? randomUUID() : value(random).replace(/[\s#?/]/g, "_");
  const path =
    place === "/invalidate" && random.once(3) ? `/invalidate/${uuid}${random.pick(["", "/restart"])}` : place;
  const query = random.once(3)
    ? `?${random.pick(["limit", "before", "status", "scope", "path", "from", "to", "prefix", "wait"])}=${value(random)}`.replace(
        /[\s#]/g,
        "_",
      )
    : "";
  const method = random.pick(["POST", "POST", "GET", "GET", "DELETE", "PUT"]);
  const headers: Record<string, string> = {
    "content-type": random.pick([
      "application/json",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
    ]),
  };
  if (!random.once(8)) headers["x-client-key"] = random.once(10) ? "wrong" : key;
  if (random.once(6)) headers["idempotency-key"] = random.pick(["a", "b", '"c"', "", "x".repeat(300)]);
  if (random.once(6)) headers.prefer = random.pick(["wait=1", "wait=-1", "wait=1e9", "respond-async", ";;"]);
  if (random.once(6))
    headers["x-freshet-signature"] = random.pick(["t=1,v1=00", `t=1700000000,v1=${"0".repeat(64)}`, "x"]);
  const body = method === "GET" ? undefined : writeBody(random);
  return { path: path + query, method, headers, ...(body !== undefined && { body }) };
}
