import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRegistry,
  FreshetError,
  type LogRow,
  parseRequest,
  plainToken,
  requestKey,
} from "@freshet/core";
import { createMemoryStore } from "../cache/memory.ts";
import { hashContent } from "../hash.ts";
import { serverLimits } from "../limits.ts";
import type { PurgePosition } from "../purge/position.ts";
import { openPointerTable, type PointerTable } from "./pointer-table.ts";
import { createResolve } from "./resolve.ts";
import type { OriginAnswer, Validators } from "./source.ts";

/** A bitmap of one pixel whose color is a version number: the smallest file that is an image. */
function picture(version: number): Uint8Array {
  const header =
    "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000";
  return new Uint8Array([...Buffer.from(header, "hex"), version, 0, 0, 0]);
}

/** A fetch that the origin has begun to answer: the test decides when, and with what was there at that moment. */
interface OpenFetch {
  readonly known: Validators | null;
  answer(version: number, tags?: readonly string[]): void;
  notModified(tags?: readonly string[]): void;
  fail(error: Error): void;
}

let folder: string;
let table: PointerTable;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freshet-resolve-"));
  table = openPointerTable(join(folder, "pointers.sqlite"));
});
afterEach(() => {
  table.close();
  rmSync(folder, { recursive: true });
});

function setUp(options: { refreshSeconds?: number; staleIfErrorSeconds?: number } = {}) {
  const registry = createRegistry();
  const state = {
    seq: 0,
    logId: "log",
    trust: "trusted" as ReturnType<PurgePosition["trust"]>,
    nowMs: 1_000_000,
  };
  const fetches: OpenFetch[] = [];
  const waits: { ms: number; wake: () => void }[] = [];
  const originals = createMemoryStore(1_000_000);
  const position: PurgePosition = {
    stamp: () => ({ logId: state.logId, seq: state.seq }),
    purgedAt: registry.purgedAt,
    trust: () => state.trust,
  };
  const resolve = createResolve({
    clock: { monotonicMs: () => state.nowMs, wallMs: () => state.nowMs },
    position,
    table,
    originals,
    wait: (ms) => new Promise((wake) => waits.push({ ms, wake })),
    refreshSeconds: options.refreshSeconds ?? 0,
    staleIfErrorSeconds: options.staleIfErrorSeconds ?? 0,
    fetchOriginal: (_origin, known) =>
      new Promise<OriginAnswer>((settle, fail) => {
        const validators = (version: number) => ({ etag: `"v${version}"`, lastModified: null });
        fetches.push({
          known,
          answer: (version, tags = []) =>
            settle({
              kind: "body",
              bytes: picture(version),
              validators: validators(version),
              status: 200,
              tags,
            }),
          notModified: (tags) => settle({ kind: "not-modified", status: 304, ...(tags && { tags }) }),
          fail,
        });
      }),
  });
  const ask = (target = "/h.io/a.bmp?w=5") => {
    const parsed = parseRequest(target, plainToken("doc"));
    return resolve(parsed, requestKey(parsed));
  };
  /** Applies a row to the registry, as the follower does when one arrives. */
  const purge = (row: Partial<LogRow> = {}) => {
    state.seq++;
    registry.apply({
      seq: state.seq,
      job: "j",
      token: "doc",
      kind: "original",
      pattern: "doc|//h.io/a.bmp",
      mode: "hard",
      ...row,
    });
  };
  const fetched = (at: number) => fetches[at] as OpenFetch;
  return { state, fetches, waits, fetched, ask, purge, resolve, originals, settle: registry.settle };
}

/** With one version of the original fetched and kept. */
async function withVersion(version: number, options: Parameters<typeof setUp>[0] = {}) {
  const all = setUp(options);
  const first = all.ask();
  all.fetched(0).answer(version);
  await first;
  return all;
}

const contents = await Promise.all([0, 1, 2, 3, 4, 5].map((version) => hashContent(picture(version))));

