import { describe, expect, test } from "bun:test";
import {
  type ErasedReport,
  type FencePolicy,
  type LogRow,
  type NodeMessage,
  readNodeMessage,
  type Stamp,
} from "@freshet/core";
import { createFollower } from "./follower.ts";
import { noLines } from "./lines.ts";
import { type Erasing, nothingToErase } from "./owed-erasures.ts";

const origin = { key: "doc|//h/a", pathKey: "doc|//h/a", urls: [] };

function row(seq: number): LogRow {
  return { seq, job: `job-${seq}`, token: "doc", kind: "original", pattern: "doc|//h/a", mode: "hard" };
}

type NewestStamp = Required<Stamp> | null;

/** A follower and the log's end of its wire, played by the test. */
function setUp(
  fence: FencePolicy = "revalidate",
  erasing = nothingToErase,
  onDisk: NewestStamp = null,
  other: NewestStamp = null,
) {
  const now = { ms: 0 };
  const clock = { monotonicMs: () => now.ms, wallMs: () => now.ms };
  const follower = createFollower({
    clock,
    node: "n1",
    boot: "b1",
    fence,
    softWindowMs: 60_000,
    erasing,
    lines: {
      ...noLines,
      newest: (line) => [onDisk, other].find((one) => (line ?? onDisk?.logId) === one?.logId) ?? null,
      begin: (line, not) => (other && other.logId !== not ? other : noLines.begin(line, not)),
    },
  });
  const said: NodeMessage[] = [];
  let closed = 0;
  const wire = { send: (text: string) => void said.push(readNodeMessage(text)), close: () => void closed++ };
  const hear = (message: object) => follower.receive(JSON.stringify(message));
  const connect = () => follower.connected(wire);
  const lastBeat = () => said.findLast((message) => message.type === "beat")?.beat ?? 0;
  /** As the log does for a node that is caught up. */
  const grant = () => hear({ type: "lease", beat: lastBeat(), leaseMs: 5_000 });
  return { follower, now, said, hear, connect, grant, closes: () => closed };
}

