import { checkLogRow, type LogRow } from "./log-row.ts";
import { type Answer, checkAnswer, checkQuestion, type Question } from "./question.ts";
import { fromRuns, toRuns } from "./row-runs.ts";

/*
 * The conversation between a node and the purge log, as JSON texts over one WebSocket.
 *
 *   node → log   hello {node, boot, …, applied}         first message; `applied` is the node's cursor
 *   log → node   welcome {logId, head, isContinued}     `false`: the node starts from 0, and its stamps are void
 *   log → node   rows {after, rows}                     pushed after each commit, and to catch up; in order
 *   node → log   ack {applied}                          after the rows took effect
 *   node → log   erased {job, seq, originals, …}        a row of mode `erase` was carried out; its ack comes after
 *   node → log   read {after}                           the node saw a gap: send from its cursor
 *   node → log   beat {beat, applied}                   each second; asks for the lease
 *   log → node   lease {beat, leaseMs, head}            granted, counted by the node from when it sent that beat;
 *                                                       0 = not yet, the node must catch up first: it beats again when
 *                                                       it has reached that head
 *   log → node   ask {ask, question}                    see question.ts; nothing that DONE depends on
 *   node → log   answer {ask, answer}
 *
 * Pushing is only speed: what makes it right is that rows name the position that they follow (`after`), so a node notices
 * a gap. Between two rows there may be numbers that no row has: those were dropped from the log, for newer ones that
 * purge as much. The log that is left is its own snapshot, and is read like any other part.
 *
 * A position counts only as long as the log can tell that the node has followed this very log up to it. A node that
 * starts says which is the newest that it ever stamped anything with. If the log remembers nothing of that row (it was
 * dropped), or finds another one there (it is an older copy of itself), what the node stamped before says nothing.
 */

/** What a node does while it cannot prove that it knows every purge: see the server's fence. */
export type FencePolicy = "revalidate" | "refuse" | "serve";

/** What an erasure took away on one node. */
export interface Erased {
  readonly originals: number;
  readonly variants: number;
  readonly bytes: number;
}

export interface ErasedReport extends Erased {
  readonly job: string;
  /** The row of the log. */
  readonly seq: number;
}

export type NodeMessage =
  | {
      readonly type: "hello";
      /** Durable name of the node, for people. */
      readonly node: string;
      /** Random, made when the process started: leases belong to processes, and a name may be used by two by mistake. */
      readonly boot: string;
      readonly fence: FencePolicy;
      readonly logId: string;
      readonly applied: number;
      /** The newest position that it applied in this log, also before it was started; left out if that is `applied`. */
      readonly reached?: number;
      /** How far it has carried everything out, erasures included; left out if that is as far as it has applied. */
      readonly acked?: number;
      /** Job of the row at the newest position, empty if none: by it the log finds out whether it is an older copy. */
      readonly job: string;
    }
  | { readonly type: "ack"; readonly applied: number }
  | { readonly type: "read"; readonly after: number }
  | ({ readonly type: "erased" } & ErasedReport)
  | { readonly type: "answer"; readonly ask: number; readonly answer: Answer }
  | { readonly type: "beat"; readonly beat: number; readonly applied: number };

export type LogMessage =
  | {
      readonly type: "welcome";
      readonly logId: string;
      readonly head: number;
      /** The node has followed this log up to the position that it named: what it stamped until then still counts. */
      readonly isContinued: boolean;
    }
  | { readonly type: "rows"; readonly after: number; readonly rows: readonly LogRow[] }
  | {
      readonly type: "lease";
      readonly beat: number;
      readonly leaseMs: number;
      /** With a refusal: the log's head, which the node might reach before its next heartbeat is due. */
      readonly head?: number;
    }
  | { readonly type: "ask"; readonly ask: number; readonly question: Question };

/** Rows are sent as runs (see `row-runs.ts`), which nodes of before do not read: they are replaced first, then purge-api. */
export function writeLogMessage(message: LogMessage): string {
  if (message.type !== "rows") return JSON.stringify(message);
  const { type, after, rows } = message;
  return JSON.stringify({ type, after, runs: toRuns(rows) });
}

/** The newest position that a node ever applied. */
export function reachedBy({ applied, reached }: Extract<NodeMessage, { type: "hello" }>): number {
  return Math.max(applied, reached ?? 0);
}

/** @throws TypeError or SyntaxError if the text is not a node's message */
export function readNodeMessage(text: string): NodeMessage {
  const message = JSON.parse(text) as NodeMessage;
  switch (message?.type) {
    case "hello":
      return check(
        message,
        [message.node, message.boot, message.logId, message.job].every(isName) &&
          isFence(message.fence) &&
          [message.applied, message.reached ?? 0, message.acked ?? 0].every(isPosition),
      );
    case "erased":
      return check(
        message,
        isName(message.job) &&
          [message.seq, message.originals, message.variants, message.bytes].every(isPosition),
      );
    case "answer":
      checkAnswer(message.answer);
      return check(message, isPosition(message.ask));
    case "ack":
      return check(message, isPosition(message.applied));
    case "read":
      return check(message, isPosition(message.after));
    case "beat":
      return check(message, isPosition(message.beat) && isPosition(message.applied));
    default:
      throw new TypeError("not a message of a node");
  }
}

/** @throws TypeError or SyntaxError if the text is not a log's message */
export function readLogMessage(text: string): LogMessage {
  const message = JSON.parse(text) as LogMessage;
  switch (message?.type) {
    case "welcome":
      return check(
        message,
        typeof message.logId === "string" &&
          isPosition(message.head) &&
          typeof message.isContinued === "boolean",
      );
    case "rows":
      return readRows(message);
    case "lease":
      return check(message, [message.beat, message.leaseMs, message.head ?? 0].every(isPosition));
    case "ask":
      checkQuestion(message.question);
      return check(message, isPosition(message.ask));
    default:
      throw new TypeError("not a message of a purge log");
  }
}

/** Also as they are by themselves. */
function readRows(message: Extract<LogMessage, { type: "rows" }> & { readonly runs?: unknown }): LogMessage {
  const { type, after, rows, runs } = message;
  check(message, isPosition(after) && Array.isArray(runs ?? rows));
  if (Array.isArray(runs)) return { type, after, rows: fromRuns(runs) };
  rows.forEach(checkLogRow);
  return message;
}

function check<T extends { type: string }>(message: T, holds: boolean): T {
  if (!holds) throw new TypeError(`a "${message.type}" message with wrong members`);
  return message;
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= 200;
}

function isFence(value: unknown): value is FencePolicy {
  return value === "revalidate" || value === "refuse" || value === "serve";
}