/** The version whose bytes a request was answered with. */
function versionOf({ pointer }: { pointer: { content: string } }): number {
  return contents.indexOf(pointer.content);
}

test("who waits with an answer holds no bytes that the store has: many that wait would fill the memory", async () => {
  const { ask, fetched, fetches, originals } = setUp();
  const asking = ask();
  fetched(0).answer(1);
  const resolved = await asking;
  expect(resolved.bytes).not.toBeNull();
  // Neither the fixture nor the store is to be what holds them.
  fetches.length = 0;
  await originals.remove(resolved.pointer.content);
  for (let times = 0; times < 50 && resolved.bytes !== null; times++) {
    await Bun.sleep(1);
    Bun.gc(true);
  }
  expect(resolved.bytes).toBeNull();
});

test("stale wire: what a node answers after its lease has run out is marked, also if it was fetched before", async () => {
  const { ask, state } = await withVersion(1);
  const answer = await ask();
  expect(answer.cutOff).toBe(false);
  for (const [trust, cutOff] of [
    ["revalidate", true],
    ["refuse", true],
    ["serve", false],
    ["trusted", false],
  ] as const) {
    state.trust = trust;
    expect([trust, answer.cutOff, answer.late]).toEqual([trust, cutOff, false]);
  }
});

describe("resolve, undisturbed", () => {
  test("fetches an original once and then uses it", async () => {
    const { ask, fetched, fetches } = setUp();
    const first = ask();
    fetched(0).answer(1);
    expect(await first).toMatchObject({
      late: false,
      fetch: { reason: "uri-miss", status: 200, collapsed: false },
    });
    expect(await ask()).toMatchObject({ late: false, fetch: null });
    expect(fetches).toHaveLength(1);
  });

  test("lets requests that come meanwhile share one fetch", async () => {
    const { ask, fetched, fetches } = setUp();
    const both = [ask(), ask("/v7/http://h.io/a.bmp")];
    fetched(0).answer(1);
    const [first, second] = await Promise.all(both);
    expect(first?.fetch?.collapsed).toBe(false);
    expect(second?.fetch?.collapsed).toBe(true);
    expect(fetches).toHaveLength(1);
  });

  test("keeps versions apart", async () => {
    const { ask, fetched } = setUp();
    const old = ask("/h.io/a.bmp");
    const marked = ask("/h.io/a.bmp?vh=1");
    fetched(0).answer(1);
    fetched(1).answer(2);
    expect(versionOf(await old)).toBe(1);
    expect(versionOf(await marked)).toBe(2);
    expect(versionOf(await ask("/h.io/a.bmp"))).toBe(1);
  });

  test("a failed fetch fails those who waited, and the next request tries again", async () => {
    const { ask, fetched } = setUp();
    const both = [ask(), ask()].map((asked) => asked.catch((error: FreshetError) => error.code));
    fetched(0).fail(new FreshetError("origin_not_found", "gone"));
    expect(await Promise.all<unknown>(both)).toEqual(["origin_not_found", "origin_not_found"]);
    const again = ask();
    fetched(1).answer(1);
    expect(versionOf(await again)).toBe(1);
  });

  test("asks the origin again after the refresh interval, conditionally", async () => {
    const { ask, fetched, state } = await withVersion(1, { refreshSeconds: 60 });
    state.nowMs += 59_999;
    expect((await ask()).fetch).toBeNull();
    state.nowMs += 1;
    const renewed = ask();
    expect(fetched(1).known?.etag).toBe('"v1"');
    fetched(1).notModified();
    expect((await renewed).fetch).toMatchObject({ reason: "stale", status: 304 });
    expect((await ask()).fetch).toBeNull();
  });
});

