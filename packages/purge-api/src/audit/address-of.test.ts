import { expect, test } from "bun:test";
import { createAddressOf, readNetwork } from "./address-of.ts";

const trusted = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"];

test.each<[string | null, string | null, string | null]>([
  // peer, X-Forwarded-For, address
  ["203.0.113.5", null, "203.0.113.5"],
  ["203.0.113.5", "198.51.100.1", "203.0.113.5"],
  ["10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["fd00::1", "2001:DB8::1", "2001:db8::1"],
  ["10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  ["10.1.2.3", "1.1.1.1, 198.51.100.1 , 192.0.2.7,10.9.9.9", "198.51.100.1"],
  ["10.1.2.3", "nonsense, 192.0.2.7", "192.0.2.7"],
  ["10.1.2.3", "<script>", "10.1.2.3"],
  ["10.1.2.3", "", "10.1.2.3"],
  ["10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
  [null, "198.51.100.1", null],
])("from %j with %j it is %j", (peer, forwarded, address) => {
  const headers: Record<string, string> = forwarded === null ? {} : { "x-forwarded-for": forwarded };
  const addressOf = createAddressOf(trusted, () => peer);
  expect(addressOf(new Request("http://localhost", { headers }))).toBe(address);
});

test.each(["", "localhost", "10.0.0.0/33", "10.0.0/8 ", "::/129"])("%j is no network", (text) => {
  expect(() => readNetwork(text)).toThrow(RangeError);
});
