/**
 * Run by `rebinding.test.ts` in a network of its own, in which nothing leads outside: a public address that is served here,
 * local ones on which canaries listen, and the name server that this machine asks. Starts the real server, asks it, and
 * prints what came of it as JSON.
 */
import { rm } from "node:fs/promises";
import { dataFolder, keys, startPurge, startServer, until } from "../processes.ts";
import { startDns } from "./dns-server.ts";

export const publicAddress = "11.22.33.44";
const local = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"];

const isPublic = { a: [publicAddress] };
const isLocal = { a: ["127.0.0.1"] };
const six = (hex: string) => () => ({ aaaa: [hex] });

const dns = await startDns(
  {
    "public.test": () => isPublic,
    "rebind.test": (asked) => (asked === 0 ? isPublic : isLocal),
    "rebind-mark.test": (asked) => (asked === 0 ? isPublic : isLocal),
    "rebind-hop.test": (asked) => (asked === 0 ? isPublic : isLocal),
    "later.test": (asked) => (asked % 2 === 0 ? isPublic : isLocal),
    "local.test": () => isLocal,
    "metadata.test": () => ({ a: ["169.254.169.254"] }),
    "private.test": () => ({ a: ["10.0.0.1"] }),
    "many.test": () => ({ a: ["127.0.0.1", "10.0.0.1", publicAddress, "169.254.169.254"] }),
    "many-local.test": () => ({ a: ["127.0.0.1", "10.0.0.1"] }),
    "alias.test": () => ({ cname: "local.test" }),
    "alias-of-alias.test": () => ({ cname: "alias.test" }),
    "alias-public.test": () => ({ cname: "public.test" }),
    "six.test": six("00000000000000000000000000000001"),
    "mapped.test": six("00000000000000000000ffff7f000001"),
    "nat64.test": six("0064ff9b00000000000000007f000001"),
    "six-to-four.test": six("20027f00000100000000000000000001"),
    "teredo.test": six("200100004136e378800063bf80fffffe"),
    "isatap.test": six("200104700001000200005efe7f000001"),
    "sns.us-east-1.amazonaws.com": () => isLocal,
    "sns.eu-west-1.amazonaws.com": () => ({ a: ["169.254.169.254"] }),
    "rebind-warm.test": (asked) => (asked === 0 ? isPublic : isLocal),
    "rebind-warm-mark.test": (asked) => (asked === 0 ? isPublic : isLocal),
    "both.test": () => ({ a: [publicAddress], aaaa: ["00000000000000000000000000000001"] }),
  },
  "127.0.0.1",
  53,
);

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
let served = 0;
const touched: string[] = [];
Bun.serve({
  hostname: publicAddress,
  port: 80,
  fetch({ url }) {
    served++;
    const to = new URL(url).searchParams.get("to");
    return to ? new Response(null, { status: 302, headers: { location: to } }) : new Response(picture);
  },
});
for (const hostname of local) {
  const open = () => {
    touched.push(hostname);
  };
  for (const port of [80, 443]) Bun.listen({ hostname, port, socket: { open, data() {} } });
}