describe("resolve after a purge", () => {
  test("hard: fetches again without conditions", async () => {
    const { ask, fetched, purge } = await withVersion(1);
    purge();
    const after = ask();
    expect(fetched(1).known).toBeNull();
    fetched(1).answer(2);
    expect(versionOf(await after)).toBe(2);
  });

  test("soft: asks whether it changed, and an unchanged original keeps its content", async () => {
    const { ask, fetched, purge, fetches } = await withVersion(1);
    purge({ kind: "all", mode: "revalidate", pattern: "" });
    const after = ask();
    expect(fetched(1).known?.etag).toBe('"v1"');
    fetched(1).notModified();
    expect(versionOf(await after)).toBe(1);
    expect((await ask()).fetch).toBeNull();
    expect(fetches).toHaveLength(2);
  });

  test("of one URL: that URL is fetched anew, and others may follow", async () => {
    const { ask, fetched, purge } = await withVersion(1);
    purge({ kind: "url", pattern: "doc|//h.io/a.bmp\n\nw=5" });
    expect((await ask("/h.io/a.bmp?w=6")).fetch).toBeNull();
    const named = ask("/h.io/a.bmp?w=5");
    fetched(1).answer(2);
    expect(versionOf(await named)).toBe(2);
    expect(versionOf(await ask("/h.io/a.bmp?w=6"))).toBe(2);
  });

  test("of an original: every version and every query of it is fetched anew", async () => {
    const { ask, fetched, purge } = setUp();
    const urls = ["/h.io/a.bmp", "/h.io/a.bmp?vh=1", "/h.io/a.bmp?page=1"];
    const before = urls.map((url) => ask(url));
    for (const at of [0, 1, 2]) fetched(at).answer(1);
    await Promise.all(before);
    purge();
    const after = urls.map((url) => ask(url));
    for (const at of [3, 4, 5]) fetched(at).answer(2);
    expect((await Promise.all(after)).map(versionOf)).toEqual([2, 2, 2]);
  });

  test("another log voids what was fetched under the first", async () => {
    const { ask, fetched, state } = await withVersion(1);
    state.logId = "restored";
    const after = ask();
    fetched(1).answer(2);
    expect(versionOf(await after)).toBe(2);
  });

  test("a pointer outlives the process, and is judged by its stamp then", async () => {
    const first = await withVersion(1);
    expect((await first.ask()).fetch).toBeNull();
    const second = setUp();
    second.purge();
    const after = second.ask();
    second.fetched(0).answer(2);
    expect(versionOf(await after)).toBe(2);
  });
});

