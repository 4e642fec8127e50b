import { expect } from "bun:test";
import { keys, type Running, until } from "./processes.ts";

const headers = { "x-client-key": keys.client };

/** Invalidates as a back end does: POST, then ask until it is DONE. */
export async function invalidate(purge: Running, order: object): Promise<void> {
  const body = JSON.stringify(order);
  const posted = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  expect(posted.status).toBe(201);
  const { uuid } = await jobIn(posted);
  const isDone = async () => {
    const job = await jobIn(await fetch(`${purge.url}/invalidate/${uuid}`, { headers }));
    return job.status === "DONE";
  };
  await until(isDone, "the job is DONE");
}

async function jobIn(response: Response): Promise<{ uuid: string; status: string }> {
  return ((await response.json()) as { invalidation: { uuid: string; status: string } }).invalidation;
}
