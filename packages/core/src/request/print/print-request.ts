import { ops } from "../../ops/index.ts";
import type { SaidOptions } from "../../ops/read-options.ts";
import type { Options } from "../../plan/options.ts";
import type { Delivery } from "../delivery.ts";
import { locateOrigin } from "../origin-key.ts";
import type { ParsedRequest } from "../parse-request.ts";
import { ruledFor } from "../read-target.ts";
import { encodeValue } from "./encode.ts";
import { neutral } from "./neutral.ts";
import { nothing, type Parameters, parameter } from "./parameters.ts";
import { planParameters } from "./plan-parameters.ts";
import { printAddress } from "./print-address.ts";
import type { RuledMarks } from "./watermark-parameters.ts";

/**
 * The one URL of v7 that stands for all spellings of a request, v6 ones included: path and query, without a signature or
 * a seal. The original is named as it was asked for; the parameters follow in the order of the registry, in their first
 * spelling. What a preset or the token's defaults said is said by the URL itself; what rules said is, too, or is
 * unsaid where the request took it back. So it reads as the same request with the same token.
 *
 * It may be longer than `limits.urlChars` where the URL that was read was nearly so long.
 */
export function printRequest(request: ParsedRequest): string {
  const own = parametersOf(request);
  const said = own.map(([name, value]) => `${name}=${encodeValue(value)}`);
  const { path, query, isEncoded } = printAddress(request.address, own.length);
  const parts = [query, ...said, isEncoded ? "ci_url_encoded=1" : ""].filter((part) => part !== "");
  return parts.length === 0 ? `/v7/${path}` : `/v7/${path}?${parts.join("&")}`;
}

function parametersOf({ address, settings, plan, delivery, version, ...rest }: ParsedRequest): Parameters {
  const { pathname } = locateOrigin(address.path, address.query, settings);
  const ruled = joinRules(ruledFor(pathname, settings));
  const hasAutoFormats = settings.autoFormats.length > 0;
  const around = { ruled, hasAutoFormats, addresses: rest.watermarkAddresses };
  const isImage = delivery.kind === "image";
  const said = new Map([
    ...unsaid(ruled.options, isImage),
    ...(isImage ? planParameters(plan, around) : [["func", "proxy"] as const]),
    ...deliveryParameters(delivery),
  ]);
  return [...inOrder([...said]), ...parameter("vh", version === "" ? null : version)];
}

function joinRules(rules: readonly SaidOptions[]): RuledMarks {
  const options: Partial<Options> = Object.assign({}, ...rules.map((rule) => rule.options));
  const indexes = new Set(rules.flatMap((rule) => [...rule.marks.keys()]));
  return { options, indexes: [...indexes].sort((a, b) => a - b) };
}

const deliveryOptions: ReadonlySet<string> = new Set<keyof Options>(["download", "info", "cacheSeconds"]);

/** Takes back all that rules say, as far as a URL can; what the request does say is put over it. */
function unsaid(ruled: Partial<Options>, isImage: boolean): Parameters {
  return Object.keys(ruled).flatMap((option) => {
    if (!isNeutral(option) || !(isImage || deliveryOptions.has(option))) return nothing;
    const [name, value] = neutral[option];
    return parameter(name, value);
  });
}

function isNeutral(option: string): option is keyof typeof neutral {
  return Object.hasOwn(neutral, option);
}

function deliveryParameters({ download, info, cacheSeconds }: Delivery): Parameters {
  return [
    ...parameter("force_download", download ? 1 : null),
    ...parameter("ci_info", info === 0 ? null : info),
    ...parameter("ci_cache", cacheSeconds),
  ];
}

const ranks: ReadonlyMap<string, number> = new Map(ops.map(({ name }, at) => [name, at]));

function inOrder(parameters: Parameters): Parameters {
  const rank = (name: string) => ranks.get(name.replace(/\[\d+\]$/, "")) ?? ranks.size;
  return [...parameters].sort(([a], [b]) => rank(a) - rank(b));
}
