/**
 * `bun bench/parse.ts`: what it costs to read a URL and to make the key of its request, in one process, median of
 * rounds; the target is 5 µs. Beside it, what the check of a signature or a seal adds.
 */
import {
  authorizeUrl,
  parseRequest,
  plainToken,
  requestKey,
  sealUrl,
  signUrl,
  type UrlSecurity,
} from "../packages/core/src/index.ts";
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

/** Microseconds for one call. */
function measure(work: () => void): number {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startNs = Bun.nanoseconds();
    for (let at = 0; at < readsPerRound; at++) work();
    took.push((Bun.nanoseconds() - startNs) / readsPerRound / 1000);
  }
  return median(took);
}

function check(url: string, security: UrlSecurity): void {
  try {
    authorizeUrl(url, security, sha1);
  } catch {
    // A wrong signature is one of the cells.
  }
}

const parsing = Object.entries(urls).map(([name, url]) => {
  const us = measure(() => void requestKey(parseRequest(url, token)));
  return [name, us.toFixed(2), us <= 5 ? "yes" : "no"];
});
const checking = Object.entries(checks).map(([name, { url, security }]) => [
  name,
  measure(() => check(url, security)).toFixed(2),
]);
console.log(`\nOne URL read and its key made, ${rounds} rounds of ${readsPerRound}\n`);
console.log(markdownTable(["", "µs, median", "≤ 5 µs"], parsing));
console.log("\nA signature or seal checked, two salts valid, the second is the right one\n");
console.log(markdownTable(["", "µs, median"], checking));