describe("follower", () => {
  test("says hello with its cursor, catches up, acknowledges, and only then asks for a lease", () => {
    const { follower, said, hear, connect, grant } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 2, isContinued: true });
    expect(said.map(({ type }) => type)).toEqual(["hello"]);
    hear({ type: "rows", after: 0, rows: [row(1)] });
    expect(said.map(({ type }) => type)).toEqual(["hello", "ack"]);
    hear({ type: "rows", after: 1, rows: [row(2)] });
    expect(said.slice(2)).toEqual([
      { type: "ack", applied: 2 },
      { type: "beat", beat: 1, applied: 2 },
    ]);
    expect(follower.trust()).toBe("revalidate");
    grant();
    expect(follower.trust()).toBe("trusted");
    expect(follower.stamp()).toEqual({ logId: "L/b1.1", seq: 2, job: "job-2" });
    expect({ ...follower.purgedAt("doc", origin, null, []) }).toEqual({ any: 2, hard: 2, due: 2 });
  });

  test("asks again from its cursor when a row is missing, and applies nothing out of order", () => {
    const { follower, said, hear, connect } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    hear({ type: "rows", after: 1, rows: [row(2)] });
    expect(said.at(-1)).toEqual({ type: "read", after: 0 });
    expect(follower.stamp().seq).toBe(0);
    hear({ type: "rows", after: 0, rows: [row(1), row(2)] });
    expect(follower.stamp().seq).toBe(2);
  });

  test("takes rows that come twice once", () => {
    const { follower, said, hear, connect } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    hear({ type: "rows", after: 0, rows: [row(1), row(2)] });
    hear({ type: "rows", after: 0, rows: [row(1), row(2), row(3)] });
    hear({ type: "rows", after: 0, rows: [row(1), row(2)] });
    expect(follower.stamp().seq).toBe(3);
    expect(said.filter(({ type }) => type === "ack")).toEqual([
      { type: "ack", applied: 2 },
      { type: "ack", applied: 3 },
    ]);
  });

  test("loses trust when the lease ends, and wins it back by a heartbeat", () => {
    const { follower, now, hear, connect, grant } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    grant();
    now.ms = 4_999;
    expect(follower.trust()).toBe("trusted");
    now.ms = 5_000;
    expect(follower.trust()).toBe("revalidate");
    follower.beat();
    grant();
    expect(follower.trust()).toBe("trusted");
  });

  test("counts a lease from the heartbeat that it answers, also when answers come late or out of order", () => {
    const { follower, now, hear, connect } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    now.ms = 4_000;
    follower.beat();
    hear({ type: "lease", beat: 1, leaseMs: 5_000 });
    now.ms = 5_000;
    expect(follower.trust()).toBe("revalidate");
  });

  test("ignores the answer to a heartbeat of an earlier connection", () => {
    const { follower, hear, connect } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    follower.disconnected();
    connect();
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear({ type: "lease", beat: 1, leaseMs: 5_000 });
    expect(follower.trust()).toBe("revalidate");
  });

  test("a connection begins with one welcome: rows before it may be of another log", () => {
    const { hear, connect } = setUp();
    connect();
    const rows = { type: "rows", after: 0, rows: [row(1)] };
    expect(() => hear(rows)).toThrow(TypeError);
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear(rows);
    expect(() => hear({ type: "welcome", logId: "L", head: 1, isContinued: true })).toThrow(TypeError);
  });

  test("keeps cursor and lease over a short break of the connection", () => {
    const { follower, said, hear, connect, grant } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear({ type: "rows", after: 0, rows: [row(1)] });
    grant();
    follower.disconnected();
    expect(follower.trust()).toBe("trusted");
    connect();
    expect(said.at(-1)).toMatchObject({ type: "hello", logId: "L", applied: 1, job: "job-1" });
  });

  test.each([
    ["another log", { type: "welcome", logId: "M", head: 9, isContinued: true }],
    ["this log at an earlier state", { type: "welcome", logId: "L", head: 0, isContinued: true }],
    ["this log if it has forgotten the row", { type: "welcome", logId: "L", head: 9, isContinued: false }],
  ])("starts again at %s: no lease, no cursor, no registry", (_name, welcome) => {
    const { follower, hear, connect, grant } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear({ type: "rows", after: 0, rows: [row(1)] });
    grant();
    follower.disconnected();
    connect();
    hear(welcome);
    expect(follower.trust()).toBe("revalidate");
    expect(follower.stamp()).toEqual({ logId: `${welcome.logId}/b1.2`, seq: 0, job: "" });
    expect({ ...follower.purgedAt("doc", origin, null, []) }).toEqual({ any: 0, hard: 0, due: 0 });
  });

  describe("with stamps on its disk", () => {
    const onDisk = { logId: "L/b0.1", seq: 7, job: "job-7" };

    test("says up to where, reads the log from its beginning, and goes on with the stamps if the log knows that row", () => {
      const { follower, said, hear, connect } = setUp("revalidate", nothingToErase, onDisk);
      connect();
      expect(said[0]).toMatchObject({ logId: "L", applied: 0, reached: 7, job: "job-7" });
      hear({ type: "welcome", logId: "L", head: 9, isContinued: true });
      hear({ type: "rows", after: 0, rows: [row(3), row(9)] });
      expect(follower.stamp()).toEqual({ logId: "L/b0.1", seq: 9, job: "job-9" });
      follower.disconnected();
      connect();
      expect(said.at(-1)).toMatchObject({ logId: "L", applied: 9, reached: 9, job: "job-9" });
    });

    test.each([
      ["the log does not know that row", { logId: "L", head: 9, isContinued: false }],
      ["it is another log", { logId: "M", head: 9, isContinued: false }],
      ["the log is shorter than that", { logId: "L", head: 6, isContinued: true }],
    ])("they are void if %s", (_name, welcome) => {
      const { follower, said, hear, connect } = setUp("revalidate", nothingToErase, onDisk);
      connect();
      hear({ type: "welcome", ...welcome });
      expect(follower.stamp()).toEqual({ logId: `${welcome.logId}/b1.1`, seq: 0, job: "" });
      follower.disconnected();
      connect();
      expect(said.at(-1)).toMatchObject({ logId: welcome.logId, reached: 0, job: "" });
    });
  });

  test("joins another process of its folder that follows this log already, once it has said what that has stamped", () => {
    const joined = { logId: "L/b0.1", seq: 7, job: "job-7" };
    const { follower, said, hear, connect, closes } = setUp("revalidate", nothingToErase, null, joined);
    connect();
    expect(said[0]).toMatchObject({ logId: "", reached: 0 });
    hear({ type: "welcome", logId: "L", head: 9, isContinued: false });
    expect([closes(), follower.trust()]).toEqual([1, "revalidate"]);
    follower.disconnected();
    connect();
    expect(said.at(-1)).toMatchObject({ logId: "L", applied: 0, reached: 7, job: "job-7" });
    hear({ type: "welcome", logId: "L", head: 9, isContinued: true });
    hear({ type: "rows", after: 0, rows: [row(9)] });
    expect(follower.stamp()).toEqual({ logId: "L/b0.1", seq: 9, job: "job-9" });
  });

  test("gives a connection up on which heartbeats stay unanswered", () => {
    const { follower, hear, connect, closes } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    follower.beat();
    follower.beat();
    expect(closes()).toBe(0);
    follower.beat();
    expect(closes()).toBe(1);
  });

  test("keeps a connection on which the log answers that it must catch up first, and the lease that it had", () => {
    const { follower, now, hear, connect, grant, said, closes } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    grant();
    for (let turn = 0; turn < 4; turn++) {
      now.ms += 1_000;
      follower.beat();
      hear({ type: "lease", beat: said.filter(({ type }) => type === "beat").length, leaseMs: 0 });
    }
    expect(closes()).toBe(0);
    expect(follower.trust()).toBe("trusted");
  });

  test("asks again as soon as it has reached the head that it was refused at, and once however many rows come", () => {
    const { follower, hear, connect, said, closes } = setUp();
    const beats = () => said.flatMap((message) => (message.type === "beat" ? [message.applied] : []));
    connect();
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear({ type: "rows", after: 0, rows: [row(1)] });
    hear({ type: "rows", after: 1, rows: [row(2)] });
    hear({ type: "rows", after: 2, rows: [row(3)] });
    hear({ type: "rows", after: 3, rows: [row(4)] });
    expect(beats()).toEqual([1]);
    hear({ type: "lease", beat: 1, leaseMs: 0, head: 6 });
    hear({ type: "rows", after: 4, rows: [row(5)] });
    expect(beats()).toEqual([1]);
    hear({ type: "rows", after: 5, rows: [row(6), row(7)] });
    expect(beats()).toEqual([1, 7]);
    // The log's own head may be old: as long as nothing came it is not asked again at once, or it would be without end.
    hear({ type: "lease", beat: 2, leaseMs: 0, head: 7 });
    expect(beats()).toEqual([1, 7]);
    hear({ type: "rows", after: 7, rows: [row(8)] });
    expect(beats()).toEqual([1, 7, 8]);
    hear({ type: "rows", after: 8, rows: [row(9)] });
    hear({ type: "lease", beat: 3, leaseMs: 0, head: 9 });
    expect(beats()).toEqual([1, 7, 8, 9]);
    follower.beat();
    expect([beats(), closes()]).toEqual([[1, 7, 8, 9, 9], 0]);
  });

  test("is ready with a lease, or always if it serves without one", () => {
    expect(setUp("revalidate").follower.isReady()).toBe(false);
    expect(setUp("refuse").follower.isReady()).toBe(false);
    expect(setUp("serve").follower.isReady()).toBe(true);
  });

  test("lets a soft purge pass for its window, counted from when it took effect here", () => {
    const { follower, now, hear, connect, grant } = setUp();
    const due = () => follower.purgedAt("doc", origin, null, []).due;
    connect();
    hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
    grant();
    now.ms = 1_000;
    hear({ type: "rows", after: 0, rows: [{ ...row(1), mode: "soft" }] });
    now.ms = 60_999;
    expect(due()).toBe(0);
    now.ms = 61_000;
    expect(due()).toBe(1);
  });

  test("lets no soft purge pass that came while it had no lease: it may be long ago", () => {
    const { follower, hear, connect } = setUp();
    connect();
    hear({ type: "welcome", logId: "L", head: 1, isContinued: true });
    hear({ type: "rows", after: 0, rows: [{ ...row(1), mode: "soft" }] });
    expect(follower.purgedAt("doc", origin, null, []).due).toBe(1);
  });

  describe("erasing", () => {
    const erase = { ...row(1), mode: "erase" } as const;
    const gone = { originals: 1, variants: 2, bytes: 3 };

    /** With an eraser that the test lets finish, or fail. */
    function setUpErasing() {
      const runs: { row: LogRow; end: PromiseWithResolvers<typeof gone> }[] = [];
      const done: ErasedReport[] = [];
      const erasing: Erasing = {
        erase(one) {
          const end = Promise.withResolvers<typeof gone>();
          runs.push({ row: one, end });
          return end.promise;
        },
        record: {
          isDone: (_logId, seq) => done.some((report) => report.seq === seq),
          done: (_logId, report) => void done.push(report),
          reports: () => done,
        },
        report() {},
      };
      const all = setUp("revalidate", erasing);
      all.connect();
      all.hear({ type: "welcome", logId: "L", head: 0, isContinued: true });
      all.grant();
      return { ...all, runs, done };
    }
    const acks = (said: readonly NodeMessage[]) =>
      said.flatMap((one) => (one.type === "ack" ? [one.applied] : []));
    const turn = () => new Promise((next) => setImmediate(next));

    test("acknowledges only when the bytes are gone, and applies at once", async () => {
      const { follower, hear, said, runs } = setUpErasing();
      hear({ type: "rows", after: 0, rows: [erase, row(2)] });
      expect(follower.purgedAt("doc", origin, null, []).hard).toBe(2);
      expect(acks(said)).toEqual([0]);
      follower.beat();
      expect(said.at(-1)).toMatchObject({ type: "beat", applied: 0 });
      runs[0]?.end.resolve(gone);
      await turn();
      expect(said.slice(-2)).toEqual([
        { type: "erased", job: "job-1", seq: 1, ...gone },
        { type: "ack", applied: 2 },
      ]);
    });

    test("what failed is tried again with the next beat", async () => {
      const { follower, hear, said, runs } = setUpErasing();
      hear({ type: "rows", after: 0, rows: [erase] });
      runs[0]?.end.reject(new Error("read-only disk"));
      await turn();
      expect(acks(said)).toEqual([0]);
      follower.beat();
      runs[1]?.end.resolve(gone);
      await turn();
      expect(acks(said)).toEqual([0, 1]);
    });

    test("a node that says hello meanwhile says how far it is, and tells again what it erased", async () => {
      const { follower, hear, said, runs, connect } = setUpErasing();
      hear({ type: "rows", after: 0, rows: [erase, { ...row(2), mode: "erase" }] });
      runs[0]?.end.resolve(gone);
      await turn();
      follower.disconnected();
      connect();
      expect(said.slice(-2)).toMatchObject([
        { type: "hello", applied: 2, acked: 1 },
        { type: "erased", seq: 1 },
      ]);
    });

    test("what is on record is not done again, and what another log asked for is left", async () => {
      const { hear, connect, said, runs, done } = setUpErasing();
      done.push({ job: "job-1", seq: 1, ...gone });
      hear({ type: "rows", after: 0, rows: [erase] });
      expect([runs.length, acks(said)]).toEqual([0, [1]]);
      hear({ type: "rows", after: 1, rows: [{ ...row(2), mode: "erase" }] });
      connect();
      hear({ type: "welcome", logId: "M", head: 0, isContinued: true });
      runs[0]?.end.resolve(gone);
      await turn();
      expect(done).toHaveLength(1);
    });
  });
});