describe("the races that resolve must win", () => {
  test("stale fill: what was fetched before a purge is answered once, marked late, and kept nowhere", async () => {
    const { ask, fetched, purge, originals } = setUp();
    const early = ask();
    purge();
    fetched(0).answer(1);
    expect(await early).toMatchObject({ late: true });
    expect(originals.size).toBe(0);
    expect(table.size).toBe(0);
    const next = ask();
    fetched(1).answer(2);
    expect(versionOf(await next)).toBe(2);
  });

  test("stale join: a request after the purge does not join a fetch that began before it", async () => {
    const { ask, fetched, purge } = setUp();
    const before = ask();
    purge();
    const after = ask();
    fetched(1).answer(2);
    fetched(0).answer(1);
    expect(versionOf(await after)).toBe(2);
    expect(await before).toMatchObject({ late: true });
  });

  test("stale join: nor does a third request, while both fetches run", async () => {
    const { ask, fetched, purge, fetches } = setUp();
    const before = ask();
    purge();
    const after = [ask(), ask()];
    expect(fetches).toHaveLength(2);
    fetched(0).answer(1);
    fetched(1).answer(2);
    expect((await Promise.all(after)).map(versionOf)).toEqual([2, 2]);
    await before;
  });

  test("an old fetch that lands last does not replace what a newer one brought", async () => {
    const { ask, fetched, purge } = setUp();
    const before = ask();
    purge();
    const after = ask();
    fetched(1).answer(2);
    await after;
    fetched(0).answer(1);
    await before;
    expect(versionOf(await ask())).toBe(2);
  });

  test("stale 304: an answer to a question from before the purge does not freshen the old copy", async () => {
    const { ask, fetched, purge, state } = await withVersion(1, { refreshSeconds: 60 });
    state.nowMs += 60_000;
    const early = ask();
    purge();
    fetched(1).notModified();
    expect(await early).toMatchObject({ late: true });
    const next = ask();
    expect(fetched(2).known).toBeNull();
    fetched(2).answer(2);
    expect(versionOf(await next)).toBe(2);
  });

  test("a 304 from before a purge that lands last does not take the place of the new copy", async () => {
    const { ask, fetched, purge, state } = await withVersion(1, { refreshSeconds: 60 });
    state.nowMs += 60_000;
    const early = ask();
    purge();
    const next = ask();
    fetched(2).answer(2);
    await next;
    fetched(1).notModified();
    await early;
    expect(await ask()).toMatchObject({ fetch: null });
  });

  test("a hard purge of one URL does not join a running conditional fetch, which could answer 304", async () => {
    const { ask, fetched, purge, state, fetches } = await withVersion(1, { refreshSeconds: 60 });
    purge({ kind: "url", pattern: "doc|//h.io/a.bmp\n\nw=5" });
    state.nowMs += 60_000;
    const other = ask("/h.io/a.bmp?w=6");
    const named = ask("/h.io/a.bmp?w=5");
    expect(fetches.map(({ known }) => known?.etag ?? null)).toEqual([null, '"v1"', null]);
    fetched(1).notModified();
    fetched(2).answer(2);
    expect(versionOf(await named)).toBe(2);
    await other;
  });

  test("stale minority: without a lease nothing from before the request is used", async () => {
    const { ask, fetched, state } = await withVersion(1);
    state.trust = "revalidate";
    const cut = ask();
    fetched(1).answer(2);
    expect(versionOf(await cut)).toBe(2);
  });

  test("without a lease a request never joins a fetch that began before it, and the origin is asked once a second", async () => {
    const { ask, fetched, fetches, state, waits } = setUp();
    state.trust = "revalidate";
    const first = ask();
    state.nowMs += 300;
    const others = [ask(), ask()];
    fetched(0).answer(1);
    expect(versionOf(await first)).toBe(1);
    expect(fetches).toHaveLength(1);
    expect(waits.map(({ ms }) => ms)).toEqual([serverLimits.fencedFetchEveryMs - 300]);
    state.nowMs += 700;
    waits[0]?.wake();
    await Bun.sleep(0);
    expect(fetches).toHaveLength(2);
    fetched(1).answer(2);
    expect((await Promise.all(others)).map(versionOf)).toEqual([2, 2]);
  });

  test("without a lease, too, a hard purge of one URL is not answered by a conditional fetch", async () => {
    const { ask, fetched, fetches, purge, state, waits } = setUp();
    state.trust = "revalidate";
    const first = ask("/h.io/a.bmp?w=6");
    fetched(0).answer(1);
    await first;
    purge({ kind: "url", pattern: "doc|//h.io/a.bmp\n\nw=5" });
    const other = ask("/h.io/a.bmp?w=6");
    const named = ask("/h.io/a.bmp?w=5");
    state.nowMs += 1_000;
    for (const { wake } of waits) wake();
    await Bun.sleep(0);
    expect(fetches.map(({ known }) => known?.etag ?? null).sort()).toEqual(['"v1"', null, null]);
    for (const fetch of fetches.slice(1)) {
      if (fetch.known) fetch.notModified();
      else fetch.answer(2);
    }
    expect(versionOf(await named)).toBe(2);
    await other;
  });

  test("fence refuse: answers nothing; fence serve: goes on with what the registry says", async () => {
    const { ask, state } = await withVersion(1);
    state.trust = "refuse";
    expect(await ask().catch((error: FreshetError) => error.code)).toBe("not_coherent");
    state.trust = "serve";
    expect((await ask()).fetch).toBeNull();
  });
});

