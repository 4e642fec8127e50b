import { expect, test } from "bun:test";
import type { Warmed } from "@freshet/core";
import type { Hub } from "../nodes/hub.ts";
import { usePostgres } from "./postgres-databases.fixture.ts";
import { createPostgresRelay } from "./postgres-relay.ts";
import { holders, questions } from "./postgres-schema.ts";

const postgres = usePostgres();

/** Longer than any test takes: who answers late fails. */
const longMs = 60_000;
const question = { kind: "warm", token: "doc", accept: "", urls: ["/v7/\u0000"], withinMs: 1 } as const;
const warmed: Warmed[] = [{ url: "/v7/\u0000", state: "rendered", reason: "" }];
const holder = { node: "n", fence: "refuse", trusted: true, acked: 0, beats: 0 } as const;

/** Two replicas, and a process `far` that is connected to the second, which asks it with `answer`. */
async function twoReplicas(answer: (boot: string, withinMs: number) => Promise<Warmed[] | null>) {
  const url = await postgres.newDatabase();
  const open = async () => {
    const database = await postgres.open(url);
    return { database, relay: await createPostgresRelay(database, (error) => expect(error).toBeNull()) };
  };
  const [asking, answering] = [await open(), await open()];
  const ask = ((boot, _question, withinMs) => answer(boot, withinMs)) as Hub["ask"];
  const never = () => expect.unreachable("the process is connected to the other one");
  asking.relay.serve({ ask: never as Hub["ask"], isConnected: () => false });
  answering.relay.serve({ ask, isConnected: (boot) => boot === "far" });
  const { db } = asking.database;
  await db.insert(holders).values({ ...holder, boot: "far", session: "far's" });
  return { db, ask: (boot: string, ms = longMs) => asking.relay.ask(boot, question, ms) };
}

test("the replica that a process is connected to asks it, and nothing stays behind", async () => {
  const asked: unknown[] = [];
  const { db, ask } = await twoReplicas(async (...call) => {
    asked.push(call);
    return warmed;
  });
  expect(await Promise.all([ask("far"), ask("far")])).toEqual([warmed, warmed]);
  expect(asked).toEqual(Array(2).fill(["far", longMs]));
  expect(await db.select().from(questions)).toEqual([]);
});

test("a process that cannot answer says so; one that does not, has not in time", async () => {
  const { ask } = await twoReplicas(async (_boot, ms) => {
    if (ms === longMs) throw new Error("a node could not answer: out of order");
    return null;
  });
  await expect(ask("far")).rejects.toThrow("out of order");
  expect(await ask("far", 1)).toBeNull();
});

test("who is connected nowhere is not waited for, nor whose connection ends while he is asked", async () => {
  const asked = Promise.withResolvers<void>();
  const { db, ask } = await twoReplicas(async () => {
    asked.resolve();
    return null;
  });
  await db.insert(holders).values({ ...holder, boot: "gone", session: null });
  expect(await Promise.all([ask("gone"), ask("never seen")])).toEqual([null, null]);
  const answer = ask("far");
  await asked.promise;
  await db.update(holders).set({ session: "of its next connection" });
  expect(await answer).toBeNull();
});

test("what a replica left behind that died while it waited goes with the next question", async () => {
  const { db, ask } = await twoReplicas(async () => warmed);
  await db.insert(questions).values({ id: "old", boot: "far", question, withinMs: 1, until: 1 });
  await ask("far");
  expect(await db.select().from(questions)).toEqual([]);
});
