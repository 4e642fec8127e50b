import { describe, expect, test } from "bun:test";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { createAddressGuard } from "./address-guard.ts";

async function outcome(allowed: readonly string[], url: string): Promise<string> {
  return createAddressGuard({ allowed, ports: ["80", "443", "8443"] })
    .resolve(new URL(url))
    .then(
      (addresses) => addresses.join(" "),
      (error) => error.code,
    );
}

/** Hosts as they may stand in a URL, by what they are. */
const refused: Readonly<Record<string, readonly string[]>> = {
  "loopback, however it is written": [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "0177.0x0.0.1",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
  ],
  "names of loopback": ["localhost", "LOCALHOST", "loc%61lhost"],
  "this host on this network": ["0.0.0.0", "0", "0x0", "00", "0.1.2.3", "[::]"],
  "private networks": [
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "0xa.1",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.65535",
    "3232235521",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
  ],
  "link-local, where clouds keep their metadata": [
    "169.254.169.254",
    "169.254.170.2",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.16689662",
    "[fe80::1]",
    "[febf::1]",
    "[fd00:ec2::254]",
  ],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
  "multicast and broadcast": [
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "4294967295",
    "[ff02::1]",
    "[ff0e::1]",
  ],
  "reserved, for documentation or for tests": [
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "240.0.0.1",
    "[2001:db8::1]",
    "[100::1]",
    "[fec0::1]",
    "[3fff::1]",
  ],
  "IPv4 inside IPv6": [
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2002:808:808::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:470:1:2:0:5efe:7f00:1]",
    "[2a00:1450:1:2:200:5efe:127.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[::ffff:0:0:127.0.0.1]",
  ],
};

describe("an address guard without exceptions", () => {
  for (const [what, hosts] of Object.entries(refused)) {
    for (const host of hosts) {
      test(`refuses ${what}: ${host}`, async () => {
        expect(await outcome([], `http://${host}/a.jpg`)).toBe("origin_refused");
        expect(await outcome([], `https://${host}:8443/a.jpg`)).toBe("origin_refused");
      });
    }
  }

  const allowed: readonly [host: string, address: string][] = [
    ["8.8.8.8", "8.8.8.8"],
    ["134744072", "8.8.8.8"],
    ["1.1.1.1", "1.1.1.1"],
    ["9.255.255.255", "9.255.255.255"],
    ["11.0.0.0", "11.0.0.0"],
    ["100.63.255.255", "100.63.255.255"],
    ["100.128.0.0", "100.128.0.0"],
    ["126.255.255.255", "126.255.255.255"],
    ["128.0.0.1", "128.0.0.1"],
    ["169.253.255.255", "169.253.255.255"],
    ["169.255.0.0", "169.255.0.0"],
    ["172.15.255.255", "172.15.255.255"],
    ["172.32.0.0", "172.32.0.0"],
    ["192.167.255.255", "192.167.255.255"],
    ["192.169.0.0", "192.169.0.0"],
    ["223.255.255.255", "223.255.255.255"],
    ["[2606:4700:4700::1111]", "2606:4700:4700::1111"],
    ["[2a00:1450:4001:80f::200e]", "2a00:1450:4001:80f::200e"],
  ];
  for (const [host, address] of allowed) {
    test(`lets through what is public: ${host}`, async () => {
      expect(await outcome([], `http://${host}/`)).toBe(address);
    });
  }

  test("does not let localhost with a final dot through, whether the resolver knows it or not", async () => {
    expect(await outcome([], "http://localhost./")).toStartWith("origin_");
  });

  test("says origin_unreachable of a name that nobody knows", async () => {
    expect(await outcome([], "http://no-such-host.invalid/")).toBe("origin_unreachable");
  });
});

