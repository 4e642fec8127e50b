import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogMessage, LogRow } from "@freshet/core";
import type { PurgeLog } from "../log/log.ts";
import { rowsPerMessage } from "./outbox.ts";

/** Rows on their way to one node: everything after its cursor, in order, without overrunning it. */
export interface Feed {
  /** Rows were committed. @param after seq before the first of them */
  push(after: number, rows: readonly LogRow[]): void;
  /** There may be more rows than were pushed. */
  advance(): void;
  /** The node applied everything up to here, so there is room for more. */
  acked(applied: number): void;
  /** The node's heartbeat: where it is now, whether or not something arrived since the last one. */
  beat(applied: number): void;
  /** The node saw a gap: start again from its cursor. */
  restart(after: number): void;
}

/**
 * Characters sent and not yet acknowledged. A socket's buffer has a limit (Bun: 16 MB), beyond which messages are dropped
 * without a word; a log that is read faster than a node can follow must wait for it. So many that where processors are
 * busy, and each end has its turn now and then, it always finds something to do.
 */
const charactersInFlight = 2_000_000;

/** What a row takes beside its pattern. */
const charactersPerRow = 40;

/** Messages that are read and sent, some 1 ms each, before others get their turn. */
const messagesAtOnce = 5;

/**
 * @param applied the node's cursor
 * @param report told when rows cannot be read; the next heartbeat tries again
 * @param maxCharacters see {@link charactersInFlight}
 */
export function createFeed(
  log: Pick<PurgeLog, "head" | "read">,
  send: (message: LogMessage) => void,
  applied: number,
  report: (error: unknown) => void,
  maxCharacters: number = charactersInFlight,
): Feed {
  let acked = applied;
  let sent = applied;
  /** Messages that the node has not acknowledged. */
  let inFlight: { readonly to: number; readonly characters: number }[] = [];
  let charactersOut = 0;
  let isFlowing = false;
  let appliedAtLastBeat: number | null = null;

  function sendRows(rows: readonly LogRow[]): void {
    send({ type: "rows", after: sent, rows });
    sent = rows.at(-1)?.seq ?? sent;
    if (sent <= acked) return;
    const characters = rows.reduce((sum, { pattern }) => sum + pattern.length + charactersPerRow, 0);
    inFlight.push({ to: sent, characters });
    charactersOut += characters;
  }

  /** One at a time, or rows would be read twice; it looks at the head again after each page. */
  function flow(): void {
    if (isFlowing || !hasMore()) return;
    isFlowing = true;
    readOn().catch(report);
  }

  function hasMore(): boolean {
    return sent < log.head() && charactersOut < maxCharacters;
  }

  async function readOn(): Promise<void> {
    try {
      for (let messages = 1; hasMore(); messages++) {
        const after = sent;
        const rows = await log.read(after, rowsPerMessage);
        if (rows.length === 0) return;
        // Started again elsewhere meanwhile: these are not the next rows any more.
        if (sent === after) sendRows(rows);
        if (messages % messagesAtOnce === 0) await nextTurn();
      }
    } finally {
      // In one step with the last look at the head: a push in between would find nobody to take care of it.
      isFlowing = false;
    }
  }

  function ackedUpTo(to: number): void {
    acked = Math.max(acked, to);
    for (let first = inFlight[0]; first && first.to <= acked; first = inFlight[0]) {
      inFlight.shift();
      charactersOut -= first.characters;
    }
    flow();
  }

  function restart(after: number): void {
    acked = sent = after;
    inFlight = [];
    charactersOut = 0;
    flow();
  }

  return {
    push(after, rows) {
      const hasRoom = charactersOut < maxCharacters && rows.length <= rowsPerMessage;
      const isNext = sent === after && hasRoom && !isFlowing;
      if (isNext) sendRows(rows);
      else flow();
    },
    advance: flow,
    acked: ackedUpTo,
    beat(applied) {
      // Nothing arrived for a whole beat although there is more: if a message was lost, no gap may ever tell of it.
      const isStuck = applied === appliedAtLastBeat && applied < sent;
      appliedAtLastBeat = applied;
      if (isStuck) restart(applied);
      else ackedUpTo(applied);
    },
    restart,
  };
}