test("resolve fetches again what the store has dropped, without conditions", async () => {
  const { ask, fetched, resolve } = setUp();
  const first = ask();
  fetched(0).answer(1);
  await first;
  const parsed = parseRequest("/h.io/a.bmp", plainToken("doc"));
  const again = resolve(parsed, requestKey(parsed), { bytesLost: true });
  expect(fetched(1).known).toBeNull();
  fetched(1).answer(1);
  expect((await again).bytes).toEqual(picture(1));
});

describe("a token's own interval", () => {
  const hour = 3_600_000;
  for (const [own, installation, asksAgain] of [
    [60, 0, true],
    [0, 60, false],
    [null, 60, true],
    [7_200, 60, false],
  ] as const) {
    test(`${own} s counts before the installation's ${installation} s`, async () => {
      const { resolve, fetched, fetches, state } = setUp({ refreshSeconds: installation });
      const token = { ...plainToken("doc"), originRefreshSeconds: own };
      const ask = () => {
        const parsed = parseRequest("/h.io/a.bmp?w=5", token);
        return resolve(parsed, requestKey(parsed));
      };
      const first = ask();
      fetched(0).answer(1);
      await first;
      state.nowMs += hour;
      const second = ask();
      if (asksAgain) fetched(1).notModified();
      expect(versionOf(await second)).toBe(1);
      expect(fetches.map(({ known }) => known !== null)).toEqual(asksAgain ? [false, true] : [false]);
    });
  }
});

describe("a failure", () => {
  test("is late for who waited for it while a purge came, and only then", async () => {
    const { ask, fetched, purge } = setUp();
    const waiting = ask().catch((error) => error);
    fetched(0).fail(new FreshetError("origin_not_found", "404"));
    const failure = await waiting;
    expect([failure.code, failure.isMissing, failure.late]).toEqual(["origin_not_found", true, false]);
    purge();
    expect(failure.late).toBe(true);
  });
});
describe("stale if error", () => {
  const outage = () => new FreshetError("origin_down", "the origin answered 503");
  /** With a version that is overdue by a second. */
  async function overdue(options: { staleIfErrorSeconds?: number } = {}) {
    const all = await withVersion(1, { refreshSeconds: 60, staleIfErrorSeconds: 100, ...options });
    all.state.nowMs += 61_000;
    return all;
  }

  test("what is overdue is answered while the origin is down, for nobody to keep, until it has been too long", async () => {
    const { ask, fetched, fetches, state } = await overdue();
    const first = ask();
    fetched(1).fail(outage());
    expect(await first).toMatchObject({ fetch: null, staleSeconds: 1, cutOff: true, late: false });
    expect(versionOf(await first)).toBe(1);
    // From now on nobody waits for it to fail again, and it is asked at most once a second.
    expect(await ask()).toMatchObject({ staleSeconds: 1, cutOff: true });
    expect(fetches).toHaveLength(2);
    state.nowMs += 99_000;
    expect(await ask()).toMatchObject({ staleSeconds: 100 });
    expect(fetches).toHaveLength(3);
    fetched(2).fail(outage());
    await settled();
    state.nowMs += 1;
    const late = ask().catch((error) => error.code);
    fetched(3).fail(outage());
    expect(await late).toBe("origin_down");
  });

  test("once the origin works again its answer is what counts", async () => {
    const { ask, fetched, state } = await overdue();
    const first = ask();
    fetched(1).fail(outage());
    await first;
    state.nowMs += 1_000;
    await ask();
    fetched(2).answer(2);
    await settled();
    const answer = await ask();
    expect([versionOf(answer), answer.staleSeconds, answer.cutOff]).toEqual([2, null, false]);
  });

  for (const code of ["origin_not_found", "origin_gone", "origin_failed", "origin_refused"] as const) {
    test(`an origin that says no is believed: ${code}`, async () => {
      const { ask, fetched } = await overdue();
      const asked = ask().catch((error) => error.code);
      fetched(1).fail(new FreshetError(code, "no"));
      expect(await asked).toBe(code);
    });
  }

  const moments = ["before", "meanwhile", "after a failure"] as const;
  const purges = (["hard", "soft", "erase"] as const).flatMap((mode) =>
    moments.map((when) => [mode, when] as const),
  );
  test.each(purges)("DONE means gone: a %s purge %s lets nothing old through", async (mode, when) => {
    const { ask, fetched, fetches, purge, state, settle } = await overdue();
    const purgeNow = () => {
      purge({ mode });
      // The window of a soft purge is over.
      settle(state.seq);
    };
    if (when === "before") purgeNow();
    if (when === "after a failure") {
      const first = ask();
      fetched(1).fail(outage());
      await first;
      purgeNow();
    }
    const asked = ask().catch((error) => error.code);
    if (when === "meanwhile") purgeNow();
    expect(fetches.length).toBeGreaterThan(1);
    for (const fetch of fetches.slice(1)) fetch.fail(outage());
    expect(await asked).toBe("origin_down");
  });

  for (const when of ["before", "meanwhile"]) {
    test(`a node that lost its lease ${when} does not know what was purged: it answers nothing old`, async () => {
      const { ask, fetched, state } = await overdue();
      if (when === "before") state.trust = "revalidate";
      const asked = ask().catch((error) => error.code);
      state.trust = "revalidate";
      fetched(1).fail(outage());
      expect(await asked).toBe("origin_down");
    });
  }

  test("with 0 seconds nothing is answered that is overdue", async () => {
    const { ask, fetched } = await overdue({ staleIfErrorSeconds: 0 });
    const asked = ask().catch((error) => error.code);
    fetched(1).fail(outage());
    expect(await asked).toBe("origin_down");
  });
});

