/** Names that change their address between two looks, in a network in which a connection would be seen. */
import { beforeAll, describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./world.ts", import.meta.url));

/** A network of its own: a public address that is here, two local ones beside loopback, and our name server. */
const setUp = `
set -e
ip link set lo up
ip route add local 11.22.33.44/32 dev lo
ip addr add 10.0.0.1/32 dev lo
ip addr add 169.254.169.254/32 dev lo
names=$(mktemp)
echo 'nameserver 127.0.0.1' > "$names"
mount --bind "$names" /etc/resolv.conf
rm "$names"
exec "$0" "$1"
`;

/** It takes root, and the tools of Linux. */
function canHaveOwnNetwork(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !Bun.which("ip")) return false;
  const tried = Bun.spawnSync(["unshare", "--net", "--mount", "ip", "link", "set", "lo", "up"], {
    stderr: "ignore",
  });
  return tried.exitCode === 0;
}

interface Outcome {
  readonly answers: Readonly<Record<string, readonly number[]>>;
  readonly touched: readonly string[];
  readonly served: number;
  readonly questions: number;
}

const isPossible = canHaveOwnNetwork();
if (!isPossible)
  console.warn("freshet: no test of names that change: it takes root, `unshare` and `ip` on Linux");

describe.skipIf(!isPossible)("a name", () => {
  let outcome: Outcome;

  beforeAll(async () => {
    const child = Bun.spawn(["unshare", "--net", "--mount", "sh", "-c", setUp, process.execPath, script], {
      stdout: "pipe",
      stderr: "inherit",
    });
    outcome = JSON.parse(await new Response(child.stdout).text());
  }, 120_000);

  test("that is public is fetched from, and the name server was asked", () => {
    expect(outcome.answers["public.test"]).toEqual([200]);
    expect(outcome.served).toBeGreaterThan(5);
    expect(outcome.questions).toBeGreaterThan(20);
  });

  test("reaches nothing local, whatever it says and however often", () => {
    expect(outcome.touched).toEqual([]);
  });

  test("that becomes local is refused from then on, and was fetched from the address that was checked", () => {
    expect(outcome.answers["rebind.test"]).toEqual([200, 403, 403]);
    expect(outcome.answers["later.test"]).toEqual([200, 403, 200]);
  });

  test.each([
    ["a watermark", [200, 403]],
    ["func=proxy", [403, 200]],
    ["an alias of the settings", [200, 403]],
    ["a warm-up", [200, 403, 403]],
    ["a watermark of a warm-up", [200, 403]],
    ["what a notification asks to confirm", [403, 403]],
    ["a redirect to a name", [403, 403, 200]],
    ["without a scheme", [403]],
    ["by TLS", [403]],
    ["metadata.test", [403]],
    ["private.test", [403]],
    ["many-local.test", [403]],
    ["alias.test", [403]],
    ["alias-of-alias.test", [403]],
    ["six.test", [403]],
    ["mapped.test", [403]],
    ["nat64.test", [403]],
    ["six-to-four.test", [403]],
    ["teredo.test", [403]],
    ["isatap.test", [403]],
    // What is public of it is used.
    ["many.test", [200]],
    ["alias-public.test", [200]],
    ["both.test", [200]],
  ])("%s: %p", (what, statuses) => {
    expect(outcome.answers[what]).toEqual(statuses as number[]);
  });
});
