import { randomUUID } from "node:crypto";
import { type Answer, checkAnswer, checkQuestion } from "@freshet/core";
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { Hub } from "../nodes/hub.ts";
import { answerIn } from "../nodes/questions.ts";
import type { Relay } from "../nodes/relay.ts";
import type { OpenPostgres } from "./postgres-open.ts";
import { holders, questions } from "./postgres-schema.ts";

/** Wakes replicas: `{ask, boot}` for a question to a process, `{answered}` for who asked it. */
const channel = "freshet_questions";
type News = { readonly ask: string; readonly boot: string } | { readonly answered: string };

/** How often is looked whether the process is still there, ms. An answer is told of at once. */
const lookEveryMs = 1_000;

/** What a replica left behind that died while it waited goes after this time, s: no question waits so long. */
const keptS = 600;

/** By the database's clock, s since 1970. */
const nowS = sql`extract(epoch FROM clock_timestamp())::bigint`;

/**
 * A question lies in a table until the replica that the process is connected to has put the answer beside it. It is a
 * question to one session of that process: when that ends, nobody answers any more, as over a connection.
 */
export async function createPostgresRelay(
  { db, listenTo }: OpenPostgres,
  report: (error: unknown) => void,
): Promise<Relay> {
  const waiting = new Map<string, () => void>();
  let here: Pick<Hub, "ask" | "isConnected"> | null = null;

  async function answer(id: string, boot: string): Promise<void> {
    if (!here?.isConnected(boot)) return;
    const isOpen = and(eq(questions.id, id), isNull(questions.answer));
    const [asked] = await db.select().from(questions).where(isOpen);
    if (!asked) return;
    const question = checkQuestion(asked.question);
    const given: Answer | null = await here.ask(boot, question, asked.withinMs).then(
      (answer) => answer && ({ kind: question.kind, answer } as Answer),
      (error: Error): Answer => ({ kind: "failed", reason: error.message }),
    );
    if (!given) return;
    await db.update(questions).set({ answer: given }).where(isOpen);
    await tell({ answered: id });
  }

  async function tell(news: News): Promise<void> {
    await db.execute(sql`SELECT pg_notify(${channel}, ${JSON.stringify(news)})`);
  }

  /** What there is of an answer, and whether one may still come. */
  async function look(id: string): Promise<{ answer: unknown; isOpen: boolean }> {
    const isSame = and(eq(holders.boot, questions.boot), eq(holders.session, questions.session));
    const [row] = await db
      .select({ answer: questions.answer, boot: holders.boot })
      .from(questions)
      .leftJoin(holders, isSame)
      .where(eq(questions.id, id));
    return { answer: row?.answer ?? null, isOpen: typeof row?.boot === "string" };
  }

  async function wait(id: string, withinMs: number): Promise<unknown> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      const { answer, isOpen } = await look(id);
      const leftMs = endMs - performance.now();
      if (answer !== null || !isOpen || leftMs <= 0) return answer;
      const timer = setTimeout(resolve, Math.min(leftMs, lookEveryMs));
      await promise;
      clearTimeout(timer);
    }
  }

  await listenTo(channel, (payload) => {
    const news = JSON.parse(payload) as News;
    if ("answered" in news) waiting.get(news.answered)?.();
    else void answer(news.ask, news.boot).catch(report);
  });

  return {
    serve(hub) {
      here = hub;
    },
    async ask(boot, question, withinMs) {
      const id = randomUUID();
      try {
        await db.delete(questions).where(lt(questions.until, nowS));
        const session = sql`(SELECT session FROM ${holders} WHERE ${holders.boot} = ${boot})`;
        const until = sql`${nowS} + ${keptS}`;
        await db.insert(questions).values({ id, boot, session, question, withinMs, until });
        await tell({ ask: id, boot });
        const answer = await wait(id, withinMs);
        return answerIn(question, answer === null ? null : checkAnswer(answer));
      } finally {
        waiting.delete(id);
        await db.delete(questions).where(eq(questions.id, id));
      }
    },
  };
}