describe("an original that cannot be read", () => {
  async function unreadable() {
    const all = setUp();
    const code = (asked: Promise<unknown>) =>
      asked.then(
        () => "a picture",
        (error) => error.code,
      );
    const first = code(all.ask());
    all.fetched(0).fail(new FreshetError("original_too_large", "too many bytes"));
    expect(await first).toBe("original_too_large");
    return { ...all, code };
  }

  test("is not fetched again at once, whoever asks", async () => {
    const { ask, code, fetches } = await unreadable();
    expect(await code(ask())).toBe("original_too_large");
    expect(await code(ask("/h.io/a.bmp?w=6"))).toBe("original_too_large");
    expect(fetches).toHaveLength(1);
  });

  test.each([
    ["its time is over", {}],
    ["a purge has come", { purge: { pattern: "doc|//h.io/a.bmp" } }],
    ["a purge of all has come", { purge: { kind: "all", pattern: "" } }],
  ] as const)("is fetched again when %s", async (_what, { purge: row }: { purge?: Partial<LogRow> }) => {
    const { ask, purge, state, fetched, code } = await unreadable();
    if (row) purge(row);
    else state.nowMs += serverLimits.refusalMs;
    const again = code(ask());
    fetched(1).answer(1);
    expect(await again).toBe("a picture");
  });

  test("is asked for each time by a server that is cut off", async () => {
    const { ask, state, fetched, code, waits } = await unreadable();
    state.trust = "revalidate";
    state.nowMs += serverLimits.fencedFetchEveryMs;
    const again = code(ask());
    await settled();
    for (const { wake } of waits) wake();
    fetched(1).answer(1);
    expect(await again).toBe("a picture");
  });

  test("that failed for another reason is asked for each time", async () => {
    const { ask, fetched } = setUp();
    const first = ask().catch((error) => error.code);
    fetched(0).fail(new FreshetError("origin_timeout", "slow"));
    expect(await first).toBe("origin_timeout");
    const again = ask();
    fetched(1).answer(1);
    expect(versionOf(await again)).toBe(1);
  });
});

