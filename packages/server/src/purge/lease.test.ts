import { expect, test } from "bun:test";
import { createLease } from "./lease.ts";

function setUp() {
  const now = { monotonicMs: 0, wallMs: 1_000_000 };
  const lease = createLease({ monotonicMs: () => now.monotonicMs, wallMs: () => now.wallMs });
  const pass = (monotonicMs: number, wallMs = monotonicMs) => {
    now.monotonicMs += monotonicMs;
    now.wallMs += wallMs;
  };
  return { now, lease, pass };
}

test("a lease is counted from when the heartbeat was sent, not from when the answer came", () => {
  const { now, lease, pass } = setUp();
  const sentAt = { ...now };
  pass(4_000);
  lease.grant(sentAt, 5_000);
  pass(999);
  expect(lease.isValid()).toBe(true);
  pass(1);
  expect(lease.isValid()).toBe(false);
});

test("there is no lease before the first grant, nor after its end", () => {
  const { now, lease } = setUp();
  expect(lease.isValid()).toBe(false);
  lease.grant({ ...now }, 5_000);
  lease.end();
  expect(lease.isValid()).toBe(false);
});

test("a machine that slept has no lease, although its monotonic clock stood still", () => {
  const { now, lease, pass } = setUp();
  lease.grant({ ...now }, 5_000);
  pass(10, 60_000);
  expect(lease.isValid()).toBe(false);
});

test("a wall clock that was set back does not make a lease longer", () => {
  const { now, lease, pass } = setUp();
  lease.grant({ ...now }, 5_000);
  pass(5_000, -3_600_000);
  expect(lease.isValid()).toBe(false);
});