const data = dataFolder();
await Bun.write(
  `${data.path}/freshet.toml`,
  '[tokens.doc]\nproxy_anywhere = true\naliases = { _a_ = "http://rebind-hop.test/a" }\n',
);
const purge = await startPurge({
  dataDir: `${data.path}/purge`,
  env: { FRESHET_CONFIG: `${data.path}/freshet.toml` },
});
const server = await startServer({
  dataDir: data.path,
  purgeUrl: purge.url,
  env: { FRESHET_CONFIG: `${data.path}/freshet.toml`, FRESHET_SERVER_PORT: "8090" },
});
let serial = 0;
const ask = async (path: string) => {
  const response = await fetch(`${server.url}${path.replaceAll("N", String(serial++))}`, {
    headers: { accept: "application/json" },
  });
  return response.status;
};
const mark = encodeURIComponent("http://rebind-mark.test/N.png");
const answers: Record<string, readonly number[]> = {};
for (const [what, paths] of Object.entries({
  "public.test": ["/http://public.test/N.png?w=9"],
  "rebind.test": [
    "/http://rebind.test/N.png?w=9",
    "/http://rebind.test/N.png?w=9",
    "/http://rebind.test/N.png?w=9",
  ],
  "later.test": [
    "/http://later.test/N.png?w=9",
    "/http://later.test/N.png?w=9",
    "/http://later.test/N.png?w=9",
  ],
  "a watermark": [
    `/http://public.test/N.png?w=9&wat=1&wat_url=${mark}`,
    `/http://public.test/N.png?w=9&wat=1&wat_url=${mark}`,
  ],
  "func=proxy": ["/http://later.test/N.txt?func=proxy", "/http://later.test/N.txt?func=proxy"],
  "an alias of the settings": ["/_a_/N.png", "/_a_/N.png"],
  "a redirect to a name": [
    "/http://public.test/?to=http://local.test/N.png&w=9",
    "/http://public.test/?to=//later.test/N.png&n=N",
    "/http://public.test/?to=//later.test/N.png&n=N",
  ],
  "without a scheme": ["/local.test/N.png?w=9"],
  "by TLS": ["/https://local.test/N.png?w=9"],
  "metadata.test": ["/http://metadata.test/latest/N"],
  "private.test": ["/http://private.test/N.png"],
  "many.test": ["/http://many.test/N.png"],
  "many-local.test": ["/http://many-local.test/N.png"],
  "alias.test": ["/http://alias.test/N.png"],
  "alias-of-alias.test": ["/http://alias-of-alias.test/N.png"],
  "alias-public.test": ["/http://alias-public.test/N.png"],
  "six.test": ["/http://six.test/N.png"],
  "mapped.test": ["/http://mapped.test/N.png"],
  "nat64.test": ["/http://nat64.test/N.png"],
  "six-to-four.test": ["/http://six-to-four.test/N.png"],
  "teredo.test": ["/http://teredo.test/N.png"],
  "isatap.test": ["/http://isatap.test/N.png"],
  "both.test": ["/http://both.test/N.png"],
})) {
  const statuses: number[] = [];
  for (const path of paths) statuses.push(await ask(path));
  answers[what] = statuses;
}
const headers = { "x-client-key": keys.client };

/** Has a picture made that nobody asks for. @returns 200, or 403 where it was refused */
async function warm(path: string): Promise<number> {
  const body = JSON.stringify({ data: [path.replaceAll("N", String(serial++))] });
  const posted = await fetch(`${purge.url}/warmup/urls`, { method: "POST", headers, body });
  const { uuid } = (await posted.json()) as { uuid: string };
  let failures: readonly { readonly reason: string }[] = [];
  await until(async () => {
    const answer = await fetch(`${purge.url}/warmup/${uuid}`, { headers });
    const { warmup } = (await answer.json()) as { warmup: { status: string; failures: typeof failures } };
    failures = warmup.failures;
    return warmup.status === "DONE";
  }, "it is done");
  if (failures.length === 0) return 200;
  return failures.every(({ reason }) => reason.includes("not public")) ? 403 : 500;
}

const warmMark = encodeURIComponent("http://rebind-warm-mark.test/N.png");
answers["a warm-up"] = [
  await warm("/http://rebind-warm.test/N.png?w=9"),
  await warm("/http://rebind-warm.test/N.png?w=9"),
  await warm("/http://metadata.test/latest/N.txt?func=proxy"),
];
answers["a watermark of a warm-up"] = [
  await warm(`/http://public.test/N.png?w=9&wat=1&wat_url=${warmMark}`),
  await warm(`/http://public.test/N.png?w=9&wat=1&wat_url=${warmMark}`),
];
answers["what a notification asks to confirm"] = [];
for (const region of ["us-east-1", "eu-west-1"]) {
  const SubscribeURL = `https://sns.${region}.amazonaws.com/?Action=ConfirmSubscription`;
  const body = JSON.stringify({ Type: "SubscriptionConfirmation", SubscribeURL });
  const { status } = await fetch(`${purge.url}/hooks/s3`, { method: "POST", headers, body });
  (answers["what a notification asks to confirm"] as number[]).push(status);
}
await server.stop();
await purge.stop();
await rm(data.path, { recursive: true });
console.log(JSON.stringify({ answers, touched, served, questions: dns.questions.length }));
process.exit(0);