describe("soft purges", () => {
  const soft = { mode: "soft" } as const;

  test("the old original is answered at once, as one that nobody may keep, while the origin is asked once", async () => {
    const { ask, purge, fetched, fetches } = await withVersion(1);
    purge(soft);
    for (let times = 0; times < 3; times++) {
      const answer = await ask();
      expect(versionOf(answer)).toBe(1);
      expect(answer).toMatchObject({ late: true, fetch: null, staleSeconds: 1 });
    }
    expect(fetches).toHaveLength(2);
    expect(fetched(1).known).toEqual({ etag: '"v1"', lastModified: null });
    fetched(1).answer(2);
    await settled();
    const answer = await ask();
    expect(versionOf(answer)).toBe(2);
    expect(answer).toMatchObject({ late: false, staleSeconds: null });
  });

  test("an origin that fails is asked again, at most once a second, and the old original is answered until the window is over", async () => {
    const { ask, purge, fetched, fetches, state, settle } = await withVersion(1);
    purge(soft);
    await ask();
    fetched(1).fail(new FreshetError("origin_failed", "it is down"));
    await settled();
    await ask();
    expect(fetches).toHaveLength(2);
    state.nowMs += 1_000;
    expect(await ask()).toMatchObject({ staleSeconds: 1 });
    expect(fetches).toHaveLength(3);
    fetched(2).fail(new FreshetError("origin_failed", "it is down"));
    await settled();
    settle(state.seq);
    const answer = ask();
    fetched(3).fail(new FreshetError("origin_failed", "it is down"));
    expect(answer).rejects.toMatchObject({ code: "origin_failed" });
  });

  test("a hard purge before or after lets nothing old through", async () => {
    for (const modes of [
      ["hard", "soft"],
      ["soft", "hard"],
      ["soft", "erase"],
      ["soft", "revalidate"],
    ] as const) {
      const { ask, purge, fetched, fetches } = await withVersion(1);
      for (const mode of modes) purge({ mode });
      const answer = ask();
      fetched(fetches.length - 1).answer(2);
      expect(versionOf(await answer)).toBe(2);
      table.set("doc|//h.io/a.bmp", "", { ...(await answer).pointer, stamp: { logId: "other", seq: 0 } });
    }
  });

  test("without a lease nothing old is answered", async () => {
    const { ask, purge, fetched, state } = await withVersion(1);
    purge(soft);
    state.trust = "revalidate";
    const answer = ask();
    fetched(1).answer(2);
    expect(versionOf(await answer)).toBe(2);
  });
});

describe("tags of the origin", () => {
  const red = { kind: "tag", pattern: "doc|#red" } as const;

  test("a purge of a tag reaches what was fetched with it, also after a 304, and nothing else", async () => {
    const { ask, purge, fetched, fetches } = setUp();
    const first = ask();
    fetched(0).answer(1, ["blue", "red"]);
    await first;
    purge({ ...red, mode: "revalidate" });
    const second = ask();
    fetched(1).notModified();
    await second;
    purge({ ...red, pattern: "doc|#green" });
    await ask();
    expect(fetches).toHaveLength(2);
    purge(red);
    const third = ask();
    fetched(2).answer(2, ["blue"]);
    await third;
    purge(red);
    await ask();
    expect(fetches).toHaveLength(3);
  });

  test("a fetch that was joined after a tag was purged, and turns out to have it, is no answer", async () => {
    const { ask, purge, fetched, fetches } = setUp();
    const before = ask();
    purge(red);
    const after = ask();
    fetched(0).answer(1, ["red"]);
    expect(await before).toMatchObject({ late: true });
    await settled();
    expect(fetches).toHaveLength(2);
    fetched(1).answer(2, ["red"]);
    expect(versionOf(await after)).toBe(2);
    expect(await after).toMatchObject({ late: false, fetch: { collapsed: false } });
  });

  test("a fetch that turns out to be late by its tags is not kept", async () => {
    const { ask, purge, fetched } = setUp();
    const first = ask();
    purge(red);
    fetched(0).answer(1, ["red"]);
    await first;
    expect(table.get("doc|//h.io/a.bmp", "")).toBeNull();
  });
});

/** Lets what waits for an answer that was just given go on: hashing and reading a picture take some turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
}