describe("ports and schemes", () => {
  const guard = createAddressGuard({ allowed: ["10.0.0.1"], ports: ["80", "443", "8443"] });
  const code = (url: string) =>
    guard.resolve(new URL(url)).then(
      () => "fetched",
      (error) => error.code,
    );

  test.each([
    ["http://8.8.8.8/", "fetched"],
    ["https://8.8.8.8/", "fetched"],
    ["http://8.8.8.8:443/", "fetched"],
    ["https://8.8.8.8:8443/", "fetched"],
    ["http://8.8.8.8:22/", "origin_refused"],
    ["http://8.8.8.8:25/", "origin_refused"],
    ["http://8.8.8.8:6379/", "origin_refused"],
    ["http://8.8.8.8:65535/", "origin_refused"],
    ["https://8.8.8.8:0/", "origin_refused"],
    ["http://10.0.0.1:6379/", "fetched"],
    ["ftp://8.8.8.8/", "origin_refused"],
    ["file:///etc/passwd", "origin_refused"],
    ["gopher://8.8.8.8:80/", "origin_refused"],
    ["data:image/png;base64,AA==", "origin_refused"],
    ["javascript:1", "origin_refused"],
  ])("%s: %s", async (url, expected) => expect(await code(url)).toBe(expected));

  test("a star allows every port, and no other scheme", async () => {
    const all = createAddressGuard({ allowed: [], ports: ["*"] });
    expect(await all.resolve(new URL("http://8.8.8.8:6379/"))).toEqual(["8.8.8.8"]);
    await expect(all.resolve(new URL("ftp://8.8.8.8/"))).rejects.toMatchObject({ code: "origin_refused" });
  });
});

describe("names", () => {
  const own = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  );
  const answers: Record<string, readonly string[]> = {
    "public.test": ["8.8.8.8", "2606:4700::1111"],
    "mixed.test": ["127.0.0.1", "10.0.0.1", "8.8.8.8", "::1"],
    "private.test": ["10.0.0.1", "192.168.0.1"],
    "mapped.test": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::"],
    "zone.test": ["fe80::1%eth0"],
    "own.test": own,
    "none.test": [],
    "nonsense.test": ["", "localhost", "8.8.8.8.8"],
  };
  const guard = createAddressGuard({
    allowed: [],
    ports: ["80"],
    lookUp: async (host) => (answers[host] ?? []).map((address) => ({ address, family: isIP(address) })),
  });

  test.each([
    ["public.test", ["8.8.8.8", "2606:4700::1111"]],
    ["mixed.test", ["8.8.8.8"]],
  ])("%s is fetched from its public addresses only", async (host, expected) => {
    expect(await guard.resolve(new URL(`http://${host}/`))).toEqual(expected);
  });

  test.each(["private.test", "mapped.test", "zone.test", "own.test", "none.test", "nonsense.test"])(
    "%s is refused",
    async (host) => {
      await expect(guard.resolve(new URL(`http://${host}/`))).rejects.toMatchObject({
        code: "origin_refused",
      });
    },
  );
});

describe("an exception", () => {
  const table: readonly [allowed: string, url: string, isAllowed: boolean][] = [
    ["127.0.0.1", "http://127.0.0.1/", true],
    ["127.0.0.1", "http://127.0.0.1:9000/", true],
    ["127.0.0.1", "http://2130706433/", true],
    ["127.0.0.1", "http://127.0.0.2/", false],
    ["127.0.0.1", "http://localhost/", false],
    ["127.0.0.1:9000", "http://127.0.0.1:9000/", true],
    ["127.0.0.1:9000", "http://127.0.0.1:9001/", false],
    ["127.0.0.1:9000", "http://127.0.0.1/", false],
    ["127.0.0.1:80", "http://127.0.0.1/", true],
    ["127.0.0.1:80", "https://127.0.0.1/", false],
    ["127.0.0.1:443", "https://127.0.0.1/", true],
    ["localhost", "http://localhost:3000/", true],
    ["LocalHost", "http://LOCALHOST:3000/", true],
    ["localhost:3000", "http://localhost:3000/", true],
    ["localhost", "http://127.0.0.1/", false],
    ["localhost", "http://evil.localhost.example/", false],
    ["::1", "http://[::1]/", true],
    ["::1", "http://[::1]:9000/", true],
    ["[::1]", "http://[::1]:9000/", true],
    ["[::1]:9000", "http://[::1]:9000/", true],
    ["[::1]:9000", "http://[::1]:9001/", false],
    ["[::1]:9000", "http://[::1]/", false],
    ["*", "http://169.254.169.254/", true],
    ["*", "http://[fe80::1]/", true],
    ["", "http://127.0.0.1/", false],
    [".", "http://127.0.0.1/", false],
  ];
  for (const [allowed, url, isAllowed] of table) {
    test(`for "${allowed}" ${isAllowed ? "lets" : "does not let"} ${url} through`, async () => {
      const result = await outcome([allowed], url);
      expect(result.startsWith("origin_")).toBe(!isAllowed);
    });
  }

  test("gives the address to connect to, without brackets", async () => {
    expect(await outcome(["::1"], "http://[::1]:9000/")).toBe("::1");
  });
});
