import {
  type AnswerTo,
  type ErasedReport,
  type LogMessage,
  type LogRow,
  type NodeMessage,
  type Question,
  reachedBy,
  readNodeMessage,
} from "@freshet/core";
import type { PurgeLog } from "../log/log.ts";
import { createFeed, type Feed } from "./feed.ts";
import type { Membership, Session } from "./membership.ts";
import { createOutbox } from "./outbox.ts";
import { createQuestions, type KindOf, type Questions } from "./questions.ts";

type Hello = Extract<NodeMessage, { type: "hello" }>;
/** What a node says of itself after its hello. */
type Told = Exclude<NodeMessage, { type: "hello" | "answer" }>;

interface Greeting {
  readonly session: Session;
  /** The node's cursor in this log. */
  readonly applied: number;
  /** The newest row that it is known to have applied: the log has it, whether or not that was heard of here. */
  readonly reached: number;
  readonly isContinued: boolean;
}

/** A node that was welcomed, and to which log. */
interface Greeted {
  readonly boot: string;
  readonly feed: Feed;
  readonly logId: string;
  readonly questions: Questions;
}

/** One node's connection, as the hub sees it. */
export interface Peer {
  send(message: LogMessage): void;
  close(reason: string): void;
}

export interface Hub {
  connect(peer: Peer): Connection;
  /** Sends rows that were just committed to every node that said hello. @param after seq before the first row */
  push(after: number, rows: readonly LogRow[]): void;
  /** Another process may have added rows. */
  advance(): void;
  /**
   * Asks one process something.
   * @returns `null` if no answer came in time, or it is not connected here
   */
  ask<K extends Question["kind"]>(
    boot: string,
    question: KindOf<K>,
    withinMs: number,
  ): Promise<AnswerTo[K] | null>;
  /** Whether a process has said hello here, and its connection has not ended. */
  isConnected(boot: string): boolean;
  readonly connections: number;
}

export interface Connection {
  /** @returns resolves when the message was answered; it never rejects */
  receive(text: string): Promise<void>;
  closed(): Promise<void>;
}

/**
 * The log's end of the conversation that core's `purge/wire.ts` describes. What a node acknowledges is passed on to
 * whoever settles jobs.
 */
