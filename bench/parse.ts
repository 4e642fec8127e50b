/**
 * `bun bench/parse.ts`: what it costs to read a URL and to make the key of its request, in one process; the target is
 * 5 µs. Processor time of all threads, garbage collection included, so that other processes count less; median of
 * rounds. Beside it, what the check of a signature or a seal adds.
 *
 * `bun bench/parse.ts ../other` reads them with the core of another work tree too, in alternating rounds.
 */
import { resolve } from "node:path";
import * as core from "../packages/core/src/index.ts";
import { authorizeUrl, plainToken, sealUrl, signUrl, type UrlSecurity } from "../packages/core/src/index.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 15;
const readsPerRound = 20_000;

const salts = ["next", "current"];
const sha1 = (text: string) => new Bun.CryptoHasher("sha1").update(text).digest("hex");
const key = { salt: "current", sha1 };
const token = { ...plainToken("doc"), aliases: { _cms_: "https://cms.example.com", _prod_: "prod/images" } };
const typical =
  "/v7/https://cdn.example.com/media/2026/red-charlie.jpg?w=400&h=300&func=crop&gravity=auto&q=80";
const sealed = ["w", "func"];

const urls: Readonly<Record<string, string>> = {
  "v7, short": "/sample.li/flat.jpg?w=500",
  "v7, typical": typical,
  "v7, aliases": "/_cms_/_prod_/imgs/18/x.jpeg?force_format=avif%2Cwebp%2Cjpeg&org_if_sml=1&q=70&width=1220",
  "v7, encoded": "/v7/https%3A%2F%2Fhost.io%2Fa.jpg?tl_px=10,20&br_px=410,320&w=300&h=200&ci_url_encoded=1",
  "v7, sealed": sealUrl(typical, sealed, key),
  "v6, short": "/width/500/n/sample.li/flat1.jpg",
  "v6, typical": "/bound/1200x1200/q85.png-lossy-85.webp-lossy-85.foil1/_cms_/_prod_/imgs/18/x.jpg",
  "v6, watermark":
    "/fit/640x480/fwk/_cms_/DA/733101_1.jpg?mark_url=_prod_%2Fnew.png&mark_pos=center&mark_size=100pp",
};

const checks: Readonly<Record<string, { url: string; security: UrlSecurity }>> = {
  "v7 signature": { url: signUrl(typical, key), security: { kind: "signature", salts } },
  "v6 signature": {
    url: signUrl(urls["v6, typical"] as string, key),
    security: { kind: "signature", salts },
  },
  seal: { url: sealUrl(typical, sealed, key), security: { kind: "seal", salts } },
  "v7 signature, wrong": {
    url: signUrl(typical, { ...key, salt: "guessed" }),
    security: { kind: "signature", salts },
  },
};

/** Microseconds of processor time for one call. */
function measureRound(work: () => void): number {
  const start = process.cpuUsage();
  for (let at = 0; at < readsPerRound; at++) work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / readsPerRound;
}

function measure(work: () => void): number {
  return median(Array.from({ length: rounds }, () => measureRound(work)));
}

function check(url: string, security: UrlSecurity): void {
  try {
    authorizeUrl(url, security, sha1);
  } catch {
    // A wrong signature is one of the cells.
  }
}

/** Asked for each key: one that is only joined when it is looked at would cost nothing here. */
const keys: ReadonlySet<string> = new Set(["", "other"]);

const other = Bun.argv[2];
const before: typeof core | null =
  other === undefined ? null : await import(resolve(other, "packages/core/src/index.ts"));
const cores = before === null ? [core] : [before, core];

const parsing = Object.entries(urls).map(([name, url]) => {
  const took = cores.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, { parseRequest, requestKey }] of cores.entries()) {
      took[at]?.push(measureRound(() => void keys.has(requestKey(parseRequest(url, token)))));
    }
  }
  return [name, ...took.map((all) => median(all).toFixed(2))];
});
const checking = Object.entries(checks).map(([name, { url, security }]) => [
  name,
  measure(() => check(url, security)).toFixed(2),
]);
console.log(`\nOne URL read and its key made, ${rounds} rounds of ${readsPerRound}\n`);
console.log(markdownTable(["", ...(before === null ? [] : ["the other, µs"]), "µs, median"], parsing));
console.log("\nA signature or seal checked, two salts valid, the second is the right one\n");
console.log(markdownTable(["", "µs, median"], checking));