export function createHub(deps: {
  log: PurgeLog;
  membership: Membership;
  onProgress(): void;
  /** Told before the erasure is acknowledged, and perhaps again. */
  onErased?: (node: string, report: ErasedReport) => Promise<void>;
  report?: (error: unknown) => void;
}): Hub {
  const { log, membership, onProgress, onErased = async () => {}, report = console.error } = deps;
  const answer = createAnswer({ log, membership, onProgress, onErased });
  const greeted = new Map<Peer, Greeted>();
  const push = createOutbox((after, rows) => {
    for (const { feed } of greeted.values()) feed.push(after, rows);
  });

  async function greet(peer: Peer, hello: Hello): Promise<Greeting> {
    greeted.delete(peer);
    // A node that knows nothing of this log has nothing to compare; one at its beginning has all of it in common.
    const known = hello.logId === log.logId() ? await log.knows(reachedBy(hello), hello.job) : "no";
    if (hello.logId === log.logId() && known === "no") await startAnew(hello.logId);
    const logId = log.logId();
    const isContinued = hello.logId === logId && known === "yes";
    const from = isContinued ? hello : { ...hello, logId: "", applied: 0, reached: 0, acked: 0, job: "" };
    const session = await membership.hello(from, Math.min(from.applied, from.acked ?? from.applied));
    if (log.logId() !== logId) throw new Error("the log changed while a node said hello");
    return { session, applied: from.applied, reached: reachedBy(from), isContinued };
  }

  function connect(peer: Peer): Connection {
    let session: Session | null = null;
    let isClosed = false;
    const inTurn = createQueue();
    const questions = createQuestions(peer.send);

    async function receive(text: string): Promise<void> {
      if (isClosed) return;
      const message = readNodeMessage(text);
      if (message.type === "hello") {
        const greeting = await greet(peer, message);
        session = greeting.session;
        const { boot } = message;
        if (!isClosed) greeted.set(peer, { ...welcome(log, peer, greeting, report), boot, questions });
        return;
      }
      if (message.type === "answer") return questions.answered(message.ask, message.answer);
      const feed = greeted.get(peer)?.feed;
      if (!session || !feed) throw new TypeError("the first message must be hello");
      await answer(peer, session, feed, message);
    }

    return {
      receive: (text) => inTurn(() => receive(text)).catch((error) => peer.close(reasonFor(error, report))),
      closed() {
        isClosed = true;
        greeted.delete(peer);
        questions.closed();
        return inTurn(async () => session && membership.leave(session)).catch(report);
      },
    };
  }

  /**
   * A node that applied a row which is not there, or is another one there, has followed a later state of this log. So
   * this is an older copy, and numbers that it gives out now were given out before. Under a new identity no stamp of
   * that time counts; every node has to say hello again.
   */
  async function startAnew(logId: string): Promise<void> {
    await log.renewId(logId);
    await membership.doubt();
    for (const peer of greeted.keys()) peer.close("the log was replaced by an older copy");
  }

  /** Of two connections of one process the newer one is alive. */
  function connectionOf(boot: string): Greeted | undefined {
    return [...greeted.values()].findLast((greeting) => greeting.boot === boot);
  }

  return {
    connect,
    push,
    advance() {
      const logId = log.logId();
      for (const [peer, { feed, logId: greetedAs }] of greeted) {
        if (greetedAs === logId) feed.advance();
        else peer.close("the log has another identity now");
      }
    },
    async ask(boot, question, withinMs) {
      return connectionOf(boot)?.questions.ask(question, withinMs) ?? null;
    },
    isConnected: (boot) => connectionOf(boot) !== undefined,
    get connections() {
      return greeted.size;
    },
  };
}

/** Answers everything that a node says after its hello. */
function createAnswer(deps: {
  log: Pick<PurgeLog, "head">;
  membership: Membership;
  onProgress(): void;
  onErased(node: string, report: ErasedReport): Promise<void>;
}) {
  const { log, membership, onProgress, onErased } = deps;
  return async (peer: Peer, session: Session, feed: Feed, message: Told) => {
    switch (message.type) {
      case "ack":
        feed.acked(message.applied);
        await membership.ack(session, message.applied);
        onProgress();
        break;
      case "erased": {
        const { type, ...report } = message;
        await onErased(session.holder.node, report);
        break;
      }
      case "read":
        feed.restart(message.after);
        break;
      case "beat": {
        const leaseMs = await membership.beat(session, message.applied, log.head());
        // Also a refusal is an answer: a node that hears nothing takes the connection for dead.
        const answer = leaseMs === null ? { leaseMs: 0, head: log.head() } : { leaseMs };
        peer.send({ type: "lease", beat: message.beat, ...answer });
        feed.beat(message.applied);
        onProgress();
        break;
      }
    }
  };
}

/** Messages are answered one after the other, in the order in which they came. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return (task: () => Promise<unknown>): Promise<void> => {
    const done = last.then(task);
    last = done.catch(() => {});
    return done.then(() => {});
  };
}

/** What a node is told: what it said wrong, or that it should come again. */
function reasonFor(error: unknown, report: (error: unknown) => void): string {
  if (error instanceof TypeError || error instanceof SyntaxError) return error.message.slice(0, 100);
  report(error);
  return "the log cannot answer now";
}

/** Begins to send, in one step with the welcome: no row may fall between the two. */
function welcome(
  log: PurgeLog,
  peer: Peer,
  { applied, reached, isContinued }: Greeting,
  report: (error: unknown) => void,
): Pick<Greeted, "feed" | "logId"> {
  const logId = log.logId();
  const feed = createFeed(log, peer.send, applied, report);
  peer.send({ type: "welcome", logId, head: Math.max(log.head(), reached), isContinued });
  feed.restart(applied);
  return { feed, logId };
}
